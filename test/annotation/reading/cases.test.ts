import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Ledger } from '#annotation/documents/ledger.js';
import { type ParseCorpusOptions, parseCorpus } from '#annotation/reading/read-corpus.js';
import { compareTokens, recutSentence } from '#annotation/reading/recut.js';
import { chooseTokenizer, createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { contentOf, errorOf } from './helpers.js';

/** Kinds of files on which readers of annotated text go wrong, each with inputs of its own. */
const read = (text: string, options: Partial<ParseCorpusOptions> = {}) => parseCorpus({ name: 'x', text, ...options });
const marked = (text: string, options: Partial<ParseCorpusOptions> = {}) =>
  read(text, options).sentences.map(({ words, tags }) =>
    words.map((word, token) => (tags[token] === 'O' ? word : `${word}/${tags[token]}`)).join(' '),
  );
const said = ({ notes, hints }: Ledger) => [...notes, ...hints].join('\n');
const json = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

describe('C1: words cut at white space alone', () => {
  const tokenizer = createDefaultTokenizer();

  test.each([
    ['Lund. B-LOC\n', 'Lund.', ['Lund', '.']],
    ['“Ida B-PER\nslept O\n', '“Ida', ['“', 'Ida']],
    ['(Bergen) B-LOC\n', '(Bergen)', ['(', 'Bergen', ')']],
    ["Tove's B-PER\nboat O\n", "Tove's", ['Tove', "'s"]],
  ])('%j: the words that tag cuts otherwise are counted', (text, word, pieces) => {
    const { words, cut, commonest } = compareTokens(read(text).sentences, tokenizer);
    expect({ words, cut, commonest }).toEqual({
      words: read(text).sentences[0].words.length,
      cut: 1,
      commonest: [{ word, pieces, count: 1 }],
    });
  });

  test.each([
    [['Lund.'], ['B-LOC'], ['Lund', '.'], ['B-LOC', 'O']],
    [
      ['(Bergen', 'Bay)'],
      ['B-LOC', 'I-LOC'],
      ['(', 'Bergen', 'Bay', ')'],
      ['O', 'B-LOC', 'I-LOC', 'O'],
    ],
    [['“Ida,'], ['B-PER'], ['“', 'Ida', ','], ['O', 'B-PER', 'O']],
    [
      ['Vik', 'Inc.', 'grew.'],
      ['B-ORG', 'I-ORG', 'O'],
      ['Vik', 'Inc.', 'grew', '.'],
      ['B-ORG', 'I-ORG', 'O', 'O'],
    ],
  ])('%j is cut again, punctuation outside of names', (words, tags, newWords, newTags) => {
    expect(recutSentence({ words, tags }, tokenizer)).toEqual({ words: newWords, tags: newTags });
  });

  test('words that both cut alike are no finding', () => {
    expect(compareTokens(read('Ida B-PER\nslept O\n. O\n').sentences, tokenizer).cut).toBe(0);
  });
});

describe('C2: one character a row', () => {
  test.each([
    ['王小红去上海看朋友王小红去上海看朋友王小红去上海', 'characters'],
    ['東京で友達に会う東京で友達に会う東京で友達', 'characters'],
    ['acgtacgtacgtacgtacgtacgt', 'graphemes'],
  ])('%s: its tokenizer cuts characters', (text, id) => {
    const rows = [...text].map((character) => `${character} O\n`).join('');
    expect(chooseTokenizer(read(rows).sentences).id).toBe(id);
    expect(compareTokens(read(rows).sentences, chooseTokenizer(read(rows).sentences)).cut).toBe(0);
  });
});

describe('C3: two columns of tags over the same labels', () => {
  test.each([
    'Ida B-PER O\nslept O O\nLund B-LOC B-LOC\n',
    'Ida\tB-PER\tB-PER\nLund\tB-LOC\tO\n',
    'Ida NN B-PER I-PER\nslept VB O O\n\nLund NN B-LOC B-LOC\n',
  ])('%j: says which one was read', (text) => {
    expect(said(read(text).report)).toMatch(
      /columns \d and \d both hold tags over the same labels: column \d was read/,
    );
  });

  test('chunks are other labels, and no finding', () => {
    expect(read('Ida NN B-NP B-PER\nslept VB B-VP O\n').report.hints).toEqual([]);
  });
});

describe('C4: a second column with nested names', () => {
  const text = '1\tBank\tB-ORG\tO\n2\tof\tI-ORG\tO\n3\tLund\tI-ORG\tB-LOC\n\n1\tLund\tB-LOC\tO\n';

  test('is said, with the number of its names, and read on request', () => {
    expect(read(text).report.hints).toEqual([
      'column 4 holds 1 more names, which were not read; --tag-column 4 reads them',
    ]);
    expect(marked(text, { tagColumn: 4 })).toEqual(['Bank of Lund/B-LOC', 'Lund']);
  });

  test.each([
    ['Bank B-ORG O\nof I-ORG O\nLund I-ORG B-LOC\n', 'column 2 holds 1 more names'],
    ['Ida B-PER B-PART\nHolm I-PER O\n', 'column 2 holds 1 more names'],
    ['1\tBank\tB-ORG\tO\n2\tof\tI-ORG\tO\n3\tLund\tI-ORG\tB-LOCderiv\n', 'column 4 holds 1 more names'],
  ])('whose labels are others is said as well: %j', (text, message) => {
    expect(read(text).report.hints.join()).toContain(message);
  });

  test.each([2, 3])('column %d of columns is read on request', (tagColumn) => {
    expect(marked('Ida B-PER O\nLund O B-LOC\n', { tagColumn })).toEqual([
      tagColumn === 2 ? 'Ida/B-PER Lund' : 'Ida Lund/B-LOC',
    ]);
  });
});

describe('C5: a rejected span in an accepted record', () => {
  const span = (answer: string) => ({ start: 9, end: 13, label: 'LOC', answer });

  test.each(['reject', 'ignore'])('%s: left out and counted', (answer) => {
    const text = json({
      text: 'Ida left Lund',
      spans: [{ start: 0, end: 3, label: 'PER' }, span(answer)],
      answer: 'accept',
    });
    expect(marked(text)).toEqual(['Ida/B-PER left Lund']);
    expect(read(text).report.leftOut).toEqual({
      total: 1,
      first: [{ line: 1, reason: `the "answer" of spans[1] is "${answer}"` }],
    });
  });

  test('an accepted one is read', () => {
    expect(marked(json({ text: 'Ida left Lund', spans: [span('accept')] }))).toEqual(['Ida left Lund/B-LOC']);
  });
});

describe('C6: offsets that count otherwise', () => {
  test.each([
    ['crlf', 'To: all\r\nRe: move\r\nVik Boats opens in Lund.', 17, 26, 'Vik Boats'],
    ['crlf', 'a\r\nb\r\nc\r\nIda Holm left', 6, 14, 'Ida Holm'],
    ['codepoint', '😀😀 Ida Holm left', 3, 11, 'Ida Holm'],
    ['utf8', 'é é Ida Holm left', 6, 14, 'Ida Holm'],
    ['codepoint-crlf', '😀\r\n😀\r\n Ida Holm left', 5, 13, 'Ida Holm'],
    ['grapheme', '👩\u200D👩\u200D👧👩\u200D👩\u200D👧 Ida Holm left', 3, 11, 'Ida Holm'],
  ])('%s is found, and said: %j', (unit, text, start, end, name) => {
    const { sentences, report } = read(json({ text, entities: [[start, end, 'X']] }));
    const tagged = sentences.flatMap(({ words, tags }) => words.filter((_, token) => tags[token] !== 'O'));
    expect(tagged.join(' ')).toBe(name);
    expect(report).toMatchObject({ offsetUnit: unit, misaligned: [], names: { in: 1, aligned: 1 } });
    expect(said(report)).toContain('offsets read as ');
  });

  test.each([
    ['inclusive-ends', [0, 2], [9, 12]],
    ['from-one', [1, 4], [10, 14]],
    ['from-one-inclusive', [1, 3], [10, 13]],
    ['long-ends', [0, 4], [9, 14]],
  ] as const)('%s is named, and undone on request', (fix, ida, lund) => {
    const text = json(
      ...Array.from({ length: 6 }, () => ({
        text: 'Ida left Lund now',
        entities: [
          [...ida, 'A'],
          [...lund, 'B'],
        ],
      })),
    );
    expect(read(text).report.hints.join()).toContain(`--fix ${fix}`);
    const { sentences, report } = read(text, { fix });
    expect(contentOf(sentences)[0]).toEqual({ words: ['Ida', 'left', 'Lund', 'now'], tags: ['B-A', 'O', 'B-B', 'O'] });
    expect(report.misaligned).toEqual([]);
  });
});

describe('C7: stray tabs', () => {
  test.each([
    'Ida B-PER\nslept O\nwell O\t\n',
    'Ida B-PER\t\nslept O\t\nwell O\t\n',
    '# id 7\tlang=sv\nIda B-PER\nslept O\nwell O\n',
    '# a\tb\n# c\td\nIda\tB-PER\nslept\tO\nwell\tO\n',
    'Ida\tB-PER\nslept\tO \t \nwell\tO\n',
  ])('at ends of lines and in comments decide nothing: %j', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER slept well']);
  });

  test.each([
    ['Ida\tB-PER\nslept\tO\tx\nwell\tO\n', 'x:2: expected 2 columns separated by tabs as in line 1, found 3'],
    ['Ida B-PER\nsl\tept O\nwell O\n', 'x:2: expected 2 columns as in line 1, found 3'],
    ['odd\nIda B-PER\nslept O\n', 'x:1: expected at least 2 columns (word and tag), found 1'],
  ])('the odd line is named: %j', (text, message) => {
    expect(errorOf(() => read(text))).toContain(message);
  });
});

