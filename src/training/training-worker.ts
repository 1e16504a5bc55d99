import { parentPort, workerData } from 'node:worker_threads';
import { featureVocabulariesFrom } from '../encoding/features.js';
import { attachSimdKernels } from '../kernels/simd/simd-kernels.js';
import { createTaggerModel } from '../model/tagger-model.js';
import { createRandom } from '../random.js';
import { reduceShare, shareOf, type WorkerStart } from './data-parallel.js';
import { unpackSentences } from './packed-sentences.js';
import { createStepEngine } from './step-engine.js';
import { ORDER, obeyOrders, sumsOf } from './worker-channel.js';

/** The other threads of a training: build the same network over the same memory, then carry out orders. */
const {
  kernels: handle,
  config,
  vocabularies,
  labels,
  sentences,
  seed,
  channel,
  index,
  threads,
} = workerData as WorkerStart;

const model = createTaggerModel({
  config: config.model,
  vocabularies: featureVocabulariesFrom(vocabularies),
  labels,
  regularization: config.training,
  kernels: attachSimdKernels(handle),
  random: undefined,
});
const engine = createStepEngine({
  model,
  train: unpackSentences(sentences),
  config: config.training,
  random: createRandom(seed).fork('training'),
});
const { losses, squares, penalties } = sumsOf(channel);
const own = shareOf(index, threads, engine.blocks);

parentPort?.postMessage('ready');
obeyOrders(channel, `worker ${index}`, (order, args) => {
  if (order === ORDER.shards) {
    const [epoch, batch, step] = args;
    for (let shard = index; shard < engine.shards; shard += threads) {
      losses[shard] = engine.shardGradient(shard, { epoch, batch, step });
    }
  } else if (order === ORDER.blocks) {
    reduceShare(engine, own, squares, penalties);
  } else {
    const [scale, step, learningRate] = args;
    engine.updateBlocks({ ...own, scale, step, learningRate });
  }
});
process.exit(0);
