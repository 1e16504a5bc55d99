import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { assertNameLists, LISTS, readNameLists } from '../../../tools/pretrain/name-lists.js';

type Names = readonly (readonly string[])[];

const directory = mkdtempSync(join(tmpdir(), 'onomast-lists-'));
afterAll(() => rmSync(directory, { recursive: true }));
const CONTENT: Readonly<Record<string, string>> = {
  'faker_givennames.txt': 'Mina\nЮлия\nOmar\n',
  'faker_surnames.txt': 'Roy\nAziz\n',
  'football_clubs.txt': 'Velm Rovers\nVelm Rovers\n',
  'ror_organisations.tsv':
    'Velm University (Ghana)\teducation\tGH\nVelm Works\tcompany\tGB\nInstitut Velm\teducation\tFR\n' +
    'A Very Long Name Of One Of Our Institutes\teducation\tGB\n',
};
for (const { file } of LISTS) writeFileSync(join(directory, file), CONTENT[file] ?? 'Velm\n');

describe('readNameLists', () => {
  const lists = readNameLists({ directory, seed: 0 });
  const texts = (names: readonly Names[]): string[][] => names.map((list) => list.map((name) => name.join(' ')));

  test('people: given names with surnames, and each alone; in Latin letters only', () => {
    const [people, given, surnames] = texts(lists.PER);
    expect(people).toHaveLength(2);
    for (const name of people) expect(name).toMatch(/^(Mina|Omar) (Roy|Aziz)$/);
    expect([given, surnames]).toEqual([
      ['Mina', 'Omar'],
      ['Roy', 'Aziz'],
    ]);
  });

  test('organisations: a list a source and a kind, of countries where English is spoken, each name once', () => {
    expect(texts(lists.ORG)).toEqual([['Velm Rovers'], ['Velm'], ['Velm'], ['Velm Works'], ['Velm University']]);
  });

  test('the same seed, the same people', () => {
    expect(readNameLists({ directory, seed: 0 })).toEqual(lists);
  });
});

test('says which list is missing, and every list has a licence', () => {
  expect(() => assertNameLists(directory)).not.toThrow();
  expect(() => assertNameLists('nowhere')).toThrow(
    `${join('nowhere', LISTS[0].file)} is missing: --lists or ONOMAST_GAZETTEERS names the folder`,
  );
  for (const { license } of LISTS) expect(license).toMatch(/MIT|CC0|CC BY|PDDL|Unlicense/);
});