describe('C8: what Label Studio exports', () => {
  const value = { start: 0, end: 8, text: 'Ida Holm', labels: ['PER'] };
  const task = (members: object) => ({ id: 1, data: { text: 'Ida Holm left' }, ...members });

  test.each([
    [json({ text: 'Ida Holm left', label: [value] })],
    [JSON.stringify([{ text: 'Ida Holm left', label: [{ ...value, text: undefined }] }])],
    [JSON.stringify([task({ annotations: [{ result: [{ type: 'labels', value }] }] })], null, 2)],
    [JSON.stringify([task({ completions: [{ result: [{ type: 'labels', value }] }] })])],
    [
      JSON.stringify([
        task({
          annotations: [
            { was_cancelled: true, result: [] },
            { result: [{ value }, { type: 'relation', from_id: 'a' }] },
          ],
        }),
      ]),
    ],
    [json(task({ annotations: [{ result: [] }, { ground_truth: true, result: [{ value }] }] }))],
  ])('is read: %s', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER Holm/I-PER left']);
  });

  test.each([
    { annotation_id: 4, annotator: 1 },
    { annotator: 2, lead_time: 3.5 },
    { id: 9, annotation_id: 1, created_at: '2024-02-01' },
  ])('a record of JSON-MIN that %j was annotated, without names', (members) => {
    const named = { text: 'Ida Holm left', label: [value] };
    expect(marked(JSON.stringify([named, { text: 'Nobody came', ...members }]))).toEqual([
      'Ida/B-PER Holm/I-PER left',
      'Nobody came',
    ]);
    expect(errorOf(() => read(JSON.stringify([named, { text: 'Nobody came', id: 9 }])))).toContain(
      'x:1: expected one of',
    );
  });

  test('tasks without an annotation are counted, not read as texts without names', () => {
    const done = task({ annotations: [{ result: [{ value }] }] });
    const { report } = read(
      JSON.stringify([task({ annotations: [] }), done, task({ predictions: [{ result: [{ value }] }] })]),
    );
    expect(report.leftOut.total).toBe(2);
    expect(report.documents).toBe(1);
  });
});

