import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iob2FromSpans, spansFromIob2 } from '#annotation/tags/spans.js';
import { anySpans, anyTags } from './arbitraries.js';

describe('spansFromIob2', () => {
  test.each([
    ['nothing', '', []],
    ['no entity', 'O O', []],
    ['one to the last token', 'O B-PER I-PER', [['PER', 1, 3]]],
    [
      'touching entities of one label',
      'B-PER B-PER I-PER',
      [
        ['PER', 0, 1],
        ['PER', 1, 3],
      ],
    ],
    [
      'touching entities of two labels',
      'B-PER B-LOC',
      [
        ['PER', 0, 1],
        ['LOC', 1, 2],
      ],
    ],
    [
      'labels with hyphens',
      'B-creative-work I-creative-work B-creative',
      [
        ['creative-work', 0, 2],
        ['creative', 2, 3],
      ],
    ],
    ['a stray I after O', 'O I-PER I-PER', [['PER', 1, 3]]],
    [
      'a stray I of another label',
      'B-PER I-LOC',
      [
        ['PER', 0, 1],
        ['LOC', 1, 2],
      ],
    ],
  ] as const)('reads %s', (_, tags, expected) => {
    const spans = spansFromIob2(tags === '' ? [] : tags.split(' '));
    expect(spans).toEqual(expected.map(([label, startToken, endToken]) => ({ label, startToken, endToken })));
  });
});

describe('iob2FromSpans', () => {
  test('is undone by spansFromIob2', () => {
    fc.assert(
      fc.property(anySpans, ({ spans, tokenCount }) => {
        const tags = iob2FromSpans([...spans].reverse(), tokenCount);
        expect(tags).toHaveLength(tokenCount);
        expect(spansFromIob2(tags)).toEqual(spans);
      }),
    );
  });

  test('keeps what spansFromIob2 found in any tags', () => {
    fc.assert(
      fc.property(anyTags, (tags) => {
        const spans = spansFromIob2(tags);
        expect(spansFromIob2(iob2FromSpans(spans, tags.length))).toEqual(spans);
      }),
    );
  });

  test('refuses overlapping spans and names both', () => {
    const spans = [
      { label: 'PER', startToken: 0, endToken: 2 },
      { label: 'LOC', startToken: 1, endToken: 3 },
    ];
    expect(() => iob2FromSpans(spans, 3)).toThrow('spans must not overlap, found LOC [1, 3) and PER [0, 2) on token 1');
  });

  test.each([
    [1, 1],
    [2, 1],
    [-1, 1],
    [0, 4],
    [0.5, 1],
    [Number.NaN, 1],
  ])('refuses [%d, %d) in 3 tokens', (startToken, endToken) => {
    expect(() => iob2FromSpans([{ label: 'PER', startToken, endToken }], 3)).toThrow(
      `"spans" must hold at least one of 3 tokens each, found PER [${startToken}, ${endToken})`,
    );
  });

  test('refuses an illegal label', () => {
    expect(() => iob2FromSpans([{ label: 'a b', startToken: 0, endToken: 1 }], 1)).toThrow('found "a b"');
  });
});
