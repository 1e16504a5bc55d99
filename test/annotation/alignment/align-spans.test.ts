import { describe, expect, test } from 'vitest';
import { type AlignMode, alignSpan } from '#annotation/alignment/align-spans.js';
import { whiteSpaceTokenizer } from '../reading/helpers.js';

const tokens = whiteSpaceTokenizer.tokenize('In New York now'); // [0,2) [3,6) [7,11) [12,15)
const range = (startToken: number, endToken: number) => ({ startToken, endToken });

describe('alignSpan', () => {
  test.each([
    [0, 2, range(0, 1)],
    [3, 11, range(1, 3)],
    [0, 15, range(0, 4)],
    [12, 15, range(3, 4)],
  ])('finds the tokens of [%d, %d) in every mode', (start, end, expected) => {
    for (const mode of ['strict', 'expand', 'contract', 'skip'] as const) {
      expect(alignSpan({ start, end }, tokens, mode)).toEqual({ isExact: true, tokens: expected, nearest: expected });
    }
  });

  test.each<[string, number, number, AlignMode, ReturnType<typeof range> | null, ReturnType<typeof range>]>([
    ['an end within a word', 3, 10, 'expand', range(1, 3), range(1, 3)],
    ['an end within a word', 3, 10, 'contract', range(1, 2), range(1, 3)],
    ['an end within a word', 3, 10, 'skip', null, range(1, 3)],
    ['an end within a word', 3, 10, 'strict', null, range(1, 3)],
    ['a start within a word', 4, 11, 'expand', range(1, 3), range(1, 3)],
    ['a start within a word', 4, 11, 'contract', range(2, 3), range(1, 3)],
    ['a part of one word', 4, 5, 'expand', range(1, 2), range(1, 2)],
    ['a part of one word', 4, 5, 'contract', null, range(1, 2)],
    ['white space around a word', 2, 7, 'expand', range(1, 2), range(1, 2)],
    ['white space around a word', 2, 7, 'contract', range(1, 2), range(1, 2)],
    ['white space alone', 2, 3, 'expand', null, range(1, 2)],
    ['nothing', 8, 8, 'expand', null, range(2, 3)],
    ['an end before the start', 8, 3, 'expand', null, range(2, 3)],
    ['something behind the last word', 15, 16, 'expand', null, range(3, 4)],
  ])('%s: [%d, %d) with %s', (_, start, end, mode, expected, nearest) => {
    expect(alignSpan({ start, end }, tokens, mode)).toEqual({ isExact: false, tokens: expected, nearest });
  });

  test('knows texts without tokens', () => {
    expect(alignSpan({ start: 0, end: 1 }, [], 'expand')).toEqual({ isExact: false, tokens: null, nearest: null });
  });
});