describe('C9: names in what looks like a comment', () => {
  test.each(['# Report by [Ida Holm|PER]\n', '# [Lund|LOC]\n[Ida|PER] slept.\n'])('%j: kept, and said', (text) => {
    const { report } = read(text, { format: 'inline' });
    expect(report.entities).toBe(text.split('|').length - 1);
    expect(report.notes.join()).toContain('lines that begin like a comment were read');
  });

  test('comments are counted in every format that has them', () => {
    expect(read('# a\n# b\n[Ida|PER] slept.\n').report.comments).toBe(2);
    expect(read('# a\nIda B-PER\nslept O\n').report.comments).toBe(1);
    expect(read('# text = Ida\n1\tIda\tB-PER\n').report.comments).toBe(1);
  });
});

describe('C10: other spellings of tags', () => {
  test.each([
    ['Ida B_PER\nHolm I_PER\nslept o\n'],
    ['Ida PER-B\nHolm PER-I\nslept 0\n'],
    ['Ida b-PER\nHolm i-PER\nslept o\n'],
    ['Ida B:PER\nHolm I:PER\nslept O\n'],
    ['Ida B-PER\nHolm E-PER\nslept O\n'],
    ['Ida\tPER\nHolm\tPER\nslept\tO\n'],
  ])('%j has one reading', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER Holm/I-PER slept']);
  });

  test('M is the inside of BMES', () => {
    expect(marked('Ida B-PER\nav M-PER\nHolm E-PER\nslept O\n')).toEqual(['Ida/B-PER av/I-PER Holm/I-PER slept']);
  });

  test('bare prefixes are names of one kind', () => {
    expect(marked('Ida B\nHolm I\nslept O\n')).toEqual(['Ida/B-NAME Holm/I-NAME slept']);
  });

  test.each([
    ['Ida B-PER\nHolm I\nslept O\n', 'found "I"; it lacks a label, such as I-PER'],
    ['Ida B-PER\nLund PER\n', 'found "PER"; a label needs a prefix, such as B-PER'],
    ['Ida B-PER\nLund town\n', 'found "town"'],
  ])('%j has none, and the hint says why', (text, message) => {
    expect(errorOf(() => read(text))).toContain(message);
  });

  test.each([
    'word tag\nIda B-PER\nslept O\n',
    'Token\tLabel\nIda\tB-PER\nslept\tO\n',
    'FORM NE\nIda B-PER\nslept O\n',
  ])('a heading is none of the rows: %j', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER slept']);
    expect(read(text).report.notes.join()).toContain('read as the names of the columns');
  });
});

