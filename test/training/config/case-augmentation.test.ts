import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { drawVariants, withOtherCases } from '#training/config/case-augmentation.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

describe('withOtherCases', () => {
  const { sentences, variants } = withOtherCases(TINY_CORPUS);
  const n = TINY_CORPUS.length;

  test('every sentence is there in each case, with the same tags', () => {
    expect(variants).toBe(4);
    expect(sentences).toHaveLength(4 * n);
    expect(sentences.slice(0, n)).toEqual(TINY_CORPUS);
    TINY_CORPUS.forEach(({ words, tags }, i) => {
      for (let v = 0; v < variants; v++) expect(sentences[v * n + i].tags).toEqual(tags);
      expect(sentences[n + i].words).toEqual(words.map((word) => word.toLowerCase()));
      expect(sentences[2 * n + i].words).toEqual(words.map((word) => word.toUpperCase()));
      expect(sentences[3 * n + i].words.join('').toLowerCase()).toBe(words.join('').toLowerCase());
    });
  });
});

describe('drawVariants', () => {
  const draw = (probability: number, variants = 4): number[] =>
    drawVariants(30_000, { variants, probability, random: createRandom(1) });
  const share = (drawn: readonly number[], variant: number): number =>
    drawn.filter((one) => one === variant).length / drawn.length;

  test('the other cases share the probability alike', () => {
    const drawn = draw(0.3);
    expect(share(drawn, 0)).toBeCloseTo(0.7, 1);
    for (const variant of [1, 2, 3]) expect(Math.abs(share(drawn, variant) - 0.1)).toBeLessThan(0.01);
  });

  test('all as they are without it', () => {
    expect(share(draw(0), 0)).toBe(1);
    expect(share(draw(0, 1), 0)).toBe(1);
  });
});
