import { expect, test } from 'vitest';
import { abbreviationKind } from '#annotation/text/abbreviations.js';

test.each([
  ['Dr', 'title'],
  ['DR', 'title'],
  ['mr', 'title'],
  ['No', 'number'],
  ['Sept', 'number'],
  ['SEPT', 'number'],
  ['Inc', 'other'],
  ['INC', 'other'],
  ['St', 'other'],
  ['ST', 'other'],
  ['CO', undefined],
  ['sT', undefined],
  ['Sat', undefined],
  ['A', undefined],
  ['', undefined],
  ['constructor', undefined],
])('abbreviationKind(%j) is %s', (word, kind) => {
  expect(abbreviationKind(word)).toBe(kind);
});
