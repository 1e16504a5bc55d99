import { isSimdKernels, type SimdKernelsHandle } from '#engine/kernels/simd/simd-kernels.js';
import { type FeatureLists, featureListsOf } from '#tagging/features/features.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { NO_VARIANTS, type VariantCounts } from '#training/config/sentence-variants.js';
import type { RunConfig } from '#training/config/training-config.js';
import { type PackedSentences, packSentences } from './packed-sentences.js';
import type { StepEngine, StepEngineInput } from './step-engine.js';
import { createLocalRunner, type StepRunner } from './step-runner.js';
import {
  createDispatcher,
  createWorkerChannel,
  ORDER,
  sumsOf,
  TRAINING,
  type WorkerChannel,
} from './worker-channel.js';
import { startWorkers } from './worker-threads.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly kernels: SimdKernelsHandle;
  readonly config: RunConfig;
  readonly vocabularies: FeatureLists;
  /** The file of the pretrained vectors. */
  readonly vectors: Uint8Array | undefined;
  readonly labels: readonly string[];
  readonly sentences: PackedSentences;
  readonly variants: VariantCounts;
  /** The seed of the run, so that a worker draws the same numbers as the main thread. */
  readonly seed: number;
  readonly channel: WorkerChannel;
  /** This worker's number, from 1; the main thread is 0. */
  readonly index: number;
  /** All threads, the main one included. */
  readonly threads: number;
}

/** Beside this file once compiled; tests run from src/, which lies as deep as the dist/ that holds the worker. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/training/step/training-worker.js' : './training-worker.js',
  import.meta.url,
);

/** Calls `work` for every part that falls to thread `index`: parts are dealt out in turn. */
export function forOwnShare(
  { index, threads }: Pick<WorkerStart, 'index' | 'threads'>,
  parts: number,
  work: (part: number) => void,
): void {
  for (let part = index; part < parts; part += threads) work(part);
}

export interface DataParallelInput extends Pick<StepEngineInput, 'train' | 'variants'> {
  readonly engine: StepEngine;
  readonly model: TaggerModel;
  readonly config: RunConfig;
  readonly seed: number;
  /** Threads that compute, this one included. */
  readonly threads: number;
}

/**
 * Shares every step among threads over one memory: shards of the minibatch first, then blocks of the parameters. The result
 * is that of the local runner, bit for bit, for any number of threads. Reference kernels have no shared memory and shards
 * set the limit, so fewer threads may be used than asked for.
 *
 * @throws {AppError} `worker_failed`
 */
export async function createParallelRunner(input: DataParallelInput): Promise<StepRunner> {
  const { engine, model, config, seed } = input;
  const { kernels } = model;
  const threads = Math.min(input.threads, engine.shards);
  if (threads < 2 || !isSimdKernels(kernels)) return createLocalRunner(engine);

  const channel = createWorkerChannel(engine.shards, engine.blocks);
  const shared = {
    kernels: kernels.handle,
    config,
    vocabularies: featureListsOf(model.vocabularies),
    vectors: model.vocabularies.vectors?.file,
    labels: model.tagSet.labels,
    sentences: packSentences(input.train),
    variants: input.variants ?? NO_VARIANTS,
    seed,
    channel,
    threads,
  };
  const starts = Array.from({ length: threads - 1 }, (_, i): WorkerStart => ({ ...shared, index: i + 1 }));
  const workers = await startWorkers(WORKER_FILE, starts, TRAINING);
  const dispatch = createDispatcher(channel, workers.lives);
  const { losses, squares, penalties } = sumsOf(channel);
  const own = { index: 0, threads };
  return {
    gradient(address) {
      workers.assertAlive();
      dispatch(ORDER.shards, [address.epoch, address.batch, address.step], () => {
        forOwnShare(own, engine.shards, (shard) => {
          losses[shard] = engine.shardGradient(shard, address);
        });
      });
      dispatch(ORDER.blocks, [], () => {
        forOwnShare(own, engine.blocks, (block) => {
          ({ squares: squares[block], penalty: penalties[block] } = engine.reduceBlock(block));
        });
      });
      const loss = losses.reduce((sum, part) => sum + part, 0);
      // Penalties are added after the shards, block by block, as the local runner does.
      return {
        loss: penalties.reduce((sum, part) => sum + part, loss),
        squares: squares.reduce((sum, part) => sum + part, 0),
      };
    },
    update(update) {
      dispatch(ORDER.update, [update.scale, update.step, update.learningRate], () => {
        forOwnShare(own, engine.blocks, (block) => engine.updateBlock(block, update));
      });
    },
    close: () => workers.close(() => dispatch(ORDER.exit, [], () => {})),
  };
}
