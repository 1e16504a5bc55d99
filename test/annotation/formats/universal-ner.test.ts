import { describe, expect, test } from 'vitest';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { errorOf } from '../reading/helpers.js';

const FILE = `# newdoc id = one
# sent_id = 1
# text = We'll go to Tampa, Mr. X
1-2\tWe'll\t_\t-\t-
1\tWe\tO\t-\tann
2\t'll\tO\t-\tann
2.1\tgo\t_\t-\t-
3\tTampa\tB-LOC\t-\tann
4\tBay\tI-LOC\t-\tann
5\tUnion\tB-OTH\t-\tann
6\t-\tB-O\t-\tann
7\t-\tI-O\t-\tann

# newdoc id = two
1\tX\tB-PER\t-\tann
`;

const read = (text: string) => parseCorpus({ name: 'x.iob2', text });

describe('reading Universal NER', () => {
  test('takes the tag from column 3, keeps OTH, and reads B-O as O', () => {
    const { sentences, report } = read(FILE);
    expect(sentences).toEqual([
      {
        words: ['We', "'ll", 'Tampa', 'Bay', 'Union', '-', '-'],
        tags: ['O', 'O', 'B-LOC', 'I-LOC', 'B-OTH', 'O', 'O'],
        document: 0,
        source: { file: 'x.iob2', line: 5 },
      },
      { words: ['X'], tags: ['B-PER'], document: 1, source: { file: 'x.iob2', line: 15 } },
    ]);
    expect(report).toMatchObject({
      format: 'universal-ner',
      columns: { count: 5, word: 2, tag: 3 },
      notes: ['2 rows of multiword tokens or empty nodes skipped', '2 tags B-O or I-O read as O'],
    });
  });

  test.each([
    ['1\ta\tO\nx\tb\tO\n', 'x.iob2:2: expected a token number in column 1, found "x"'],
    [
      '1\ta\tO\n2\tb\n',
      'x.iob2:2: expected at least 3 columns separated by tabs (number, word, tag), found 2 ("2\\tb")',
    ],
    ['1\ta\tO\n2\t\tO\n', 'x.iob2:2: expected a word in column 2, found "2\\t\\tO"'],
    [
      '1\ta\tO\n2\tb\tB-PER\n3\tc\tPER\tO\n',
      'x.iob2:3: expected a tag such as O, B-PER or I-PER in column 3, found "PER"; a label needs a prefix, such as B-PER',
    ],
  ])('refuses %j', (text, message) => {
    const code = message.includes('a tag such as') ? 'invalid_tag' : 'malformed_corpus';
    expect(errorOf(() => parseCorpus({ name: 'x.iob2', text, format: 'universal-ner' }))).toBe(`${code}: ${message}`);
  });
});