describe('C11: formats that are no columns', () => {
  test.each([
    ['csv', 'Sentence #,Word,POS,Tag\nSentence: 1,Ida,NNP,B-per\n,slept,VBD,O\n'],
    ['csv', 'token;label\nIda;B-per\nslept;O\n'],
    ['opennlp', '<START:per> Ida <END> slept\n'],
    ['spacy-iob', 'Ida|NNP|I-per slept|VBD|O\n'],
    ['conllu', '1\tIda\t_\t_\t_\t_\t_\t_\t_\tname=B-per\n2\tslept\t_\t_\t_\t_\t_\t_\t_\t_\n'],
    ['huggingface', '{"tokens":["Ida","slept"],"ner_tags":["B-per","O"]}\n'],
  ])('%s is found out and read', (format, text) => {
    expect(read(text).report.format).toBe(format);
    expect(marked(text)).toEqual(['Ida/B-per slept']);
  });

  test('brat is read with the text beside it', () => {
    const text = 'T1\tper 0 3\tIda\nR1\tof Arg1:T1 Arg2:T1\n#1\tAnnotatorNotes T1\tsure\n';
    const companion = (extension: string) => (extension === '.txt' ? 'Ida slept' : null);
    const { sentences, report } = parseCorpus({ name: 'a.ann', text, companion });
    expect(sentences[0].tags).toEqual(['B-per', 'O']);
    expect(report.notes).toContain('2 lines of relations, events, attributes and notes not read');
  });

  test.each([
    ['<per>Ida Holm</per> slept.\n', ['Ida/B-per Holm/I-per slept .']],
    ['We saw <ENAMEX TYPE="PER">Ida</ENAMEX>.\n', ['We saw Ida/B-PER .']],
    ['<name type="person">Ida</name> slept.\n', ['Ida/B-person slept .']],
    ['<PERSON id="a b">Ida</PERSON> slept.\n', ['Ida/B-PERSON slept .']],
  ])('XML tags are named, with a command that helps: %j', (text, expected) => {
    const message = errorOf(() => read(text));
    expect(message).toContain('what looks like XML tags');
    const script = /sed -E '([^']+)'/.exec(message)?.[1] ?? '';
    expect(marked(execFileSync('sed', ['-E', script], { input: text, encoding: 'utf8' }))).toEqual(expected);
  });
});

