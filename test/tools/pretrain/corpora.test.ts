import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLED, type Corpus, convert, PUBLIC } from '../../../tools/pretrain/corpora.js';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';
import { tagged } from './helpers.js';

const corpusCalled = (id: string): Corpus => [BUNDLED, ...PUBLIC].find((corpus) => corpus.id === id)!;
const converted = (text: string, id: string) =>
  convert({ ...tagged(text), source: { file: `${id}.conll`, line: 7 } }, corpusCalled(id));

describe('labels', () => {
  test.each([
    ['wnut17', 'Bo/B-person of/I-person Leeds/B-location', 'Bo/B-PER of/I-PER Leeds/B-LOC'],
    [
      'wnut17',
      'Ford/B-corporation Jets/B-group iPad/B-product Jaws/B-creative-work',
      'Ford/B-ORG Jets/B-ORG iPad Jaws',
    ],
    ['wnut17', 'RT @ada/B-person AT&amp;T/B-corporation', 'RT @ada AT&T/B-ORG'],
    ['crossner_politics', "Bo/B-politician ' s Greens/B-politicalparty", "Bo/B-PER 's Greens/B-ORG"],
    ['crossner_politics', 'the/B-election vote/I-election in Peru/B-country', 'the vote in Peru/B-LOC'],
    ['broad_twitter_corpus_merged', '@ ada/B-PER in Leeds/B-LOC', '@ada in Leeds/B-LOC'],
    ['uner_en_ewt', 'Bo/B-PER at Ford/B-ORG', 'Bo/B-PER at Ford/B-ORG'],
    ['names', 'Bo/B-PER @ Ford/B-ORG', 'Bo/B-PER @ Ford/B-ORG'],
  ])('%s: %s', (id, before, after) => {
    expect(converted(before, id)).toMatchObject(tagged(after));
  });

  test.each(['names', 'uner_en_ewt', 'wnut17'])('an unknown one is an error: %s', (id) => {
    expect(() => converted('a constructor/B-constructor', id)).toThrow(
      `${id}.conll:7: the label "constructor" is not in the table of ${id}: PER, LOC, ORG or none?`,
    );
  });
});

describe.skipIf(!areCorporaThere)(`tables (skipped unless the corpora are in ${CORPORA})`, () => {
  const labelsIn = (file: string): string[] => [
    ...new Set([...readFileSync(file, 'utf8').matchAll(/\t[BI]-(\S+)$/gm)].map((match) => match[1])),
  ];

  test.each(PUBLIC.map(({ id }) => [id]))('%s: exactly the labels of its files', (id) => {
    const found = ['train', 'dev'].flatMap((part) => labelsIn(join(CORPORA, id, `${part}.conll`)));
    expect(Object.keys(corpusCalled(id).labels).sort()).toEqual([...new Set(found)].sort());
  });

  test.each(PUBLIC.map(({ id, license }) => [id, license]))(
    '%s: the licence is the one its source states',
    (id, license) => {
      const notes = readFileSync(join(CORPORA, id, 'SOURCE.md'), 'utf8');
      expect(notes).toContain(license.split(';')[0]);
    },
  );
});
