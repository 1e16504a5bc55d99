import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '#base/random.js';
import { attachSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { featureVocabulariesFrom } from '#tagging/features/features.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { decodeVectorTable } from '#tagging/vectors/vector-table.js';
import { forOwnShare, type WorkerStart } from './data-parallel.js';
import { unpackSentences } from './packed-sentences.js';
import { createStepEngine } from './step-engine.js';
import { ORDER, obeyOrders, sumsOf } from './worker-channel.js';

/** The other threads of a training: build the same network over the same memory, then carry out orders. */
const {
  kernels: handle,
  config,
  vocabularies,
  vectors,
  labels,
  sentences,
  variants,
  seed,
  channel,
  index,
  threads,
} = workerData as WorkerStart;

const model = createTaggerModel({
  config: config.model,
  vocabularies: featureVocabulariesFrom(vocabularies, vectors && decodeVectorTable(vectors, 'vectors')),
  labels,
  regularization: config.training,
  kernels: attachSimdKernels(handle),
  random: undefined,
});
const engine = createStepEngine({
  model,
  train: unpackSentences(sentences),
  variants,
  config: config.training,
  random: createRandom(seed).fork('training'),
});
const { losses, squares, penalties } = sumsOf(channel);
const own = { index, threads };

parentPort?.postMessage('ready');
obeyOrders(channel, `worker ${index}`, (order, args) => {
  if (order === ORDER.shards) {
    const [epoch, batch, step] = args;
    forOwnShare(own, engine.shards, (shard) => {
      losses[shard] = engine.shardGradient(shard, { epoch, batch, step });
    });
  } else if (order === ORDER.blocks) {
    forOwnShare(own, engine.blocks, (block) => {
      ({ squares: squares[block], penalty: penalties[block] } = engine.reduceBlock(block));
    });
  } else {
    const [scale, step, learningRate] = args;
    forOwnShare(own, engine.blocks, (block) => engine.updateBlock(block, { scale, step, learningRate }));
  }
});
process.exit(0);
