import { expect, test } from 'vitest';
import { sentenceKey } from '#annotation/documents/sentence-key.js';

test.each([
  [
    ['Ann', 'SANG'],
    ['ann', 'sang'],
  ],
  [['Jose\u0301'], ['José']],
  [
    ['ﬁn', 'Ａ'],
    ['fin', 'a'],
  ],
])('%j and %j are the same sentence', (one, two) => {
  expect(sentenceKey(one)).toBe(sentenceKey(two));
});

test.each([
  [
    ['Ann', '1'],
    ['Ann', '2'],
  ],
  [
    ['a', '.'],
    ['a', '!'],
  ],
  [['résumé'], ['resume']],
])('%j and %j are not', (one, two) => {
  expect(sentenceKey(one)).not.toBe(sentenceKey(two));
});
