import { describe, expect, test } from 'vitest';
import { buildCharacterVocabulary, characterIdsOf } from '#tagging/features/characters.js';
import { createVocabulary, UNKNOWN_ID } from '#tagging/features/vocabulary.js';

const ALPHABET = createVocabulary([...'abcdefghijklmnopqrstuvwxyzABC0123456789é😀']);
const spelled = (word: string): string =>
  [...characterIdsOf(ALPHABET, word)].map((id) => (id === UNKNOWN_ID ? '?' : ALPHABET.words[id])).join('');

describe('characterIdsOf', () => {
  test.each([
    ['abc', 'abc'],
    ['aBc1é', 'aBc1é'], // neither case nor digits are folded
    ['ab😀', 'ab😀'],
    ['aßb', 'a?b'],
    ['a\ud800', 'a?'],
    ['', '?'],
    ['abcdefghijklmnopqrst', 'abcdefghijklmnopqrst'],
    ['abcdefghijKlmnopqrstu', 'abcdefghijlmnopqrstu'],
    [`0123456789${'x'.repeat(500)}9876543210`, '01234567899876543210'],
    ['😀'.repeat(30), '😀'.repeat(20)],
    [`a${'😀'.repeat(30)}b`, `a${'😀'.repeat(18)}b`],
    [`abcdefghi${'😀'.repeat(21)}`, `abcdefghi${'😀'.repeat(11)}`],
  ])('%j is spelled %j: at most the first ten and the last ten characters', (word, expected) => {
    expect(spelled(word)).toBe(expected);
  });

  test('takes no longer for ten million characters than for a few', () => {
    const word = 'x'.repeat(10_000_000);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      characterIdsOf(ALPHABET, word);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50); // the best: the machine may be busy with other work
  });
});

test('characters that occur once are left unknown; the most frequent come first, case and digits kept', () => {
  expect(buildCharacterVocabulary(['Aa1', 'a1', 'a', 'Ab']).words.slice(1)).toEqual(['a', '1', 'A']);
});
