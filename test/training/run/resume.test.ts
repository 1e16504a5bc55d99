import { join } from 'node:path';
import { expect, test } from 'vitest';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

/**
 * Two steps an epoch. From step 171 on the average of the weights looks at every fourth step alone, and rows of the tables
 * that a minibatch does not use rest: what is not in the checkpoint must not matter between any two steps.
 */
const CONFIG = {
  ...TINY_CONFIG,
  weight_average: 0.95,
  max_epochs: 89,
  patience: 1000,
  eval_frequency: 1000,
  shards: 3,
  fit_bias: false,
};
const [FIRST, LAST] = [171, 174];

function requestFor(directory: string, set: object, threads: number): TrainingRequest {
  return {
    train: { name: 'train', sentences: TINY_CORPUS.slice(0, 6) },
    dev: { name: 'dev', sentences: TINY_CORPUS.slice(6) },
    output: join(directory, 'names'),
    config: parseRunConfig({ ...CONFIG, ...set }, 'test'),
    seed: 0,
    resume: false,
    kernels: selectKernels().kernels,
    threads,
  };
}

/** The SHA-256 of the weights, or undefined if interrupted after step `last`. */
async function trained(request: TrainingRequest, last = Number.POSITIVE_INFINITY): Promise<string | undefined> {
  const controller = new AbortController();
  const run = runTraining({ ...request, signal: controller.signal });
  for (;;) {
    const next = await run.next().catch((error: { code?: string }) => error.code);
    if (next === 'interrupted') return undefined;
    if (typeof next !== 'object') throw new Error(`expected "interrupted", found ${next}`);
    if (next.done) return next.value.meta.weights_sha256;
    if (next.value.type === 'step' && next.value.step >= last) controller.abort();
  }
}

test.each([['adam'], ['adamw']])('%s: interrupted after any step and resumed: the same bits', async (optimizer) => {
  const whole = await trained(requestFor(temporaryDirectory(), { optimizer }, 1));
  expect(whole).toMatch(/^[0-9a-f]{64}$/);
  for (let step = FIRST; step <= LAST; step++) {
    const directory = temporaryDirectory();
    const threads = 1 + (step % 2);
    expect(await trained(requestFor(directory, { optimizer }, threads), step)).toBeUndefined();
    const resumed = requestFor(directory, { optimizer }, 3 - threads);
    expect(await trained({ ...resumed, resume: true }), `step ${step}`).toBe(whole);
  }
});
