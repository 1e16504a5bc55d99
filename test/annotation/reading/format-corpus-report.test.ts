import { expect, test } from 'vitest';
import { formatCorpusReport } from '#annotation/reading/format-corpus-report.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { whiteSpaceTokenizer } from './helpers.js';

test('tells everything that was done to a file', () => {
  const line = (...entities: unknown[]) => `${JSON.stringify({ text: 'the Bank of England é now', entities })}\r\n`;
  const misaligned = Array.from({ length: 7 }, () => line([4, 7, 'ORG'])).join('');
  const text = line([4, 19, 'ORG'], [12, 19, 'LOC'], [22, 25, 'X']) + misaligned;
  const { report } = parseCorpus({ name: 'x.jsonl', text, tokenizer: whiteSpaceTokenizer });
  const found = 'ORG from 4 to 7 ("Ban") cut; use 4 to 8 ("Bank")';
  expect(formatCorpusReport(report)).toEqual([
    '✔ x.jsonl: jsonl, offsets in utf16',
    '  8 documents, 8 sentences, 55 tokens, 9 entities (ORG 8, X 1)',
    'ℹ of 10 names 2 were taken as they stand, 7 repaired, 1 left out',
    'ℹ 8 lines ended in CRLF',
    '⚠ 7 spans that do not begin and end with a word',
    ...[2, 3, 4, 5, 6].map((number) => `    x.jsonl:${number}: ${found}`),
    '    … and 2 more',
    '⚠ 1 spans dropped because they overlap another one',
    '    x.jsonl:1: LOC "England" dropped, ORG "Bank of England" kept',
    '⚠ 6 sentences stand in the file already, e.g. x.jsonl:3 has the words of line 2',
    '⚠ ends look inclusive: adding 1 to each end fixes 100 % of the 7 misaligned spans (--fix inclusive-ends)',
  ]);
});

test('is short for a good file', () => {
  const { report } = parseCorpus({ name: 'x.txt', text: 'Nothing here.\n', format: 'inline' });
  expect(formatCorpusReport({ ...report, hints: [] })).toEqual([
    '✔ x.txt: inline',
    '  1 documents, 1 sentences, 3 tokens, 0 entities',
  ]);
});
