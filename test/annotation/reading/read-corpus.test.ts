import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '#annotation/formats/format-table.js';
import { type ParseCorpusOptions, parseCorpus } from '#annotation/reading/read-corpus.js';
import { MAX_LABELS, MAX_SENTENCE_TOKENS } from '#annotation/reading/read-documents.js';
import { contentOf, errorOf, whiteSpaceTokenizer } from './helpers.js';

const read = (text: string, options: Partial<ParseCorpusOptions> = {}) =>
  parseCorpus({ name: 'x', text, tokenizer: whiteSpaceTokenizer, ...options });

const spans = (text: string, ...entities: (readonly [number, number, string])[]) =>
  `${JSON.stringify({ text, entities })}\n`;

describe('tags', () => {
  test.each([
    ['IOB1', 'Ann I-PER\nBo B-PER\nLee I-PER\n'],
    ['IOB2', 'Ann B-PER\nBo B-PER\nLee I-PER\n'],
    ['BIOES', 'Ann S-PER\nBo B-PER\nLee E-PER\n'],
    ['BILOU', 'Ann U-PER\nBo B-PER\nLee L-PER\n'],
  ])('in %s become IOB2', (scheme, text) => {
    const { sentences, report } = read(text, { strict: true });
    expect(sentences[0].tags).toEqual(['B-PER', 'B-PER', 'I-PER']);
    expect(report).toMatchObject({ scheme, repairs: { total: 0, byKind: {}, first: [] } });
  });

  const illFormed = 'the O\nAnn I-PER\n\nBo B-PER\nRome I-LOC\n\nCy B-PER\n\nOslo B-LOC\n';

  test('are repaired, with counts and lines', () => {
    const { sentences, report } = read(illFormed);
    expect(sentences.map(({ tags }) => tags)).toEqual([['O', 'B-PER'], ['B-PER', 'B-LOC'], ['B-PER'], ['B-LOC']]);
    expect(report.repairs).toEqual({
      total: 2,
      byKind: { orphan_inside: 1, label_change: 1 },
      first: [
        { line: 2, kind: 'orphan_inside', word: 'Ann', tag: 'I-PER' },
        { line: 5, kind: 'label_change', word: 'Rome', tag: 'I-LOC' },
      ],
    });
  });

  test('are refused under strict where they need a repair', () => {
    expect(errorOf(() => read(illFormed.replaceAll('B-', 'S-'), { strict: true }))).toBe(
      'malformed_corpus: x:2: expected tags that need no repair (strict), found "I-PER" on "Ann": there is no entity before it to continue',
    );
  });

  test('list the first 20 repairs and count all', () => {
    const { repairs } = read(`${'a O\nb I-X\n\n'.repeat(30)}${'c B-X\n\n'.repeat(40)}`).report;
    expect(repairs.total).toBe(30);
    expect(repairs.first).toHaveLength(20);
  });

  test('of two schemes are read and reported, or refused under strict', () => {
    const mixed = 'Ann S-PER\n\nBo S-PER\n\nCy U-PER\n';
    const { sentences, report } = read(mixed);
    expect(sentences.map(({ tags }) => tags[0])).toEqual(['B-PER', 'B-PER', 'B-PER']);
    expect(report.scheme).toBe('BIOES');
    expect(report.repairs.byKind).toEqual({ foreign_prefix: 1 });
    expect(report.hints).toEqual(['tags of BIOES and of BILOU stand side by side: were two files joined?']);
    expect(errorOf(() => read(mixed, { strict: true }))).toBe(
      'malformed_corpus: x:5: expected one tag scheme in the file (strict), found "U-PER" although line 1 has "S-PER"',
    );
  });

  test(`of more than ${MAX_LABELS} labels are another column`, () => {
    const rows = Array.from({ length: MAX_LABELS + 1 }, (_, index) => `w NN B-${index}\n`).join('');
    expect(errorOf(() => read(rows))).toBe(
      'malformed_corpus: x: expected at most 200 labels, found 201 in column 3; is that where the tags are?',
    );
    expect(read(rows.slice(rows.indexOf('\n') + 1)).report.entitiesByLabel).toHaveLength(MAX_LABELS);
  });
});

