import { describe, expect, test } from 'vitest';
import {
  buildFeatureVocabularies,
  createFeatures,
  featureListsOf,
  featureVocabulariesFrom,
} from '#tagging/features/features.js';
import { UNKNOWN_ID } from '#tagging/features/vocabulary.js';

const OPTIONS = {
  fine_tune_vectors: false,
  word_dimension: 8,
  word_min_count: 1,
  word_limit: 100,
  affix_dimension: 4,
  affix_buckets: 1000,
  shape_dimension: 2,
  char_filters: 0,
};
const WORDS = ['Paris', 'paris', 'Oslo', 'Oslo', '2024', '1999', 'NATO', 'NATO'];
const features = createFeatures(buildFeatureVocabularies(WORDS, OPTIONS), OPTIONS);
const idOf = (feature: string, word: string): number => features.find(({ name }) => name === feature)!.id(word);
const AFFIXES = ['prefix3', 'suffix2', 'suffix3', 'suffix4'];

describe('which features there are', () => {
  const namesWith = (changed: Partial<typeof OPTIONS>): string[] =>
    createFeatures(buildFeatureVocabularies(WORDS, OPTIONS), { ...OPTIONS, ...changed }).map(({ name }) => name);

  test('all, by default', () => {
    expect(namesWith({})).toEqual(['word', ...AFFIXES, 'shape']);
  });

  test.each([
    ['word_dimension', [...AFFIXES, 'shape']],
    ['affix_dimension', ['word', 'shape']],
    ['shape_dimension', ['word', ...AFFIXES]],
  ] as const)('a %s of 0 leaves it out', (option, expected) => {
    expect(namesWith({ [option]: 0 })).toEqual(expected);
  });

  test('none, when all dimensions are 0', () => {
    expect(namesWith({ word_dimension: 0, affix_dimension: 0, shape_dimension: 0 })).toEqual([]);
  });

  test('sizes are those of the vocabularies and the buckets, dimensions those of the options', () => {
    expect(features.map(({ size, dimension }) => [size, dimension])).toEqual([
      [1 + 4, 8], // unknown, oslo, nato, paris, 0000
      ...AFFIXES.map(() => [1000, 4]),
      [1 + 3, 2], // unknown, Xx, X, d; the one "x" of paris is too rare
    ]);
  });
});

describe('words', () => {
  test('are looked up in lower case, digits folded to 0', () => {
    expect(idOf('word', 'PARIS')).toBe(idOf('word', 'paris'));
    expect(idOf('word', '2024')).toBe(idOf('word', '7531'));
    expect(idOf('word', 'Oslo')).not.toBe(idOf('word', 'Paris'));
    expect(idOf('word', '2024')).not.toBe(UNKNOWN_ID);
  });

  test('outside the vocabulary share one id', () => {
    expect(idOf('word', 'Reykjavik')).toBe(UNKNOWN_ID);
  });

  test.each([
    ['word_min_count', 2, 'paris', UNKNOWN_ID + 4],
    ['word_min_count', 3, 'paris', UNKNOWN_ID],
    ['word_limit', 1, 'paris', UNKNOWN_ID],
  ] as const)('%s of %i is obeyed', (option, value, word, expected) => {
    const options = { ...OPTIONS, [option]: value };
    const [first] = createFeatures(buildFeatureVocabularies(WORDS, options), options);
    expect(first.id(word)).toBe(expected);
  });
});

describe('affixes', () => {
  test('are the first three and the last two to four characters, whatever the case', () => {
    expect(idOf('prefix3', 'Parma')).toBe(idOf('prefix3', 'PARIS'));
    expect(idOf('suffix2', 'Leeds')).toBe(idOf('suffix2', 'roads'));
    expect(idOf('suffix3', 'Berlin')).toBe(idOf('suffix3', 'merlin'));
    expect(idOf('suffix4', 'Berlin')).toBe(idOf('suffix4', 'MERLIN'));
    expect(idOf('suffix4', 'Berlin')).not.toBe(idOf('suffix4', 'Dublin'));
  });

  test('are counted in characters, so that no emoji is cut in half', () => {
    expect(idOf('suffix2', 'ab😀')).toBe(idOf('suffix2', 'xb😀'));
    expect(idOf('suffix2', 'ab😀')).not.toBe(idOf('suffix2', 'ac😀'));
  });

  test.each([['', 'a', 'Llanfairpwllgwyngyll', '東京', '\ud800', '😀']])('of %j lie within the buckets', (word) => {
    for (const name of AFFIXES) {
      expect(idOf(name, word)).toBeGreaterThanOrEqual(0);
      expect(idOf(name, word)).toBeLessThan(1000);
    }
  });

  test('hash as FNV-1a does: 0xe40c292c for "a" (the published test vector)', () => {
    expect(idOf('suffix2', 'a')).toBe(0xe40c292c % 1000);
  });
});

test('shapes tell Paris, NATO and 2024 apart, and a rare shape is unknown', () => {
  const ids = ['Lima', 'UN', '1066', 'lima'].map((word) => idOf('shape', word));
  expect(new Set(ids).size).toBe(4);
  expect(ids[3]).toBe(UNKNOWN_ID);
});

test('characters are counted only where a network looks at them', () => {
  expect(buildFeatureVocabularies(WORDS, OPTIONS).characters.words.length).toBe(1);
});

test('vocabularies made again from their lists give the same ids', () => {
  const built = buildFeatureVocabularies(WORDS, { ...OPTIONS, char_filters: 1 });
  const again = featureVocabulariesFrom(featureListsOf(built));
  expect(featureListsOf(again)).toEqual(featureListsOf(built));
  expect(built.characters.words.length).toBeGreaterThan(1);
  for (const word of ['paris', 'oslo', 'never']) expect(again.words.id(word)).toBe(built.words.id(word));
});
