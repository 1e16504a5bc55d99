import { describe, expect, test } from 'vitest';
import { shareSteps } from '#app/services/skip-gram-threads.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createSkipGram } from '#tagging/vectors/build/skip-gram.js';
import { SKIP_GRAM } from '#tagging/vectors/build/skip-gram-settings.js';

const WORDS = Array.from({ length: 1100 }, (_, n) => ({ word: `w${n * 7919}`, count: 1100 - n }));
const SETTINGS = { ...SKIP_GRAM, dimension: 20, buckets: 300 };

async function learned(threads: number, choice: KernelChoice = 'relaxed') {
  const { kernels } = selectKernels(choice);
  const model = createSkipGram({ kernels, words: WORDS, settings: SETTINGS, random: createRandom(1) });
  const shared = await shareSteps(model, { kernels, settings: SETTINGS, threads });
  const random = createRandom(2);
  for (let s = 0; s < 20; s++) model.train(Array.from({ length: 20 }, () => random.integer(WORDS.length)));
  model.flush();
  await shared.close();
  const vectors = WORDS.map(({ word }) => {
    const out = new Float32Array(SETTINGS.dimension);
    model.vector(word, out);
    return [...out];
  });
  return { vectors, loss: model.takeLoss(), threads: shared.threads };
}

describe('the vectors and the loss are those of one thread, bit for bit', () => {
  test.each([2, 3])('%i threads', async (threads) => {
    const shared = await learned(threads);
    expect(shared.threads).toBe(threads);
    expect({ ...shared, threads: 1 }).toEqual(await learned(1));
  });
});

test('no more threads than shares of a step, and one where kernels have no shared memory', async () => {
  expect((await learned(64)).threads).toBe(8);
  expect((await learned(2, 'reference')).threads).toBe(1);
});
