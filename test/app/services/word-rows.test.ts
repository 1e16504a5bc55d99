import { expect, test } from 'vitest';
import type { UnlabelledText } from '#app/services/unlabelled-text.js';
import { readRows } from '#app/services/word-rows.js';

const SENTENCES = [['The', 'cat', 'sat'], ['A', 'cat', 'in', '1999'], ['unheard']];
const ROWS = new Map([
  ['the', 0],
  ['cat', 1],
  ['0000', 2],
]);
const EXPECTED = [
  { rows: [0, 1], words: 3 },
  { rows: [1, 2], words: 4 },
  { rows: [], words: 1 },
];

function counted() {
  let readings = 0;
  const text: UnlabelledText = {
    name: 'text',
    size: 1,
    *sentences() {
      readings++;
      yield* SENTENCES;
    },
  };
  return { text, readings: () => readings };
}

test.each([
  ['kept from the first reading on', 8, 1],
  ['read anew where it is long', 7, 3],
])('a text is %s, and gives the same', (_, mostKept, expected) => {
  const { text, readings } = counted();
  const sentences = readRows(text, { rows: ROWS, words: 8, mostKept });
  for (let epoch = 0; epoch < 3; epoch++) expect([...sentences()]).toEqual(EXPECTED);
  expect(readings()).toBe(expected);
});

test('a reading that was left in the middle is no whole text', () => {
  const { text } = counted();
  const sentences = readRows(text, { rows: ROWS, words: 8 });
  for (const _ of sentences()) break;
  expect([...sentences()]).toEqual(EXPECTED);
});
