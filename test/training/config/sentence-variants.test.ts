import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { drawVariants, NO_VARIANTS, sentenceVariants, variantCount } from '#training/config/sentence-variants.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

const n = TINY_CORPUS.length;
const random = createRandom(1);

describe('sentenceVariants', () => {
  test('every sentence is there in each case, with the same tags', () => {
    const config = { case_augmentation: 0.1, name_replacement: 0 };
    const { sentences, counts } = sentenceVariants(TINY_CORPUS, config, { random });
    expect(counts).toEqual({ recased: 3, renamed: 0 });
    expect(sentences).toHaveLength(4 * n);
    expect(sentences.slice(0, n)).toEqual(TINY_CORPUS);
    TINY_CORPUS.forEach(({ words, tags }, i) => {
      for (let v = 0; v < 4; v++) expect(sentences[v * n + i].tags).toEqual(tags);
      expect(sentences[n + i].words).toEqual(words.map((word) => word.toLowerCase()));
      expect(sentences[2 * n + i].words).toEqual(words.map((word) => word.toUpperCase()));
      expect(sentences[3 * n + i].words.join('').toLowerCase()).toBe(words.join('').toLowerCase());
    });
  });

  test('with other names they follow those in other cases', () => {
    const config = { case_augmentation: 0.1, name_replacement: 0.1 };
    const { sentences, counts } = sentenceVariants(TINY_CORPUS, config, { random });
    expect(counts.recased).toBe(3);
    expect(sentences).toHaveLength(variantCount(counts) * n);
    const withoutNames = TINY_CORPUS.findIndex(({ tags }) => tags.every((tag) => tag === 'O'));
    for (let v = 1 + counts.recased; v < variantCount(counts); v++) {
      expect(sentences[v * n + withoutNames]).toBe(TINY_CORPUS[withoutNames]);
    }
  });

  test('neither where neither is asked for', () => {
    const { sentences, counts } = sentenceVariants(
      TINY_CORPUS,
      { case_augmentation: 0, name_replacement: 0 },
      { random },
    );
    expect(counts).toEqual(NO_VARIANTS);
    expect(sentences).toEqual(TINY_CORPUS);
  });
});

describe('drawVariants', () => {
  const draw = (case_augmentation: number, name_replacement: number, counts = { recased: 3, renamed: 2 }): number[] =>
    drawVariants(30_000, { counts, config: { case_augmentation, name_replacement }, random: createRandom(1) });
  const share = (drawn: readonly number[], variant: number): number =>
    drawn.filter((one) => one === variant).length / drawn.length;

  test('the variants of a group share its probability alike', () => {
    const drawn = draw(0.3, 0.2);
    expect(share(drawn, 0)).toBeCloseTo(0.5, 1);
    for (const variant of [1, 2, 3, 4, 5]) expect(Math.abs(share(drawn, variant) - 0.1)).toBeLessThan(0.01);
  });

  test('probabilities of more than 1 together leave no sentence as it is', () => {
    const drawn = draw(0.6, 0.9);
    expect(share(drawn, 0)).toBe(0);
    expect(Math.max(...drawn)).toBe(5);
  });

  test('all as they are without them, or without variants to draw', () => {
    expect(share(draw(0, 0), 0)).toBe(1);
    expect(share(draw(0.5, 0.5, NO_VARIANTS), 0)).toBe(1);
  });
});
