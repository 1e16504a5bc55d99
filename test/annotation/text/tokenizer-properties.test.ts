import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SENTENCE_TOKENS, splitSentences } from '#annotation/text/sentence-splitter.js';
import { tokenize } from '../../helpers/tokenizer.js';
import { anyText, spacedText } from './arbitrary-text.js';

describe('tokenize, on any text', () => {
  test('gives tokens that are their own slice, in order, with nothing but white space between them', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const token of tokenize(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(text.slice(token.start, token.end)).toBe(token.text);
          expect(text.slice(end, token.start)).toMatch(/^\s*$/);
          expect(token.text).not.toMatch(/\s/);
          end = token.end;
        }
        expect(text.slice(end)).toMatch(/^\s*$/);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives the same tokens every time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenize(text)).toEqual(tokenize(text));
      }),
    );
  });

  test('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const token of tokenize(text)) expect(token.text).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  test('leaves tokens as they are when they are joined by spaces and cut again', () => {
    fc.assert(
      fc.property(spacedText, (text) => {
        const words = tokenize(text).map((token) => token.text);
        expect(tokenize(words.join(' ')).map((token) => token.text)).toEqual(words);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('splitSentences, on any text', () => {
  test('keeps every token, in order, in sentences that are neither empty nor too long', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokens = tokenize(text);
        const sentences = splitSentences(text, tokens);
        expect(sentences.flat()).toEqual(tokens);
        for (const sentence of sentences) {
          expect(sentence.length).toBeGreaterThan(0);
          expect(sentence.length).toBeLessThanOrEqual(MAX_SENTENCE_TOKENS);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps every token of a long text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', ',', ';', '. B', '\n', ' ', '"'), { minLength: 800, maxLength: 3000 }),
        (parts) => {
          const text = parts.join(' ');
          const tokens = tokenize(text);
          const sentences = splitSentences(text, tokens);
          expect(sentences.flat()).toEqual(tokens);
          expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(MAX_SENTENCE_TOKENS);
        },
      ),
      { numRuns: 100 },
    );
  });
});
