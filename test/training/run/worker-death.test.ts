import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

/** Two steps an epoch, three epochs, three threads. */
const requestIn = (directory: string): TrainingRequest => ({
  train: { name: 'train', sentences: TINY_CORPUS.slice(0, 6) },
  dev: { name: 'dev', sentences: TINY_CORPUS.slice(6) },
  output: join(directory, 'names'),
  config: parseRunConfig({ ...TINY_CONFIG, shards: 4 }, 'test'),
  seed: 0,
  resume: false,
  kernels: selectKernels().kernels,
  threads: 3,
});

/** Node tells of every thread that is started. */
function watchWorkers(onStart: (worker: Worker) => void = () => {}): Worker[] {
  const workers: Worker[] = [];
  const watch = (worker: Worker): void => {
    workers.push(worker);
    onStart(worker);
  };
  process.on('worker', watch);
  onTestFinished(() => void process.off('worker', watch));
  return workers;
}

/** Ended threads have no number. */
const hasEnded = ({ threadId }: Worker): boolean => threadId === -1;

/** Calls `act` at every report; the SHA-256 of the weights at the end. */
async function trained(request: TrainingRequest, act: (report: number) => void = () => {}): Promise<string> {
  const run = runTraining(request);
  for (let reports = 1; ; reports++) {
    const { done, value } = await run.next();
    if (done) return value.meta.weights_sha256;
    act(reports);
  }
}

async function rejection(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => new Error('expected an error'),
    (failure: unknown) => failure,
  );
  if (error instanceof AppError) return error;
  throw error;
}

// Report 1 is the start, 4 the first epoch: the second epoch's steps are 5 and 6.
test.each([0, 1])('thread %i dies in the second epoch: told at once, the checkpoint is kept', async (victim) => {
  const request = requestIn(temporaryDirectory());
  const workers = watchWorkers();
  let died = 0;
  const error = await rejection(
    trained(request, (report) => {
      if (report !== 5) return;
      died = performance.now();
      void workers[victim].terminate();
    }),
  );
  expect(performance.now() - died).toBeLessThan(5000);
  expect(error.code).toBe('worker_failed');
  expect(error.message).toMatch(new RegExp(`^training: worker ${victim + 1} ended `));
  expect(workers.length).toBe(2);
  expect(workers.every(hasEnded)).toBe(true);
  expect(existsSync(`${request.output}.checkpoint`)).toBe(true);

  const resumed = await trained({ ...request, kernels: selectKernels().kernels, resume: true });
  expect(resumed).toBe(await trained(requestIn(temporaryDirectory())));
  expect(workers.every(hasEnded)).toBe(true);
});

test('a thread that dies before it is ready is told, and the others end', async () => {
  const workers = watchWorkers((worker) => {
    if (workers.length === 2) void worker.terminate();
  });
  const error = await rejection(trained(requestIn(temporaryDirectory())));
  expect(error.code).toBe('worker_failed');
  expect(error.message).toMatch(/^training: worker 2 did not start: it ended with code [01]$/);
  expect(workers.every(hasEnded)).toBe(true);
});