describe('C12: labels with spaces', () => {
  test.each([
    'Ida\tB-Person Name\nHolm\tI-Person Name\n',
    'Ida\tPerson Name\nHolm\tPerson Name\nslept\tO\n',
    json({ text: 'Ida Holm', entities: [[0, 8, 'Person Name']] }),
    JSON.stringify([{ text: 'Ida Holm', label: [{ start: 0, end: 8, labels: ['Person  Name'] }] }]),
  ])('%j: one safe spelling, said', (text) => {
    expect(marked(text)[0]).toContain('Ida/B-Person_Name Holm/I-Person_Name');
    expect(said(read(text).report)).toContain('Person_Name');
  });
});

describe('C14: marks of no width', () => {
  test.each([
    'Ida B-PER\n\n\uFEFFLund B-LOC\n',
    'Ida\u200B B-PER\n\nLund B-LOC\n',
    'Ida\tB-PER\n\n\u2060Lund\tB-LOC\n',
    `${json({ tokens: ['\uFEFFIda'], tags: ['B-PER'] })}\n\uFEFF${json({ tokens: ['Lund'], tags: ['B-LOC'] })}`,
  ])('%j: cleaned and counted', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER', 'Lund/B-LOC']);
    expect(said(read(text).report)).toMatch(
      /\d (?:words cleaned of byte order marks|byte order marks within the file)/,
    );
  });

  test('joiners that make letters and emoji stay', () => {
    expect(marked('نمی\u200Cدانم O\n👩\u200D👧 O\nIda B-PER\n')).toEqual(['نمی\u200Cدانم 👩\u200D👧 Ida/B-PER']);
  });
});

describe('C15: offsets that cannot be meant', () => {
  test.each([
    [[4, 0], 'it is reversed: its start lies behind its end'],
    [[50, 54], 'it lies past the end of the text, which has 9'],
    [[9, 12], 'it lies past the end of the text, which has 9'],
    [[3, 3], 'it is empty'],
    [[-5, -2], 'it lies before the beginning of the text'],
    [[3, 4], 'it selects white space only'],
  ])('%j: says so, and advises nothing', (offsets, suggestion) => {
    const { misaligned, names } = read(json({ text: 'Ida slept', entities: [[...offsets, 'PER']] })).report;
    expect(misaligned.map((entry) => [entry.suggestion, entry.outcome])).toEqual([[suggestion, 'left out']]);
    expect(names).toEqual({ in: 1, aligned: 0, repaired: 0, leftOut: 1 });
  });
});

describe('C16: records without names', () => {
  test.each([
    { text: 'Ida slept', spans: null, answer: 'accept' },
    { text: 'Ida slept', answer: 'accept' },
    { text: 'Ida slept', entities: null },
    { text: 'Ida slept', spans: {} },
    { text: 'Ida slept', label: [] },
  ])('%j: no names in it', (record) => {
    expect(marked(json(record))).toEqual(['Ida slept']);
  });

  test('Doc.to_json is read by its ents, with its own words', () => {
    const tokens = [0, 4].map((start, id) => ({ id, start, end: start === 0 ? 3 : 10 }));
    const record = {
      text: 'Ida 3.5–7g',
      ents: [{ start: 0, end: 3, label: 'PER' }],
      sents: [{ start: 0, end: 10 }],
      tokens,
      spans: {},
    };
    expect(marked(json(record))).toEqual(['Ida/B-PER 3.5–7g']);
  });
});

