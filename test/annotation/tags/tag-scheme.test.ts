import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iob2FromSpans, spansFromIob2 } from '#annotation/tags/spans.js';
import { detectScheme, fromIob2, type TagScheme, toIob2 } from '#annotation/tags/tag-scheme.js';
import { anySpans, anyTags } from './arbitraries.js';

const SCHEMES: readonly TagScheme[] = ['IOB1', 'IOB2', 'BIOES', 'BILOU'];
const split = (tags: string) => tags.split(' ');

/** "Ann Smith, Bo" beside "Cy" (touching), then Rome. */
const EXAMPLE: Readonly<Record<TagScheme, string>> = {
  IOB1: 'I-PER I-PER O I-PER B-PER I-LOC',
  IOB2: 'B-PER I-PER O B-PER B-PER B-LOC',
  BIOES: 'B-PER E-PER O S-PER S-PER S-LOC',
  BILOU: 'B-PER L-PER O U-PER U-PER U-LOC',
};

describe.each(SCHEMES)('%s', (scheme) => {
  test('is recognised', () => {
    expect(detectScheme([split(EXAMPLE[scheme])])).toEqual({ scheme, isMixed: false });
  });

  test('becomes IOB2 without a repair, and back', () => {
    const { tags, repairs } = toIob2(split(EXAMPLE[scheme]), scheme);
    expect(tags).toEqual(split(EXAMPLE.IOB2));
    expect(repairs).toEqual([]);
    expect(fromIob2(tags, scheme)).toEqual(split(EXAMPLE[scheme]));
  });

  test('keeps any spans', () => {
    fc.assert(
      fc.property(anySpans, ({ spans, tokenCount }) => {
        const iob2 = iob2FromSpans(spans, tokenCount);
        const read = toIob2(fromIob2(iob2, scheme), scheme);
        expect(read.tags).toEqual(iob2);
        expect(read.repairs).toEqual([]);
      }),
    );
  });

  test('repairs any tags to well-formed IOB2 without losing a labelled token', () => {
    fc.assert(
      fc.property(anyTags, (written) => {
        const { tags } = toIob2(written, scheme);
        expect(tags.map((tag) => tag.slice(2))).toEqual(written.map((tag) => tag.slice(2)));
        expect(toIob2(tags, 'IOB2')).toEqual({ tags, repairs: [] });
        expect(iob2FromSpans(spansFromIob2(tags), tags.length)).toEqual(tags);
      }),
    );
  });
});

describe('detectScheme', () => {
  test.each<[string, string[], TagScheme]>([
    ['only O', ['O O'], 'IOB2'],
    ['nothing', [], 'IOB2'],
    ['I- alone, never B-', ['I-PER I-PER O', 'I-LOC'], 'IOB1'],
    ['IOB2 with one stray I-', ['B-PER O B-LOC', 'I-PER O'], 'IOB2'],
    ['IOB1 with one needless B-', ['I-PER O I-LOC O B-LOC'], 'IOB1'],
    ['as many signs of IOB1 as of IOB2', ['I-PER O B-PER'], 'IOB2'],
  ])('%s', (_, sentences, scheme) => {
    expect(detectScheme(sentences.map(split))).toEqual({ scheme, isMixed: false });
  });

  test('starts afresh in every sentence', () => {
    expect(detectScheme([['I-PER'], ['I-PER', 'B-PER']]).scheme).toBe('IOB1');
  });

  test('tells a mixture of BIOES and BILOU', () => {
    expect(detectScheme([split('S-PER O U-PER U-LOC')])).toEqual({ scheme: 'BILOU', isMixed: true });
    expect(detectScheme([split('S-PER O U-PER')])).toEqual({ scheme: 'BIOES', isMixed: true });
  });

  test('refuses what is no tag', () => {
    expect(() => detectScheme([['PER']])).toThrow('found "PER"');
  });
});

describe('the repair rule', () => {
  test.each<[TagScheme, string, string, (readonly [string, number])[]]>([
    ['IOB2', 'O I-PER I-PER', 'O B-PER I-PER', [['orphan_inside', 1]]],
    ['IOB2', 'I-PER O', 'B-PER O', [['orphan_inside', 0]]],
    ['IOB2', 'B-PER I-LOC', 'B-PER B-LOC', [['label_change', 1]]],
    ['IOB2', 'B-PER O I-PER', 'B-PER O B-PER', [['orphan_inside', 2]]],
    [
      'IOB2',
      'S-PER E-PER',
      'B-PER B-PER',
      [
        ['foreign_prefix', 0],
        ['orphan_end', 1],
        ['foreign_prefix', 1],
      ],
    ],
    ['IOB1', 'O B-PER I-PER', 'O B-PER I-PER', [['needless_begin', 1]]],
    ['IOB1', 'I-PER I-LOC', 'B-PER B-LOC', []],
    ['BIOES', 'B-PER I-PER O', 'B-PER I-PER O', [['missing_end', 1]]],
    ['BIOES', 'B-PER', 'B-PER', [['missing_end', 0]]],
    ['BIOES', 'B-PER B-PER E-PER', 'B-PER B-PER I-PER', [['missing_end', 0]]],
    ['BIOES', 'B-PER S-PER', 'B-PER B-PER', [['missing_end', 0]]],
    ['BIOES', 'O E-PER O', 'O B-PER O', [['orphan_end', 1]]],
    ['BIOES', 'S-PER E-PER', 'B-PER B-PER', [['orphan_end', 1]]],
    [
      'BIOES',
      'S-PER I-PER',
      'B-PER B-PER',
      [
        ['orphan_inside', 1],
        ['missing_end', 1],
      ],
    ],
    [
      'BIOES',
      'B-PER E-LOC',
      'B-PER B-LOC',
      [
        ['missing_end', 0],
        ['label_change', 1],
      ],
    ],
    [
      'BIOES',
      'B-PER L-PER U-LOC',
      'B-PER I-PER B-LOC',
      [
        ['foreign_prefix', 1],
        ['foreign_prefix', 2],
      ],
    ],
    [
      'BILOU',
      'B-PER E-PER S-LOC',
      'B-PER I-PER B-LOC',
      [
        ['foreign_prefix', 1],
        ['foreign_prefix', 2],
      ],
    ],
    ['BILOU', 'O L-PER', 'O B-PER', [['orphan_end', 1]]],
  ])('%s %s -> %s', (scheme, written, iob2, repairs) => {
    const read = toIob2(split(written), scheme);
    expect(read.tags).toEqual(split(iob2));
    expect(read.repairs).toEqual(repairs.map(([kind, token]) => ({ kind, token, tag: split(written)[token] })));
  });

  test('refuses what is no tag', () => {
    expect(() => toIob2(['B-PER', 'X'], 'IOB2')).toThrow('found "X"');
  });
});

describe('fromIob2', () => {
  test.each(['O I-PER', 'B-PER I-LOC', 'S-PER', 'I-PER'])('refuses %s, which is not well-formed', (tags) => {
    expect(() => fromIob2(split(tags), 'BIOES')).toThrow(/expected IOB2 tags, found ".-..." at token \d/);
  });
});
