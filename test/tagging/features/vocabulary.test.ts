import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildVocabulary, createVocabulary, UNKNOWN_ID, UNKNOWN_WORD } from '#tagging/features/vocabulary.js';

const EVERYTHING = { minimumCount: 1, maximumSize: 100 };

describe('createVocabulary', () => {
  test('gives every word its place, after the unknown one', () => {
    const vocabulary = createVocabulary(['ana', 'oslo']);
    expect(vocabulary.words).toEqual([UNKNOWN_WORD, 'ana', 'oslo']);
    expect(['ana', 'oslo'].map((word) => vocabulary.id(word))).toEqual([1, 2]);
  });

  test.each(['Ana', '', 'constructor', '__proto__', 'toString', UNKNOWN_WORD])('%j is unknown', (word) => {
    expect(createVocabulary(['ana']).id(word)).toBe(UNKNOWN_ID);
  });

  test('holds words that JavaScript objects have by nature', () => {
    const vocabulary = createVocabulary(['constructor', '__proto__', 'hasOwnProperty']);
    expect(vocabulary.id('__proto__')).toBe(2);
  });

  test('cannot be added to', () => {
    const { words } = createVocabulary(['ana']);
    expect(() => (words as string[]).push('oslo')).toThrow(TypeError);
  });
});

describe('buildVocabulary', () => {
  test('puts frequent words first, equally frequent ones in code-unit order', () => {
    const { words } = buildVocabulary(['b', 'a', 'Z', 'é', 'c', 'c'], EVERYTHING);
    expect(words.slice(1)).toEqual(['c', 'Z', 'a', 'b', 'é']);
  });

  test.each([
    [1, ['c', 'b', 'a']],
    [2, ['c', 'b']],
    [3, ['c']],
    [4, []],
  ])('leaves out words seen fewer than %i times', (minimumCount, expected) => {
    const { words } = buildVocabulary(['a', 'b', 'b', 'c', 'c', 'c'], { ...EVERYTHING, minimumCount });
    expect(words.slice(1)).toEqual(expected);
  });

  test('keeps the most frequent when there are too many', () => {
    const { words, id } = buildVocabulary(['a', 'b', 'b', 'c', 'c', 'c'], { ...EVERYTHING, maximumSize: 2 });
    expect(words.slice(1)).toEqual(['c', 'b']);
    expect(id('a')).toBe(UNKNOWN_ID);
  });

  test('does not depend on the order of reading', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'é', '東京'));
    fc.assert(
      fc.property(words, (seen) => {
        const options = { minimumCount: 2, maximumSize: 3 };
        expect(buildVocabulary(seen, options).words).toEqual(buildVocabulary([...seen].reverse(), options).words);
      }),
    );
  });
});
