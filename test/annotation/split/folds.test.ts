import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { splitIntoFolds } from '#annotation/split/grouped-split.js';
import { createRandom } from '#base/random.js';

const sentence = (words: string[], document: number): LabelledSentence => ({
  words,
  tags: words.map(() => 'O'),
  document,
  source: { file: 'a.conll', line: 1 },
});
const foldsOf = (sentences: LabelledSentence[], count: number, seed = 0) =>
  splitIntoFolds(sentences, { count, random: createRandom(seed) });

describe('folds', () => {
  test('are of about the same size and hold every sentence once', () => {
    const { count, of } = foldsOf(
      Array.from({ length: 23 }, (_, i) => sentence([`w${i}`], 0)),
      5,
    );
    expect(count).toBe(5);
    const sizes = Array.from({ length: 5 }, (_, fold) => of.filter((one) => one === fold).length);
    expect(sizes.toSorted()).toEqual([4, 4, 5, 5, 5]);
  });

  test('keep the sentences of a document together, and those with the same words', () => {
    const sentences = Array.from({ length: 60 }, (_, i) => sentence([`w${i % 57}`], Math.floor(i / 4)));
    const { of } = foldsOf(sentences, 4);
    for (let i = 0; i < 60; i++) {
      expect(of[i]).toBe(of[4 * Math.floor(i / 4)]);
      if (i >= 57) expect(of[i]).toBe(of[i - 57]);
    }
    expect(new Set(of).size).toBe(4);
  });

  test('are the same with the same seed, others with another', () => {
    const sentences = Array.from({ length: 40 }, (_, i) => sentence([`w${i}`], 0));
    expect(foldsOf(sentences, 5, 1)).toEqual(foldsOf(sentences, 5, 1));
    expect(foldsOf(sentences, 5, 1).of).not.toEqual(foldsOf(sentences, 5, 2).of);
  });

  test('are no more than there are different sentences', () => {
    const sentences = ['a', 'b', 'c', 'a', 'b'].map((word) => sentence([word], 0));
    expect(foldsOf(sentences, 10).count).toBe(3);
  });
});
