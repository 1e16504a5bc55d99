import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { createRandom } from '#base/random.js';
import { createNameExchange, type Name, type NameLists } from '#training/config/name-replacement.js';

/** `Mina/PER Roy/+ slept`: a label at the first word of a name, a plus at those that go on. */
function sentence(line: string): LabelledSentence {
  const pairs = line.split(' ').map((pair) => pair.split('/'));
  let label = '';
  const tags = pairs.map(([, mark]) => {
    if (mark === undefined) return 'O';
    if (mark === '+') return `I-${label}`;
    label = mark;
    return `B-${mark}`;
  });
  return { words: pairs.map(([word]) => word), tags, document: 0, source: { file: 'own.conll', line: 1 } };
}

const repeated = (count: number, name: (i: number) => string): Name[] =>
  Array.from({ length: count }, (_, i) => name(i).split(' '));
const LISTS: NameLists = {
  ORG: [
    repeated(30, (i) => `University of Place${i}`),
    repeated(30, (i) => `Fair${i} Party`),
    repeated(30, (i) => `Firm${i}`),
    repeated(6, (i) => `A${'BCDEFG'[i]}C`),
  ],
  PER: [repeated(40, (i) => `Ana Person${i}`), repeated(8, (i) => `Single${i}`)],
};
const CORPUS = [
  'the university and the party met',
  'Vextor/ORG hired Mina/PER Roy/+ .',
  'The University/ORG of/+ Velm/+ praised the Green/ORG Party/+',
  'XYZ/ORG said Roy/PER left Velm/LOC',
].map(sentence);

describe('createNameExchange', () => {
  const exchange = createNameExchange(CORPUS, LISTS);
  const renamed = (line: string, address: number): LabelledSentence =>
    exchange(sentence(line), createRandom(3).fork(address));
  const names = ({ words, tags }: LabelledSentence): string[] =>
    spansFromIob2(tags).map(
      ({ label, startToken, endToken }) => `${label} ${words.slice(startToken, endToken).join(' ')}`,
    );
  const all = (line: string): string[] => Array.from({ length: 20 }, (_, i) => names(renamed(line, i))).flat();

  test('the words around a name stay, and tags go with the names', () => {
    for (let i = 0; i < 20; i++) {
      const { words, tags } = renamed('They say Vextor/ORG hired Mina/PER Roy/+ today', i);
      expect(tags).toHaveLength(words.length);
      expect(words.filter((_, t) => tags[t] === 'O')).toEqual(['They', 'say', 'hired', 'today']);
      expect(spansFromIob2(tags).map(({ label }) => label)).toEqual(['ORG', 'PER']);
    }
  });

  test('a name gives way to one of its kind', () => {
    for (const name of all('the University/ORG of/+ Velm/+')) expect(name).toMatch(/^ORG University of Place\d+$/);
    for (const name of all('the Green/ORG Party/+')) expect(name).toMatch(/^ORG Fair\d+ Party$/);
    for (const name of all('XYZ/ORG')) expect(name).toMatch(/^ORG A[B-G]C$/);
    for (const name of all('Vextor/ORG')) expect(name).toMatch(/^ORG Firm\d+$/);
    for (const name of all('Roy/PER left')) expect(name).toMatch(/^PER Single\d$/);
  });

  test('a given name is no kind, however many bear it', () => {
    for (const name of all('Mina/PER Roy/+')) expect(name).toMatch(/^PER Ana Person\d+$/);
  });

  test('written as the name was', () => {
    for (const name of all('vextor/ORG and mina/PER roy/+')) expect(name.slice(4)).toBe(name.slice(4).toLowerCase());
    for (const name of all('VEXTOR/ORG WINS')) expect(name).toMatch(/^ORG FIRM\d+$/);
  });

  test('a kind of too few names is left as it is', () => {
    expect(names(renamed('in Velm/LOC', 1))).toEqual(['LOC Velm']);
  });

  test('a label that the corpus does not have is left as it is', () => {
    expect(names(renamed('a Harp/PROD', 1))).toEqual(['PROD Harp']);
  });

  test('a sentence without a name is the same object', () => {
    const plain = sentence('nobody came');
    expect(exchange(plain, createRandom(1))).toBe(plain);
  });

  test('the same address, the same names', () => {
    expect(renamed('Vextor/ORG and Roy/PER', 4)).toEqual(renamed('Vextor/ORG and Roy/PER', 4));
  });

  test('without lists the names come from the corpus', () => {
    const corpus = [...CORPUS, ...Array.from({ length: 9 }, (_, i) => sentence(`Town${i}/LOC slept`))];
    const own = createNameExchange(corpus);
    const seen = Array.from({ length: 20 }, (_, i) => own(sentence('in Velm/LOC'), createRandom(i)).words[1]);
    expect(new Set(seen).size).toBeGreaterThan(3);
    for (const word of seen) expect(word).toMatch(/^(Town\d|Velm)$/);
  });
});
