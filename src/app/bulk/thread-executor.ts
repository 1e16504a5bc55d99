import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#base/errors.js';
import type { Chunk, ChunkResult } from './chunk.js';
import { type Executor, MAX_ATTEMPTS } from './executor.js';
import { type ChunkOptions, failedChunk } from './tag-chunk.js';

export interface BulkWorkerStart extends ChunkOptions {
  readonly modelPath: string;
}

/** What a thread says: that its model is loaded, or what became of the chunk it has. */
export type BulkWorkerMessage =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly result: ChunkResult };

/** Tests run from src/, but a thread runs what was built. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/app/bulk/bulk-worker.js' : './bulk-worker.js',
  import.meta.url,
);

interface Task {
  readonly chunk: Chunk;
  readonly resolve: (result: ChunkResult) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

/**
 * `threads` worker threads, each with the model loaded. The next chunk waits in each thread's hand while it works.
 *
 * @param workerFile What the threads run; tests have one that dies.
 * @throws {AppError} `worker_failed` from `submit` if no thread can load the model.
 */
export function createThreadExecutor(start: BulkWorkerStart, threads: number, workerFile = WORKER_FILE): Executor {
  const waiting: Task[] = [];
  const workers = new Set<Worker>();
  let isClosed = false;

  const startWorker = (): void => {
    const worker = new Worker(workerFile, { workerData: start });
    let task: Task | undefined;
    let isReady = false;
    const next = (): void => {
      task = waiting.shift();
      if (task) worker.postMessage(task.chunk);
      else idle.add(next);
    };
    worker.on('message', (message: BulkWorkerMessage) => {
      if ('failed' in message) return abandon(new AppError('worker_failed', message.failed));
      if ('result' in message) task?.resolve(message.result);
      isReady = true;
      next();
    });
    const died = (reason: string): void => {
      if (!workers.delete(worker)) return;
      idle.delete(next);
      if (task) retry(task, reason);
      if (isClosed) return;
      if (isReady) startWorker();
      else abandon(new AppError('worker_failed', `a worker could not begin: ${reason}`));
    };
    worker.on('error', (error) => died(messageOf(error)));
    worker.on('exit', (code) => died(`it ended with code ${code}`));
    workers.add(worker);
  };

  const idle = new Set<() => void>();
  const wake = (): void => {
    for (const next of [...idle].slice(0, waiting.length)) {
      idle.delete(next);
      next();
    }
  };
  const retry = (task: Task, reason: string): void => {
    task.attempts++;
    if (task.attempts < MAX_ATTEMPTS) {
      waiting.unshift(task);
      wake();
    } else {
      const error = `its worker died ${MAX_ATTEMPTS} times: ${reason}`;
      task.resolve(failedChunk(task.chunk, 'worker_failed', error));
    }
  };
  const abandon = (error: AppError): void => {
    isClosed = true;
    for (const task of waiting.splice(0)) task.reject(error);
  };
  for (let i = 0; i < threads; i++) startWorker();

  return {
    width: 2 * threads,
    submit: (chunk) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new AppError('worker_failed', 'no worker could begin'));
        waiting.push({ chunk, resolve, reject, attempts: 0 });
        wake();
      }),
    async close() {
      isClosed = true;
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}