describe('every malformed line', () => {
  test('is listed up to a number, and the rest is read', () => {
    const text = `Ida B-PER\nodd\nslept O\nLund town\n${'x\n'.repeat(5)}`;
    const { sentences, report } = read(text, { maxFaults: 20 });
    expect(sentences[0].words).toEqual(['Ida', 'slept', 'Lund']);
    expect(report.faults.map(({ line }) => line)).toEqual([2, 5, 6, 7, 8, 9, 4]);
    expect(errorOf(() => read(text, { maxFaults: 3 }))).toContain('expected at least 2 columns');
  });

  test('of JSON lines, too', () => {
    const text = `${json({ text: 'Ida', entities: [[0, 3, 'PER']] })}\n{"text": 7}\nnot JSON\n`;
    expect(read(text, { maxFaults: 20 }).report.faults.map(({ line, code }) => [line, code])).toEqual([
      [2, 'malformed_corpus'],
      [3, 'malformed_corpus'],
    ]);
  });
});

describe('plain tags', () => {
  test.each([
    ['Ida\tPROPN\nslept\tVERB\n.\tPUNCT\n'],
    ['a\texon\nc\texon\ng\tintron\nt\tintron\na\texon\nc\texon\ng\texon\nt\texon\n'],
    ['Ida NNP PROPN\nslept VBD VERB\n'],
  ])('%j: one class a token', (text) => {
    const { sentences, report } = read(text);
    expect(report.scheme).toBe('plain');
    expect(sentences[0].tags.every((tag) => tag.startsWith('B-'))).toBe(true);
    expect(report.entities).toBe(sentences[0].words.length);
  });

  test('can be told', () => {
    expect(marked('Ida PER\nHolm PER\nslept O\n', { tagKind: 'plain' })).toEqual(['Ida/B-PER Holm/B-PER slept']);
    expect(marked('Ida PER\nHolm PER\n', { tagKind: 'spans' })).toEqual(['Ida/B-PER Holm/I-PER']);
  });

  test('prose is none', () => {
    expect(errorOf(() => read('Nothing here is annotated at all.\n'))).toContain('expected a tag such as O');
  });
});

describe('gold names overrule the tokenizer', () => {
  test.each([
    ['Bergens hamn', [0, 6], 'Bergen/B-X s hamn'],
    ['Lund-based', [0, 4], 'Lund/B-X -based'],
    ['@IdaHolm!', [1, 8], '@ IdaHolm/B-X !'],
    ['北京大学里', [0, 2], '北京/B-X 大学 里'],
  ])('%s is cut', (text, offsets, expected) => {
    const sentences = marked(json({ text, entities: [[...offsets, 'X']] }));
    expect(sentences[0].replace(/ -/g, ' -')).toBe(expected);
  });

  test('but never between a letter and its marks', () => {
    expect(marked(json({ text: 'Rene\u0301 Holm', entities: [[0, 4, 'X']] }), { offsetUnit: 'utf16' })).toEqual([
      'Rene\u0301/B-X Holm',
    ]);
  });
});

describe('C11: what is of no format is said', () => {
  test.each([
    ['("Ida Holm left", {"entities": [(0, 8, "PER")]}),\n', 'Python source of texts and entities; json.dump'],
    ["TRAIN = [\n  ('Ida left', {'entities': [(0, 3, 'PER')]}),\n]\n", 'Python source of texts and entities'],
    ['Ida/PERSON left/O ./O\n', "words and tags joined by slashes; sed -E 's#"],
    ['Ida/B-PER Holm/I-PER left/O\nLund/B-LOC sleeps/O\n', 'words and tags joined by slashes'],
    ['Ida,B-PER\nleft,O\n', 'which looks like CSV; that needs a heading such as Word,Tag'],
  ])('%j', (text, message) => {
    expect(errorOf(() => read(text))).toContain(message);
  });

  test('the command makes word|tag of word/tag', () => {
    const text = 'Ida/B-PER Holm/I-PER left/O 1/2/O\n';
    const script = /sed -E '([^']+)'/.exec(errorOf(() => read(text)))?.[1] ?? '';
    expect(marked(execFileSync('sed', ['-E', script], { input: text, encoding: 'utf8' }))).toEqual([
      'Ida/B-PER Holm/I-PER left 1/2',
    ]);
  });

  test.each(['http://a.example/B O\nIda B-PER\n', 'and/or O\nIda B-PER\n', 'A/C O\nB/D B-PER\n'])(
    'slashes within words are none: %j',
    (text) => {
      expect(marked(text)[0]).toMatch(/\/B-PER$/);
    },
  );
});

