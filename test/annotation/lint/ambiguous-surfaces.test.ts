import { expect, test } from 'vitest';
import { parseAmbiguousSurfaces } from '#annotation/lint/ambiguous-surfaces.js';
import { errorOf } from '../reading/helpers.js';

test('reads surfaces without regard to case', () => {
  const text = '# surface\tlabels\treason\n\nJordan\tPER, LOC\tplayer and country\nWill\tPER,O\tname and verb\n';
  expect(parseAmbiguousSurfaces('a.tsv', text)).toEqual(
    new Map([
      ['jordan', new Set(['PER', 'LOC'])],
      ['will', new Set(['PER', 'O'])],
    ]),
  );
});

test('may be empty', () => {
  expect(parseAmbiguousSurfaces('a.tsv', '\n').size).toBe(0);
});

test.each([
  ['Jordan\tPER,LOC', 'a.tsv:1: expected surface TAB labels TAB reason, found "Jordan\\tPER,LOC"'],
  ['\tPER,LOC\twhy', 'a.tsv:1: expected surface TAB labels TAB reason, found "\\tPER,LOC\\twhy"'],
  ['# c\nJordan\tPER\twhy', 'a.tsv:2: expected at least two labels parted by commas, found "PER"'],
  ['Jordan\tPER,,LOC\twhy', 'a.tsv:1: expected at least two labels parted by commas, found "PER,,LOC"'],
  ['Jordan\tPER,LOC\twhy\njordan\tPER,O\twhy', 'a.tsv:2: expected each surface once, found "jordan" again'],
])('refuses %j', (text, message) => {
  expect(errorOf(() => parseAmbiguousSurfaces('a.tsv', text))).toBe(`malformed_corpus: ${message}`);
});
