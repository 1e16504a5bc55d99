import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { explainEvaluation, explainMinibatch } from '#training/checks/out-of-memory.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

const MEBIBYTE = 2 ** 20;
/** 3600 sentences: for all of them in one minibatch 48 MiB are not enough. */
const SENTENCES = Array.from({ length: 450 }, () => TINY_CORPUS).flat();

function requestFor(directory: string, set: object, threads: number): TrainingRequest {
  return {
    train: { name: 'train', sentences: SENTENCES },
    dev: { name: 'dev', sentences: TINY_CORPUS },
    output: join(directory, 'names'),
    config: parseRunConfig({ ...TINY_CONFIG, max_epochs: 2, hidden_size: 200, ...set }, 'test'),
    seed: 0,
    resume: false,
    kernels: selectKernels('relaxed', { initialBytes: MEBIBYTE, maximumBytes: 48 * MEBIBYTE }).kernels,
    threads,
  };
}

async function errorOf(request: TrainingRequest): Promise<AppError | undefined> {
  try {
    const run = runTraining(request);
    while (!(await run.next()).done);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

describe.each([1, 2])('with %i threads', (threads) => {
  test.each([0, 3000])(
    'a minibatch of %i that does not fit: what, how much, the limit, and what would fit',
    async (batch_size) => {
      const directory = temporaryDirectory();
      const error = await errorOf(requestFor(directory, { batch_size }, threads));
      expect(error?.code).toBe('out_of_memory');
      expect(error?.message).toMatch(
        /^training: (worker 1: )?step \d: a minibatch of \d+ sentences with \d+ tokens, the longest with \d+, in 2 shards does not fit: memory: \d+ MiB for one array were refused, \d+ MiB are left of 48 MiB; (--workers 1 or )?a batch_size of about \d+ (or shards of about \d+ )?or a smaller hidden_size would fit$/,
      );
      expect(existsSync(join(directory, 'names.lock'))).toBe(false);
      const adviceOn = (name: string): number =>
        Number(new RegExp(`${name} of about (\\d+)`).exec(error!.message)?.[1]);
      const smaller = adviceOn('batch_size');
      expect(smaller).toBeGreaterThan(50);
      expect(await errorOf(requestFor(directory, { batch_size: smaller }, threads))).toBeUndefined();
      // With many processors more shards would be computed at once, and save nothing.
      const shards = adviceOn('shards') || 64;
      expect(await errorOf(requestFor(directory, { batch_size, shards }, threads))).toBeUndefined();
    },
  );
});

test('what one thread can do and two cannot: the same bits with --workers 1', async () => {
  const set = { batch_size: 1300 };
  const error = await errorOf(requestFor(temporaryDirectory(), set, 2));
  expect(error?.message).toMatch(/ does not fit: .*; --workers 1 or a batch_size of about /);
  expect(await errorOf(requestFor(temporaryDirectory(), set, 1))).toBeUndefined();
});

test('a sentence that does not fit alone: only a smaller network helps', async () => {
  const words = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? 'Ana' : 'slept'));
  const tags = words.map((word) => (word === 'Ana' ? 'B-PER' : 'O'));
  const request = requestFor(temporaryDirectory(), {}, 1);
  const train = { name: 'train', sentences: [...TINY_CORPUS, { ...TINY_CORPUS[0], words, tags }] };
  const error = await errorOf({ ...request, train });
  expect(error?.message).toMatch(
    /, the longest with 20000, in 2 shards does not fit: memory: .*; a smaller hidden_size would fit$/,
  );
});

test('other errors, and the evaluation', () => {
  const failed = { kernels: createReferenceKernels() } as Parameters<typeof explainMinibatch>[1];
  const other = new AppError('internal', 'no');
  expect(explainMinibatch(other, failed)).toBe(other);
  expect(explainEvaluation(other, 3)).toBe(other);
  expect(explainEvaluation(new AppError('out_of_memory', 'memory: 9 MiB were refused'), 3)).toMatchObject({
    code: 'out_of_memory',
    message:
      'training: no memory is left to score the dev part after epoch 3: memory: 9 MiB were refused; a smaller batch_size or hidden_size leaves more',
  });
});
