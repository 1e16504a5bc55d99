import { describe, expect, test } from 'vitest';
import type { Feature } from '#tagging/features/features.js';
import { createSentenceEncoder } from '#tagging/features/sentence-encoder.js';
import { createVocabulary } from '#tagging/features/vocabulary.js';

/** The length of the word, and the code of its first letter; counts how often it is asked. */
function counting(): { features: Feature[]; asked: () => number } {
  let asked = 0;
  const feature = (name: string, id: (word: string) => number): Feature => ({ name, size: 1000, dimension: 1, id });
  return {
    features: [
      feature('length', (word) => {
        asked++;
        return word.length;
      }),
      feature('first', (word) => word.charCodeAt(0)),
    ],
    asked: () => asked,
  };
}

describe('encode', () => {
  test('gives one row of ids a feature, one id a word', () => {
    const { features } = counting();
    const encoder = createSentenceEncoder(features);
    const { length, ids, tags } = encoder.encode(['a', 'bcd', 'a']);
    expect(length).toBe(3);
    expect(ids.map((row) => [...row])).toEqual([
      [1, 3, 1],
      [97, 98, 97],
    ]);
    expect(tags).toBeUndefined();
    expect(encoder.features).toBe(features);
  });

  test('takes the tags along', () => {
    const tags = Int32Array.of(0, 2);
    expect(createSentenceEncoder(counting().features).encode(['a', 'b'], tags).tags).toBe(tags);
  });

  test('a sentence of no words has no ids', () => {
    const { length, ids } = createSentenceEncoder(counting().features).encode([]);
    expect(length).toBe(0);
    expect(ids.map((row) => row.length)).toEqual([0, 0]);
  });
});

describe('characterIds', () => {
  const characters = createVocabulary(['a', 'n', 'A']);

  test('are those of each word; equal words share one array', () => {
    const { characterIds } = createSentenceEncoder([], characters).encode(['Ana', 'x', 'Ana']);
    expect(characterIds!.map((ids) => [...ids])).toEqual([[3, 2, 1], [0], [3, 2, 1]]);
    expect(characterIds![2]).toBe(characterIds![0]);
  });

  test('are left out without a vocabulary of characters', () => {
    expect(createSentenceEncoder([]).encode(['Ana'])).not.toHaveProperty('characterIds');
  });
});

describe('the memory of words', () => {
  test('asks the features once a word', () => {
    const { features, asked } = counting();
    const encoder = createSentenceEncoder(features);
    encoder.encode(['oslo', 'oslo', 'ana']);
    encoder.encode(['ana', 'oslo']);
    expect(asked()).toBe(2);
  });

  test('does not keep words of more than 40 characters', () => {
    const { features, asked } = counting();
    const encoder = createSentenceEncoder(features);
    const long = 'x'.repeat(41);
    encoder.encode([long, long, 'x'.repeat(40), 'x'.repeat(40)]);
    expect(asked()).toBe(3);
  });

  test('starts afresh after 50 000 words, and the ids stay the same', () => {
    const { features, asked } = counting();
    const encoder = createSentenceEncoder(features);
    const words = Array.from({ length: 50_001 }, (_, i) => `${i}`);
    const first = encoder.encode(words).ids.map((row) => Int32Array.from(row));
    expect(asked()).toBe(50_001);
    encoder.encode(['50000']);
    expect(asked()).toBe(50_001); // the last word is remembered
    encoder.encode(['0']);
    expect(asked()).toBe(50_002); // the first one is not
    expect(encoder.encode(words).ids).toEqual(first);
  });
});
