import { expect, test } from 'vitest';
import { lookUp, lookupForms } from '#tagging/vectors/look-up.js';

const rows = new Map(
  ['Paris', 'paris', "don't", '0000', 'h1n1', 'h0n0', 'café', '#', 'oslo'].map((word) => [word, word]),
);

test.each([
  ['Paris', 'Paris'],
  ['PARIS', 'paris'],
  ['Don’t', "don't"],
  ['2024', '0000'],
  ['H1N1', 'h1n1'],
  ['H5N1', 'h0n0'],
  ['Cafe\u0301', 'café'],
  ['#Oslo', 'oslo'],
  ['#', '#'],
  ['##Oslo', undefined],
  ['Oslo.', 'oslo'],
  ['#Ósló', 'oslo'],
  ['Ósló', 'oslo'],
  ['.', undefined],
  ['', undefined],
  ['Lima', undefined],
])('%j is found as %j', (word, found) => {
  expect(lookUp(rows, word)).toBe(found);
});

test('finds 0 as well', () => {
  expect(lookUp(new Map([['a', 0]]), 'A')).toBe(0);
});

test('the forms come in this order', () => {
  expect([...lookupForms('#É1.')]).toEqual(['#É1.', '#é1.', '#é0.', 'é0', 'e0']);
});
