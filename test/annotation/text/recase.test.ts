import { expect, test } from 'vitest';
import { recase } from '#annotation/text/recase.js';

test.each([
  ['Roosevelt', 'roosevelt', 'ROOSEVELT', 'Roosevelt'],
  ['USA', 'usa', 'USA', 'Usa'],
  ['iPhone', 'iphone', 'IPHONE', 'Iphone'],
  ['élan', 'élan', 'ÉLAN', 'Élan'],
  ['straße', 'straße', 'STRASSE', 'Straße'],
  ['𐐨𐐨', '𐐨𐐨', '𐐀𐐀', '𐐀𐐨'], // letters of two UTF-16 units
  ["n't", "n't", "N'T", "N't"],
  ['3rd', '3rd', '3RD', '3rd'],
  ['…', '…', '…', '…'],
  ['', '', '', ''],
])('%s is written %s, %s, %s', (word, lower, upper, title) => {
  expect([recase(word, 'lower'), recase(word, 'upper'), recase(word, 'title')]).toEqual([lower, upper, title]);
});
