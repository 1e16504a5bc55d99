import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeConll } from '#annotation/formats/conll.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { anySentences, contentOf, errorOf, sentence } from '../reading/helpers.js';

const read = (text: string) => parseCorpus({ name: 'x.conll', text, format: 'conll' });

describe('reading CoNLL columns', () => {
  test('takes the first column as word and the last as tag', () => {
    const { sentences, report } = read('EU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\nRome NNP B-NP I-LOC\n');
    expect(sentences).toEqual([
      { words: ['EU', 'rejects'], tags: ['B-ORG', 'O'], document: 0, source: { file: 'x.conll', line: 1 } },
      { words: ['Rome'], tags: ['B-LOC'], document: 0, source: { file: 'x.conll', line: 4 } },
    ]);
    expect(report.columns).toEqual({ count: 4, word: 1, tag: 4 });
    expect(report.scheme).toBe('IOB1');
  });

  test('splits at TAB alone if there is one, so that words may hold spaces', () => {
    expect(contentOf(read('New York\tB-LOC\n \tO\n# 1\tO\n').sentences)).toEqual([
      { words: ['New York', ' ', '# 1'], tags: ['B-LOC', 'O', 'O'] },
    ]);
  });

  test('splits at runs of spaces otherwise, and forgives some at the end', () => {
    expect(contentOf(read('Rome   B-LOC  \n fell O\n').sentences)).toEqual([
      { words: ['Rome', 'fell'], tags: ['B-LOC', 'O'] },
    ]);
  });

  test.each([
    '-DOCSTART- -X- O O',
    '-DOCSTART- -X- -X- O',
    '-DOCSTART- -X- O',
    '-DOCSTART-\tO',
    '-DOCSTART-',
    '# newdoc id = 7',
  ])('begins a document at %s', (mark) => {
    const { sentences, report } = read(
      `${mark}\n\na O\n\nb O\n${mark}\n\n${mark}\n\nc O\n`.replaceAll(' O\n', mark.includes('\t') ? '\tO\n' : ' O\n'),
    );
    expect(sentences.map(({ document }) => document)).toEqual([0, 0, 1]);
    expect(report.documents).toBe(2);
  });

  test('tells comments from hashes', () => {
    const spaces = read('# id = 5\n# B-MISC\n# two O\n# O\n# O O\nRome B-LOC\n');
    expect(spaces.sentences[0].words).toEqual(['#', '#', 'Rome']);
    const tabs = read('# text = Rome O\n#\tO\nRome\tB-LOC\n# \tO\n');
    expect(tabs.sentences[0].words).toEqual(['#', 'Rome', '# ']);
  });

  test('ends sentences at blank lines, of white space or of TABs as spreadsheets write them, however many', () => {
    expect(read('\n\na\tO\n\t\n  \n\nb\tO').sentences.map(({ words }) => words)).toEqual([['a'], ['b']]);
  });

  test.each([
    ['London\n', 'x.conll:1: expected at least 2 columns (word and tag), found 1 ("London")'],
    [
      'a\tO\nb\tO\n\nLondon O\n',
      'x.conll:4: expected at least 2 columns separated by tabs (word and tag), found 1 ("London O")',
    ],
    ['a b O\nc O\n', 'x.conll:2: expected 3 columns as in line 1, found 2 ("c O")'],
    ['a\tb\tO\n\nc\tO\n', 'x.conll:3: expected 3 columns separated by tabs as in line 1, found 2 ("c\\tO")'],
    ['a\tO\n\tO\n', 'x.conll:2: expected a word in column 1, found "\\tO"'],
    [
      'Spalte Marke\na B-X\n',
      'x.conll:1: expected a tag such as O, B-PER or I-PER in column 2, found "Marke"; is the tag in the last column, and is this line no heading?',
    ],
    [
      'a B-PER\nb PER\n',
      'x.conll:2: expected a tag such as O, B-PER or I-PER in column 2, found "PER"; a label needs a prefix, such as B-PER',
    ],
    ['a O\nb x\u009b\n', 'x.conll:2: expected a tag such as O, B-PER or I-PER in column 2, found "x\\u009b"'],
  ])('refuses %j', (text, message) => {
    const code = message.includes('a tag such as') ? 'invalid_tag' : 'malformed_corpus';
    expect(errorOf(() => read(text))).toBe(`${code}: ${message}`);
  });
});

describe('writing CoNLL columns', () => {
  test('writes word TAB tag, blank lines between sentences and marks between documents', () => {
    const sentences = [sentence('Ann/B-PER sang'), sentence('Rome/B-LOC'), sentence('b', { document: 1 })];
    expect(writeConll(sentences)).toBe('Ann\tB-PER\nsang\tO\n\nRome\tB-LOC\n\n-DOCSTART-\tO\n\nb\tO\n');
    expect(writeConll([])).toBe('');
  });

  test('is read back as it was: as many entities out as in', () => {
    fc.assert(
      fc.property(
        anySentences((word) => !/[\t\r\n\0]/.test(word)),
        (sentences) => {
          const corpus = read(writeConll(sentences));
          expect(contentOf(corpus.sentences)).toEqual(contentOf(sentences));
          expect(corpus.sentences.map(({ document }) => document)).toEqual(sentences.map(({ document }) => document));
          expect(corpus.report.repairs.total).toBe(0);
        },
      ),
    );
  });

  test('words that look like tags are read back as words', () => {
    for (const words of [['B-PER'], ['B-PER', 'I-PER'], ['O'], ['S-LOC', 'O']]) {
      const sentences = [{ ...sentence('a'), words, tags: words.map(() => 'O') }];
      expect(contentOf(read(writeConll(sentences)).sentences)).toEqual(contentOf(sentences));
    }
  });

  test.each(['', 'a\tb', 'a\nb', '\r', '\0', '-DOCSTART-'])('refuses the word %j', (word) => {
    const odd = { ...sentence('a'), words: [word] };
    expect(() => writeConll([odd])).toThrow(
      `"sentences" must hold words without TAB, line end or NUL that are not empty and not -DOCSTART-, found ${JSON.stringify(word)}`,
    );
  });
});
