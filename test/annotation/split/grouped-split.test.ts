import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { type CorpusSplit, splitCorpus } from '#annotation/split/grouped-split.js';
import { createRandom } from '#base/random.js';
import { errorOf, sentence } from '../reading/helpers.js';

const PARTS = ['train', 'dev', 'test'] as const;
const split = (sentences: readonly LabelledSentence[], seed = 0) =>
  splitCorpus(sentences, { random: createRandom(seed) });
const sizes = (parts: CorpusSplit) => PARTS.map((part) => parts[part].length);
const corpus = (words: readonly string[], documentOf: (index: number) => number = () => 0) =>
  words.map((word, index) => sentence(word, { document: documentOf(index), line: index + 1 }));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`);

/** Parts that hold a sentence with each key. */
function partsByKey(parts: CorpusSplit, keyOf: (sentence: LabelledSentence) => string | number) {
  const found = new Map<string | number, Set<string>>();
  for (const part of PARTS) {
    for (const item of parts[part]) found.set(keyOf(item), (found.get(keyOf(item)) ?? new Set()).add(part));
  }
  return [...found.values()];
}

describe('splitCorpus', () => {
  test.each([
    [1000, [800, 100, 100]],
    [10, [8, 1, 1]],
    [5, [3, 1, 1]],
    [3, [1, 1, 1]],
    [1, [1, 0, 0]],
  ])('deals %d sentences of one document out as %j', (count, expected) => {
    const parts = split(corpus(numbered(count)));
    expect(sizes(parts)).toEqual(expected);
    expect(parts.unit).toBe('sentence');
  });

  test('gives train and dev something first', () => {
    expect(sizes(split(corpus(numbered(2))))).toEqual([1, 1, 0]);
  });

  test('keeps documents whole', () => {
    const parts = split(corpus(numbered(500), (index) => Math.floor(index / 5)));
    expect(parts.unit).toBe('document');
    expect(sizes(parts)).toEqual([400, 50, 50]);
    expect(partsByKey(parts, ({ document }) => document).every(({ size }) => size === 1)).toBe(true);
  });

  test('deals sentences out where there are fewer documents than parts', () => {
    expect(split(corpus(numbered(100), (index) => index % 2)).unit).toBe('sentence');
    expect(split(corpus(numbered(99), (index) => index % 3))).toMatchObject({ unit: 'document' });
  });

  test('deals sentences out where one that recurs ties most documents together', () => {
    const words = numbered(300).map((word, index) => (index % 10 === 0 ? 'Thanks' : word));
    const parts = split(corpus(words, (index) => Math.floor(index / 10)));
    expect(parts.unit).toBe('sentence');
    expect(sizes(parts)).toEqual([240, 30, 30]);
  });

  test('is a whole without leakage, in the order of the corpus, whatever the corpus', () => {
    const anyCorpus = fc
      .array(fc.record({ word: fc.nat(20), document: fc.nat(8) }), { minLength: 1, maxLength: 60 })
      .map((rows) =>
        corpus(
          rows.map(({ word }) => (word % 2 === 0 ? `W${word}` : `w${word - 1}`)),
          (index) => rows[index].document,
        ),
      );
    fc.assert(
      fc.property(anyCorpus, fc.nat(), (sentences, seed) => {
        const parts = split(sentences, seed);
        const lines = PARTS.map((part) => parts[part].map(({ source }) => source.line));
        expect(lines.flat().sort((left, right) => left - right)).toEqual(sentences.map(({ source }) => source.line));
        for (const part of lines) expect(part).toEqual([...part].sort((left, right) => left - right));
        expect(partsByKey(parts, ({ words }) => sentenceKey(words)).every(({ size }) => size === 1)).toBe(true);
        if (parts.unit === 'document') {
          expect(partsByKey(parts, ({ document }) => document).every(({ size }) => size === 1)).toBe(true);
        }
        expect(parts.train.length).toBeGreaterThan(0);
      }),
    );
  });

  test('depends on the random numbers, and on nothing else', () => {
    const sentences = corpus(numbered(50));
    expect(split(sentences, 0)).toEqual(split(sentences, 0));
    expect(split(sentences, 0)).not.toEqual(split(sentences, 1));
  });

  test('takes other shares', () => {
    const random = createRandom(0);
    const sentences = corpus(numbered(100));
    expect(sizes(splitCorpus(sentences, { random, shares: { train: 0.5, dev: 0.5, test: 0 } }))).toEqual([50, 50, 0]);
    expect(sizes(splitCorpus(sentences, { random, shares: { train: 1, dev: 0, test: 0 } }))).toEqual([100, 0, 0]);
  });

  test.each([
    [{ train: 0.8, dev: 0.1, test: 0.2 }, 'train 0.8, dev 0.1, test 0.2'],
    [{ train: 1.1, dev: -0.1, test: 0 }, 'train 1.1, dev -0.1, test 0'],
    [{ train: Number.NaN, dev: 0, test: 0 }, 'train NaN, dev 0, test 0'],
  ])('refuses the shares %j', (shares, found) => {
    expect(errorOf(() => splitCorpus(corpus(['a']), { random: createRandom(0), shares }))).toBe(
      `invalid_argument: "shares" must be at least 0 and add up to 1, found ${found}`,
    );
  });

  test('refuses an empty corpus', () => {
    expect(errorOf(() => split([]))).toBe('empty_corpus: "sentences" must hold at least one, found none');
  });
});
