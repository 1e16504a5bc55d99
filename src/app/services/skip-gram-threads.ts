import type { Kernels } from '#engine/kernels/kernels.js';
import { isSimdKernels, type SimdKernelsHandle } from '#engine/kernels/simd/simd-kernels.js';
import type { SkipGram } from '#tagging/vectors/build/skip-gram.js';
import type { SkipGramSettings } from '#tagging/vectors/build/skip-gram-settings.js';
import { CENTRES, MOST_SHARES, type SkipGramSizes, type SkipGramStep } from '#tagging/vectors/build/skip-gram-step.js';
import { type ChunkWork, createChunkDispatcher } from '#training/step/chunk-channel.js';
import { createOrderChannel, type OrderChannel } from '#training/step/worker-channel.js';
import { startWorkers } from '#training/step/worker-threads.js';

/** What a worker is started with. */
export interface SkipGramWorkerStart {
  readonly kernels: SimdKernelsHandle;
  readonly sizes: SkipGramSizes;
  readonly settings: SkipGramSettings;
  readonly channel: OrderChannel;
  /** (CENTRES) numbers of 64 bits: the loss of each centre. */
  readonly losses: SharedArrayBuffer;
  /** This worker's number, from 1; the main thread is 0. */
  readonly index: number;
  /** Parts that a step is divided into. */
  readonly shares: number;
}

const SKIP_GRAM_ORDER = { foretell: 1, follow: 2 } as const;

const WORK = { name: 'vectors', option: '--threads' } as const;

/** Beside this file once compiled; tests run from src/, which lies as deep as the dist/ that holds the worker. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/app/services/skip-gram-worker.js' : './skip-gram-worker.js',
  import.meta.url,
);

/** Threads that share the steps of a learning; to be closed in the end. */
export interface SkipGramThreads {
  readonly threads: number;
  close(): Promise<void>;
}

/**
 * Has threads share every step from now on; the vectors are those of one thread, bit for bit. Reference kernels have no shared
 * memory, so one thread learns with them.
 *
 * @throws {AppError} `worker_failed`
 */
export async function shareSteps(
  model: SkipGram,
  {
    kernels,
    settings,
    threads: asked,
  }: {
    readonly kernels: Kernels;
    readonly settings: SkipGramSettings;
    readonly threads: number;
  },
): Promise<SkipGramThreads> {
  const threads = Math.min(asked, MOST_SHARES);
  if (threads < 2 || !isSimdKernels(kernels)) return { threads: 1, close: async () => {} };
  const { sizes, step } = model;
  const channel = createOrderChannel();
  const lossBuffer = new SharedArrayBuffer(8 * CENTRES);
  const shares = threads;
  const shared = { kernels: kernels.handle, sizes, settings, channel, losses: lossBuffer, shares };
  const starts = Array.from({ length: threads - 1 }, (_, i): SkipGramWorkerStart => ({ ...shared, index: i + 1 }));
  const workers = await startWorkers(WORKER_FILE, starts, WORK);
  const sharedLosses = new Float64Array(lossBuffer);
  const dispatch = createChunkDispatcher(channel, workers.lives, WORK, doShareOf(step, shares, sharedLosses));
  model.runWith((m, rate, losses) => {
    workers.assertAlive();
    dispatch(SKIP_GRAM_ORDER.foretell, shares, [m, rate, losses ? 1 : 0]);
    losses?.set(sharedLosses);
    dispatch(SKIP_GRAM_ORDER.follow, shares, [m, 0, 0]);
    step.followDrawn();
  });
  return { threads, close: () => workers.close() };
}

/** What a thread does of a step, whichever it is. */
export function doShareOf(step: SkipGramStep, shares: number, losses: Float64Array): ChunkWork {
  return (order, index, [m, rate, isLooked]) => {
    const share = { index, shares };
    if (order === SKIP_GRAM_ORDER.foretell) step.foretell(share, m, rate, isLooked === 1 ? losses : undefined);
    else step.follow(share, m);
  };
}