describe('the report', () => {
  test('counts', () => {
    const text =
      '\uFEFFAnn\tB-PER\r\nLee\tI-PER\r\n\r\nann\tB-PER\r\nLEE\tB-__proto__\r\n\r\n-DOCSTART-\tO\r\n\r\nx\tO\r\n';
    expect(read(text).report).toEqual({
      name: 'x',
      format: 'conll',
      scheme: 'IOB2',
      columns: { count: 2, word: 1, tag: 2 },
      offsetUnit: null,
      documents: 2,
      sentences: 3,
      tokens: 5,
      entities: 3,
      entitiesByLabel: [
        { label: 'PER', entities: 2 },
        { label: '__proto__', entities: 1 },
      ],
      repairs: { total: 0, byKind: {}, first: [] },
      misaligned: [],
      overlaps: [],
      duplicates: { total: 1, first: [{ line: 4, firstLine: 1 }] },
      names: { in: 3, aligned: 3, repaired: 0, leftOut: 0 },
      comments: 0,
      leftOut: { total: 0, first: [] },
      faults: [],
      notes: ['byte order mark removed', '9 lines ended in CRLF'],
      hints: [],
      unusedRenames: [],
    });
  });

  test('warns of a file without entities', () => {
    expect(read('a O\n').report.hints).toEqual([
      'there is no entity at all: a tagger trained on this learns to tag nothing',
    ]);
  });
});

describe('errors', () => {
  test.each([
    ['', {}, 'empty_corpus: x: expected at least one sentence, found an empty file'],
    ['# only a comment\n', { format: 'inline' }, 'empty_corpus: x: expected at least one sentence, found none'],
    ['{"text": "", "entities": []}', {}, 'empty_corpus: x: expected at least one sentence, found none'],
    ['a O\n', { format: 'xlsx' }, `invalid_argument: "format" must be one of ${FORMAT_NAMES.join(', ')}, found "xlsx"`],
    [
      'a O\n',
      { align: 'x' },
      'invalid_argument: "align" must be one of cut, strict, expand, contract, skip, found "x"',
    ],
    ['a O\n', { overlaps: 'x' }, 'invalid_argument: "overlaps" must be one of longest, first, found "x"'],
    [
      'a O\n',
      { offsetUnit: 'x' },
      'invalid_argument: "offsetUnit" must be one of utf16, codepoint, utf8, crlf, codepoint-crlf, grapheme, found "x"',
    ],
    ['a O\n', { spanEnds: 'x' }, 'invalid_argument: "spanEnds" must be one of exclusive, inclusive, found "x"'],
    [
      `a O\n\n${'b O\n'.repeat(MAX_SENTENCE_TOKENS + 1)}`,
      {},
      'malformed_corpus: x:3: expected sentences of at most 10000 words, found one of 10001; are blank lines missing?',
    ],
  ])('%#: %.30j with %j', (text, options, message) => {
    expect(errorOf(() => read(text, options as Partial<ParseCorpusOptions>))).toBe(message);
  });
});

describe('misaligned spans', () => {
  const text = spans('Flights to India now', [11, 15, 'LOC'], [0, 7, 'X']);

  test('are reported with what would be right', () => {
    expect(read(text).report.misaligned).toEqual([
      {
        line: 1,
        span: { label: 'LOC', start: 11, end: 15 },
        text: 'Indi',
        nearestTokenSpan: { start: 11, end: 16, text: 'India' },
        outcome: 'cut',
        isWithinWord: true,
        suggestion: 'use 11 to 16 ("India")',
      },
    ]);
  });

  test.each([
    ['expand', ['B-X', 'O', 'B-LOC', 'O'], 'moved'],
    ['contract', ['B-X', 'O', 'O', 'O'], 'left out'],
    ['skip', ['B-X', 'O', 'O', 'O'], 'left out'],
  ] as const)('under %s', (align, tags, outcome) => {
    const { sentences, report } = read(text, { align });
    expect(sentences[0].tags).toEqual(tags);
    expect(report.misaligned.map((span) => span.outcome)).toEqual([outcome]);
  });

  test.each([{ align: 'strict' as const }, { strict: true }])('are an error under %j', (options) => {
    expect(errorOf(() => read(text, options))).toBe(
      'misaligned_span: x:1: expected spans that begin and end with a word, found LOC from 11 to 15 ("Indi"); use 11 to 16 ("India")',
    );
  });

  test.each([
    ['beyond the end', [0, 99, 'X'], ['B-X', 'I-X'], 'use 0 to 6 ("Ann Bo")'],
    ['before the beginning', [-1, 3, 'X'], ['B-X', 'O'], 'use 0 to 3 ("Ann")'],
    ['outside altogether', [50, 99, 'X'], ['O', 'O'], 'it lies past the end of the text, which has 6'],
    ['the wrong way round', [3, 0, 'X'], ['O', 'O'], 'it is reversed: its start lies behind its end'],
    ['empty', [0, 0, 'X'], ['O', 'O'], 'it is empty'],
  ] as const)('%s', (_, span, tags, suggestion) => {
    const { sentences, report } = read(spans('Ann Bo', span));
    expect(sentences[0].tags).toEqual(tags);
    expect(report.misaligned.map((entry) => entry.suggestion)).toEqual([suggestion]);
  });

  test('in a text without words', () => {
    const { report } = read(spans(' ', [0, 1, 'X']) + spans('a', [0, 1, 'X']));
    expect(report.misaligned[0]).toMatchObject({
      nearestTokenSpan: null,
      suggestion: 'remove it: the text has no words',
    });
  });
});