describe('columns in another order', () => {
  test.each([
    '1 Ida B-PER\n2 slept O\n\n1 Lund B-LOC\n2 too O\n',
    '1 Ida NNP B-PER\n2 slept VBD O\n\n1 Lund NNP B-LOC\n2 too RB O\n',
    'B-PER Ida\nO slept\n\nB-LOC Lund\nO too\n',
    'B-PER\tIda\nO\tslept\n\nB-LOC\tLund\nO\ttoo\n',
  ])('%j: numbers and tags are no words', (text) => {
    expect(marked(text)).toEqual(['Ida/B-PER slept', 'Lund/B-LOC too']);
    expect(said(read(text).report)).toContain('words are read from column 2');
  });

  test.each(['1 CD B-NUM\nand CC O\n', '3 CD O\n4 CD O\nIda NNP B-PER\n', '1 B-NUM\n2 B-NUM\n'])(
    'numbers that are words stay: %j',
    (text) => {
      expect(said(read(text).report)).not.toContain('words are read from');
    },
  );
});

describe('options that a file gives no occasion for', () => {
  const texts = {
    conll: 'Ida B-PER\nslept O\n',
    csv: 'Word,Tag\nIda,B-PER\n',
    numbered: '1\tIda\tB-PER\n2\tslept\tO\n',
    tabs: 'Ida\tNNP\tB-PER\nslept\tVBD\tO\n',
  };

  test.each(Object.entries(texts))('%s: a column that is not there', (_, text) => {
    expect(errorOf(() => read(text, { tagColumn: 9 }))).toMatch(/x(?::1)?: expected .* columns?.*, found /);
  });

  test('a column of tags where there are no columns is said to decide nothing', () => {
    const text = json({ text: 'Ida slept', entities: [[0, 3, 'PER']] });
    expect(read(text, { tagColumn: 2 }).report.notes.join()).toContain('decides nothing');
    expect(read(texts.conll, { tagColumn: 2 }).report.notes).toEqual([]);
  });

  test.each([
    ['Ida B-PER\nslept O\n', 'x'],
    [json({ text: 'Ida slept', entities: [[0, 3, 'PER']] }), 'x'],
    ['[Ida|PER] slept.\n', 'x'],
  ])('a label that no name has is not renamed, and said: %j', (text) => {
    const labels = new Map([
      ['PER', 'HUMAN'],
      ['LOC', 'PLACE'],
    ]);
    expect(marked(text, { labels })[0]).toContain('Ida/B-HUMAN');
    expect(read(text, { labels }).report.notes).toContain('no name is labelled LOC: none was renamed');
    expect(said(read(text, { labels }).report)).not.toContain('labelled PER');
  });

  test.each(['Ida\tB-Person Name\nslept\tO\n', json({ text: 'Ida slept', label: [[0, 3, 'Person Name']] })])(
    'a label with a space is renamed as the file spells it: %j',
    (text) => {
      for (const from of ['Person Name', 'Person_Name']) {
        expect(marked(text, { labels: new Map([[from, 'PER']]) })[0]).toContain('Ida/B-PER');
      }
    },
  );
});

