import { expect, test } from 'vitest';
import { createCharacterBatch } from '#engine/layers/character-batch.js';

test('rows that share an array share a word; words stand in the order of their first row', () => {
  const [ana, of, no] = [Int32Array.of(1, 2, 1), Int32Array.of(3, 4), Int32Array.of(5)];
  const { ids, starts, wordOfRow } = createCharacterBatch([of, ana, of, no, ana, of]);
  expect([...ids]).toEqual([3, 4, 1, 2, 1, 5]);
  expect([...starts]).toEqual([0, 2, 5, 6]);
  expect([...wordOfRow]).toEqual([0, 1, 0, 2, 1, 0]);
});

test('of no rows is empty', () => {
  expect(createCharacterBatch([])).toEqual({
    ids: new Int32Array(0),
    starts: Int32Array.of(0),
    wordOfRow: new Int32Array(0),
  });
});