describe('habits of offsets', () => {
  const shifted = (startShift: number, endShift: number) =>
    Array.from({ length: 10 }, () => spans('In Rome now', [3 + startShift, 7 + endShift, 'LOC'])).join('');

  test.each([
    [0, -1, 'ends look inclusive: adding 1 to each end fixes 100 % of the 10 misaligned spans (--fix inclusive-ends)'],
    [
      1,
      1,
      'offsets look counted from 1: subtracting 1 from starts and ends fixes 100 % of the 10 misaligned spans (--fix from-one)',
    ],
    [
      1,
      0,
      'offsets look counted from 1, with inclusive ends: subtracting 1 from each start fixes 100 % of the 10 misaligned spans (--fix from-one-inclusive)',
    ],
    [
      0,
      1,
      'ends look one too large: subtracting 1 from each end fixes 100 % of the 10 misaligned spans (--fix long-ends)',
    ],
  ])('starts %d and ends %d off are explained', (startShift, endShift, hint) => {
    expect(read(shifted(startShift, endShift)).report.hints).toEqual([hint]);
  });

  test('are explained in spite of a few other mistakes', () => {
    const { hints } = read(shifted(0, -1).repeat(3) + spans('Ann Bo', [1, 2, 'X'])).report;
    expect(hints).toEqual([
      'ends look inclusive: adding 1 to each end fixes 97 % of the 31 misaligned spans (--fix inclusive-ends)',
    ]);
  });

  test.each([
    ['single mistakes', shifted(0, 0) + spans('In Rome', [3, 6, 'LOC'])],
    ['what nothing explains', shifted(2, -1)],
    ['no mistakes', shifted(0, 0)],
  ])('%s are not', (_, text) => {
    expect(read(text).report.hints).toEqual([]);
  });

  test('can be told: inclusive ends', () => {
    const { sentences, report } = read(shifted(0, -1), { spanEnds: 'inclusive' });
    expect(sentences[0].tags).toEqual(['O', 'B-LOC', 'O']);
    expect(report).toMatchObject({ misaligned: [], hints: [] });
    expect(read(spans('In Rome', [3, 5, 'LOC']), { spanEnds: 'inclusive' }).report.misaligned[0]).toMatchObject({
      text: 'Rom',
      nearestTokenSpan: { start: 3, end: 6, text: 'Rome' },
    });
  });
});

