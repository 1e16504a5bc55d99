import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#base/errors.js';
import type { SharedWork } from './worker-channel.js';

/** Threads that obey orders. */
export interface WorkerThreads {
  /** Of each, whether it still runs; true to the moment although the asking thread does nothing else meanwhile. */
  readonly lives: readonly (() => boolean)[];
  /** @throws {AppError} `worker_failed` if one has ended. */
  assertAlive(): void;
  /** Ends all, after a last order where one is given; resolves when they are gone. */
  close(giveLastOrder?: () => void): Promise<void>;
}

/**
 * Starts a thread for each of `starts`; resolves once all await their orders, of which each tells by a message.
 *
 * @throws {AppError} `worker_failed`
 */
export async function startWorkers(
  file: URL,
  starts: readonly object[],
  { name }: Pick<SharedWork, 'name'>,
): Promise<WorkerThreads> {
  const workers = starts.map((workerData) => new Worker(file, { workerData }));
  try {
    await Promise.all(workers.map((worker, place) => hasStarted(worker, place, name)));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }

  let death: AppError | undefined;
  let isClosing = false;
  workers.forEach((worker, i) => {
    const report = (why: string, cause?: unknown): void => {
      if (!isClosing) death ??= new AppError('worker_failed', `${name}: worker ${i + 1} ${why}`, { cause });
    };
    worker.once('error', (error) => report(`failed: ${messageOf(error)}`, error));
    worker.once('exit', (code) => report(`ended with code ${code}`));
    worker.unref();
  });
  return {
    lives: workers.map((worker) => () => isAlive(worker)),
    assertAlive() {
      if (death) throw death;
    },
    async close(giveLastOrder = () => {}) {
      if (!isClosing) giveLastOrder();
      isClosing = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Resolves once the worker awaits its orders. */
async function hasStarted(worker: Worker, place: number, name: string): Promise<void> {
  const failed = (why: string, cause?: unknown): AppError =>
    new AppError('worker_failed', `${name}: worker ${place + 1} did not start: ${why}`, { cause });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(failed(messageOf(error), error)));
    worker.once('exit', (code) => reject(failed(`it ended with code ${code}`)));
  });
}

/**
 * Events tell of a death too late, since they wait until the asking thread has nothing to do, which in a training is seldom.
 * The times of a worker's event loop are asked of the thread itself: where there is none any more they are below 0, or all 0.
 */
function isAlive(worker: Worker): boolean {
  const { idle, active } = worker.performance.eventLoopUtilization();
  return idle >= 0 && active > 0;
}
