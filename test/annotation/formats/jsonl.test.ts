import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeJsonl } from '#annotation/formats/jsonl.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import type { Token } from '#annotation/text/token.js';
import { anySentences, contentOf, errorOf, sentence, whiteSpaceTokenizer } from '../reading/helpers.js';

const read = (text: string) => parseCorpus({ name: 'x.jsonl', text, tokenizer: whiteSpaceTokenizer });

describe('reading JSON lines', () => {
  test.each([
    '{"text": "Ann saw Rome", "entities": [[0, 3, "PER"], [8, 12, "LOC"]]}',
    '{"text": "Ann saw Rome", "label": [[8, 12, "LOC"], [0, 3, "PER"]]}',
    '{"text": "Ann saw Rome", "labels": [[0, 3, "PER"], [8, 12, "LOC"]], "id": 7}',
    '{"text": "Ann saw Rome", "spans": [{"start": 0, "end": 3, "label": "PER"}, {"start": 8, "end": 12, "label": "LOC"}]}',
    '{"text": "Ann saw Rome", "entities": [{"start": 0, "end": 3, "label": "PER"}, {"start": 8, "end": 12, "label": "LOC"}]}',
    '{"text": "Ann saw Rome", "entities": [{"id": 1, "start_offset": 0, "end_offset": 3, "label": "PER"}, {"id": 2, "start_offset": 8, "end_offset": 12, "label": "LOC"}]}',
    '["Ann saw Rome", {"entities": [[0, 3, "PER"], [8, 12, "LOC"]]}]',
    '{"tokens": ["Ann", "saw", "Rome"], "tags": ["B-PER", "O", "B-LOC"]}',
    '{"words": ["Ann", "saw", "Rome"], "ner_tags": ["U-PER", "O", "U-LOC"]}',
    '{"text": "Ann saw Rome", "tokens": ["Ann", "saw", "Rome"], "tags": ["I-PER", "O", "I-LOC"]}',
    '{"text": "Ann saw Rome", "tokens": [{"text": "Ann", "id": 0}], "spans": [{"start": 0, "end": 3, "token_end": 0, "label": "PER"}, {"start": 8, "end": 12, "label": "LOC"}], "answer": "accept"}',
  ])('reads %s', (line) => {
    const { sentences, report } = read(`${line}\n`);
    expect(sentences).toEqual([
      {
        words: ['Ann', 'saw', 'Rome'],
        tags: ['B-PER', 'O', 'B-LOC'],
        document: 0,
        source: { file: 'x.jsonl', line: 1 },
      },
    ]);
    expect(report).toMatchObject({ columns: null, misaligned: [], overlaps: [], hints: [] });
  });

  test('makes each line a document of one or several sentences', () => {
    const { sentences } = read(
      '{"text": "A. B.", "entities": []}\n\n{"text": "", "entities": []}\n["C", {"entities": []}]\n',
    );
    expect(sentences.map(({ words, document, source }) => [words.join(' '), document, source.line])).toEqual([
      ['A.', 0, 1],
      ['B.', 0, 1],
      ['C', 2, 4],
    ]);
  });

  test('keeps the order of lines of both layouts', () => {
    const { sentences, report } = read(
      '{"text": "a", "entities": []}\n{"tokens": ["b"], "tags": ["O"]}\n["c", {"entities": []}]\n',
    );
    expect(sentences.map(({ words }) => words[0])).toEqual(['a', 'b', 'c']);
    expect(report.scheme).toBe('IOB2');
  });

  test('has no scheme if there are only spans', () => {
    expect(read('["a", {"entities": []}]').report.scheme).toBeNull();
  });

  test('joins two sentences that a span says are one', () => {
    const { sentences } = read('{"text": "J. Bo sang. He left. So did", "entities": [[0, 5, "PER"]]}');
    expect(contentOf(sentences)).toEqual([
      { words: ['J.', 'Bo', 'sang.'], tags: ['B-PER', 'I-PER', 'O'] },
      { words: ['He', 'left.'], tags: ['O', 'O'] },
      { words: ['So', 'did'], tags: ['O', 'O'] },
    ]);
  });

  test('is cut into tokens and sentences as the program does it', () => {
    const text = '{"text": "Dr. Ann Lee\'s here. She left.", "entities": [[4, 11, "PER"]]}';
    const { sentences, report } = parseCorpus({ name: 'x', text });
    expect(contentOf(sentences)).toEqual([
      { words: ['Dr.', 'Ann', 'Lee', "'s", 'here', '.'], tags: ['O', 'B-PER', 'I-PER', 'O', 'O', 'O'] },
      { words: ['She', 'left', '.'], tags: ['O', 'O', 'O'] },
    ]);
    expect(report.misaligned).toEqual([]);
  });

  test('skips what an annotator did not accept, and says so', () => {
    const line = (text: string, answer: string) => `{"text": "${text}", "spans": [], "answer": "${answer}"}\n`;
    const { sentences, report } = read(line('a', 'reject') + line('b', 'accept') + line('c', 'ignore'));
    expect(sentences.map(({ words }) => words)).toEqual([['b']]);
    expect(report.notes).toEqual(['2 records skipped whose "answer" is not "accept"']);
  });

  const badTag = 'invalid_tag: x.jsonl:2: expected a tag such as O, B-PER or I-PER';
  test.each([
    ['{"text": "a"', 'expected one JSON value a line, found "{\\"text\\": \\"a\\"": '],
    ['x', 'found "x": '],
    ['x', '; are two formats in this file?'],
    ['7', 'expected an object or a pair of text and entities, found 7'],
    ['["a"]', 'expected a pair of a text and {"entities": […]}, found ["a"]'],
    ['[["a", {"entities": []}]]', 'found [["a",{"entities":[]}]]'],
    ['{"id": 1, "x": 2}', 'expected "text" with "entities", or "tokens" with "tags", found the keys "id, x"'],
    [
      '{"text": "a"}',
      'expected one of "entities", "spans", "label", "labels", "ents" with the spans, found the keys "text"',
    ],
    ['{"text": 5, "entities": []}', 'expected text to be a string, found 5'],
    ['{"text": "a", "label": "positive"}', 'expected "label" to be an array, found "positive"'],
    ['{"text": "a", "entities": [7]}', 'expected entities[0] to be [start, end, label] or an object, found 7'],
    ['{"text": "a", "entities": [[0, 1.5, "X"]]}', 'expected the end of entities[0] to be a whole number, found 1.5'],
    ['{"text": "a", "entities": [["0", 1, "X"]]}', 'expected the start of entities[0] to be a whole number, found "0"'],
    ['{"text": "a", "spans": [{"end": 1}]}', 'expected the start of spans[0] to be a whole number, found nothing'],
    ['{"text": "a", "spans": [[0, 1]]}', 'expected the label of spans[0] to be a string, found nothing'],
    [
      '{"text": "a", "spans": [[0, 1, " "]]}',
      'invalid_tag: x.jsonl:2: expected a label of 1 to 64 characters without white space, found " " in spans[0]',
    ],
    [
      '{"text": "a", "spans": [], "offset_unit": "char"}',
      'expected "offset_unit" to be utf16, codepoint or utf8, found "char"',
    ],
    ['{"text": "\\ud83d", "spans": []}', 'expected text to be well-formed Unicode, found half a surrogate pair'],
    ['{"tokens": ["a", "b"], "tags": ["O"]}', 'expected as many "tags" as "tokens", found 1 and 2'],
    [
      '{"tokens": ["a"], "ner_tags": [3]}',
      'expected ner_tags[0] to be a string, or the names of the tags (--tag-names O,B-PER,…), found 3',
    ],
    ['{"tokens": ["a", ""], "tags": ["O", "O"]}', 'expected tokens[1] not to be empty, found ""'],
    ['{"tokens": ["a", "b"], "tags": ["PER", "B-PER"]}', `${badTag}, found "PER"`],
  ])('refuses %s', (line, message) => {
    const good = '{"text": "a", "entities": []}\n';
    const error = errorOf(() =>
      parseCorpus({ name: 'x.jsonl', text: good + line, format: 'jsonl', tokenizer: whiteSpaceTokenizer }),
    );
    expect(error).toContain(message);
    expect(error).toMatch(/^(malformed_corpus|invalid_tag): x\.jsonl:2: expected /);
  });
});