describe('bad input', () => {
  test.each([
    [
      '[{"text":"Ida","label":[{"start":0,"end":3,"labels":["P"]}]},{"text":"Lu',
      'expected "]" at the end of the JSON array, found the end of the file within record 2',
    ],
    [`${json({ text: 'Ida', entities: [] })}\nIda B-PER\n`, 'x:2: expected one JSON value a line'],
    [`${json({ text: 'Ida', entities: [] })}\nIda B-PER\n`, 'are two formats in this file?'],
    ['[{"text":"Ida","entities":[]}]\n{"text":"Lund","entities":[]}', 'are two formats in this file?'],
    ['Ida B-PER\nslept O\n{"text": "Lund"}\n', 'x:3: expected a tag such as O'],
    ['Word,Tag\n"Ida,B-PER\n', 'x:2: expected a closing quote, found the end of the file within quotes'],
    ['Ida\tB-PER\nslept\tO\n\n{"text":"Lund","entities":[]}\n', 'x:4: expected at least 2 columns'],
    ['Ida\tB-PER\n\n{"text":"Lund","entities":[]}\n', 'which looks like JSON; are two formats in this file?'],
    ['{"text":"Lund","entities":[]}\nIda\tB-PER\nslept\tO\n', 'which looks like JSON; are two formats'],
    ['Ida\tB-PER\nslept\tO\n\n[Lund|LOC] sleeps.\n', 'a name of our inline form; are two formats in this file?'],
    ['Word,Tag\n"Ida"x,B-PER\n', 'x:2: expected a separator behind a closing quote, found "x,B-PER\\n"; a quote'],
    ['text,entities\n"Ida said "hi" there",[]\n', 'x:2: expected a separator behind a closing quote'],
    ['Word,Tag\n",O\nIda,B-PER\n",O\n', 'x:2: expected a word, found ",O\\nIda,B-PER\\n", which holds rows'],
    ['{"tokens":["Ida"],"ner_tags":[3]}', 'or the names of the tags (--tag-names'],
  ])('%j: one sentence, with the line', (text, message) => {
    expect(errorOf(() => read(text))).toContain(message);
  });

  test('a quote in a cell without quotes is a character', () => {
    expect(marked('Word,Tag\n5",O\n"""",O\n"Ida",B-PER\n')).toEqual(['5" " Ida/B-PER']);
  });

  test('CSV whose lines end in CR alone', () => {
    expect(marked('Word,Tag\rIda,B-PER\r"a,\rb",O\rslept,O\r')[0]).toMatch(/^Ida\/B-PER a,\sb slept$/);
  });

  test('rows of columns that are read as sentences are said', () => {
    for (const text of ['[Ida|PER] slept.\n\nLund\tB-LOC\n', '<START:per> Ida <END> slept .\nLund\tB-LOC\n']) {
      const { report } = read(text, { format: text.startsWith('[') ? 'inline' : 'opennlp' });
      expect(report.hints.join()).toContain('1 lines were read as sentences that look like rows of columns');
    }
  });

  test.each([
    [[0xff, 0xfe, 0, 0, 0x49, 0, 0, 0], 'UTF-32'],
    [[0, 0, 0xfe, 0xff, 0, 0, 0, 0x49], 'UTF-32'],
    [[0xff, 0xfe, 0x49, 0, 0x64, 0], 'UTF-16 (byte order mark FF FE at byte 0)'],
    [[0xfe, 0xff, 0, 0x49, 0, 0x64], 'UTF-16 (byte order mark FE FF at byte 0)'],
    [[0x1f, 0x8b, 8, 0, 0, 0], 'gzip (bytes 1F 8B at byte 0); decompress it first'],
    [[0x50, 0x4b, 3, 4, 20, 0], 'a zip archive (bytes 50 4B at byte 0); unpack it first'],
  ])('bytes %j are no UTF-8, and what they are is said', (bytes, found) => {
    for (const content of [{ bytes: Uint8Array.from(bytes) }, { chunks: [Uint8Array.from(bytes)] }]) {
      expect(errorOf(() => parseCorpus({ name: 'x', ...content }))).toContain(`x: expected UTF-8, found ${found}`);
    }
  });

  test('a long line is named before it is read to its end', () => {
    function* chunks(): Generator<Uint8Array> {
      yield new TextEncoder().encode('Ida B-PER\n');
      for (let count = 0; count < 64; count++) yield new Uint8Array(1 << 16).fill(0x78);
      throw new Error('read to its end');
    }
    expect(errorOf(() => parseCorpus({ name: 'x', chunks: chunks() }))).toContain('x:2: expected lines of at most');
  });
});