describe('offset units', () => {
  // Rome in "😀 é Rome": from 5 in UTF-16 units, 4 in code points, 8 in bytes.
  const text = '😀 é Rome';
  const files = {
    utf16: spans(text, [5, 9, 'LOC']),
    codepoint: spans(text, [4, 8, 'LOC']),
    utf8: spans(text, [8, 12, 'LOC']),
  };
  const names = { utf16: 'UTF-16 units', codepoint: 'code points', utf8: 'UTF-8 bytes' };

  test.each(['utf16', 'codepoint', 'utf8'] as const)(
    '%s is detected, may be given, and contradicts the others',
    (unit) => {
      const detected = read(files[unit], { strict: true });
      expect(contentOf(detected.sentences)).toEqual([{ words: ['😀', 'é', 'Rome'], tags: ['O', 'O', 'B-LOC'] }]);
      expect(detected.report.offsetUnit).toBe(unit);
      expect(detected.report.notes).toEqual(
        unit === 'utf16' ? [] : [`offsets read as ${names[unit]}: more spans fit the words than as UTF-16 units`],
      );

      expect(read(files[unit], { offsetUnit: unit }).report).toMatchObject({
        offsetUnit: unit,
        notes: [],
        hints: [],
        unusedRenames: [],
        misaligned: [],
      });

      const other = unit === 'utf8' ? 'utf16' : 'utf8';
      const { misaligned, hints } = read(files[unit], { offsetUnit: other }).report;
      expect(misaligned).toHaveLength(1);
      expect(hints).toContain(`offsets look like ${names[unit]}: more spans would fit the words`);
    },
  );

  test('of a record itself come first', () => {
    const line = files.utf8.replace('{', '{"offset_unit":"utf8",');
    for (const offsetUnit of ['utf16', 'codepoint'] as const) {
      expect(read(line, { offsetUnit, strict: true }).sentences[0].tags).toEqual(['O', 'O', 'B-LOC']);
    }
  });

  test('are UTF-16 for a file in ASCII', () => {
    expect(read(spans('Ann', [1, 2, 'X'])).report.offsetUnit).toBe('utf16');
  });

  test('give suggestions in the unit of the file', () => {
    const line = spans(`${text} Oslo`, [4, 8, 'LOC'], [9, 12, 'LOC']);
    expect(read(line).report.misaligned[0]).toMatchObject({
      text: 'Osl',
      span: { start: 9, end: 12 },
      nearestTokenSpan: { start: 9, end: 13, text: 'Oslo' },
    });
  });

  test('take an offset inside a character for the one before it', () => {
    const { sentences, report } = read(spans('😀 b', [1, 4, 'X']), { offsetUnit: 'utf16' });
    expect(sentences[0].tags).toEqual(['B-X', 'I-X']);
    expect(report.misaligned[0].suggestion).toBe('use 0 to 4 ("😀 b")');
  });
});

describe('overlapping spans', () => {
  const text = spans('the Bank of England', [12, 19, 'LOC'], [4, 19, 'ORG'], [4, 8, 'PER']);

  test.each([
    ['longest', ['O', 'B-ORG', 'I-ORG', 'I-ORG'], ['LOC England', 'PER Bank']],
    ['first', ['O', 'B-PER', 'O', 'B-LOC'], ['ORG Bank of England']],
  ] as const)('keep the %s', (overlaps, tags, dropped) => {
    const { sentences, report } = read(text, { overlaps });
    expect(sentences[0].tags).toEqual(tags);
    expect(report.overlaps.map((overlap) => `${overlap.dropped.label} ${overlap.dropped.text}`)).toEqual(dropped);
  });

  test('are an error under strict', () => {
    expect(errorOf(() => read(text, { strict: true }))).toBe(
      'overlapping_spans: x:1: expected spans that do not overlap, found ORG "Bank of England" and LOC "England"',
    );
  });
});

describe('sentences that the file names end there, whatever the next one begins with', () => {
  test.each([
    ['a single letter', 'We met at Stade Hadi V.'],
    ['a pronoun', 'Nobody is as tall as I.'],
    ['a grade', 'She got a B.'],
    ['a vitamin', 'It is full of vitamin C.'],
    ['a surname that is an abbreviation too', 'I met Kavita Sen.'],
    ['a pop group', 'They like Group Q.'],
    ['a king', 'That was under James V.'],
  ])('after %s', (_, first) => {
    const { sentences } = parseCorpus({ name: 'x', text: `[Ann|PER] left.\n${first}\nNo drums.\n`, format: 'inline' });
    const alone = parseCorpus({ name: 'x', text: `[Ann|PER] left.\n\n${first}\n`, format: 'inline' });
    expect(sentences[1].words).toEqual(alone.sentences[1].words);
    expect(sentences[1].words.at(-1)).toBe('.');
    expect(sentences[2].words).toEqual(['No', 'drums', '.']);
  });

  test('and an abbreviation keeps its stop', () => {
    const text = '[Ann|PER] works for Hale & Co.\nBo met Dr.\nLee at 5 p.m.\n';
    const { sentences } = parseCorpus({ name: 'x', text, format: 'inline' });
    expect(sentences.map(({ words }) => words.at(-1))).toEqual(['Co.', 'Dr.', 'p.m.']);
  });
});