describe('writing JSON lines', () => {
  const sentences = [sentence('Ann/B-PER Lee/I-PER 😀 saw Rome/B-LOC')];

  test('keeps the tokens, or writes a text with spans', () => {
    expect(writeJsonl(sentences)).toBe(
      '{"tokens":["Ann","Lee","😀","saw","Rome"],"tags":["B-PER","I-PER","O","O","B-LOC"]}\n',
    );
    expect(writeJsonl(sentences, 'spans')).toBe(
      '{"text":"Ann Lee 😀 saw Rome","entities":[{"start":0,"end":7,"label":"PER"},{"start":15,"end":19,"label":"LOC"}],"offset_unit":"utf16"}\n',
    );
  });

  test.each(['tokens', 'spans'] as const)('is read back as it was in %s: as many entities out as in', (layout) => {
    const oneSentence = { ...whiteSpaceTokenizer, sentences: (_: string, tokens: readonly Token[]) => [[...tokens]] };
    fc.assert(
      fc.property(
        anySentences((word) => !/[\s\0]/u.test(word)),
        (written) => {
          const text = writeJsonl(written, layout);
          const corpus = parseCorpus({ name: 'x', text, format: 'jsonl', strict: true, tokenizer: oneSentence });
          expect(contentOf(corpus.sentences)).toEqual(contentOf(written));
        },
      ),
    );
  });
});
