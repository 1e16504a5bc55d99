import { describe, expect, test } from 'vitest';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { sentencesOfWords } from '#tagging/tagger/sentences.js';

describe('sentencesOfWords', () => {
  const tokenizer = createDefaultTokenizer();
  const lengths = (words: readonly string[]): number[] =>
    [...sentencesOfWords([words], tokenizer)].map(({ tokens }) => tokens.length);

  test('a list of words is one sentence, whatever stands in it', () => {
    expect(lengths(['Ada', 'left', '.', 'José', 'came', '.'])).toEqual([6]);
    expect(lengths(new Array(400).fill('a'))).toEqual([400]);
    expect(lengths([])).toEqual([]);
  });

  test('one that is longer than a sentence may be is cut, and no word is lost', () => {
    const words = Array.from({ length: 5000 }, (_, n) => (n % 9 === 8 ? '.' : 'Ada'));
    const parts = [...sentencesOfWords([words], tokenizer)];
    expect(Math.max(...parts.map(({ tokens }) => tokens.length))).toBeLessThanOrEqual(400);
    expect(parts.flatMap(({ tokens }) => tokens.map(({ text }) => text))).toEqual(words);
    let firstToken = 0;
    for (const part of parts) {
      expect(part.firstToken).toBe(firstToken);
      firstToken += part.tokens.length;
    }
    expect(Math.max(...lengths(new Array(100_000).fill('a')))).toBe(400);
  });
});
