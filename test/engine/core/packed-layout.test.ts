import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPackedLayout, type PackedLayout, reversedRows, shiftedRows } from '#engine/core/packed-layout.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const lengthLists = fc
  .array(fc.integer({ min: 1, max: 9 }), { maxLength: 7 })
  .map((lengths) => lengths.sort((x, y) => y - x));

/** Token t of sentence b for every row: the definition, written out. */
function tokensByRow({ lengths, offsets }: PackedLayout): Map<number, { b: number; t: number }> {
  const tokens = new Map<number, { b: number; t: number }>();
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) tokens.set(offsets[t] + b, { b, t });
  });
  return tokens;
}

test('by hand: sentences of 3, 3 and 1 tokens', () => {
  expect(createPackedLayout([3, 3, 1])).toEqual({
    lengths: [3, 3, 1],
    batchSizes: [3, 2, 2],
    offsets: [0, 3, 5, 7],
    rows: 7,
  });
});

test('nothing', () => {
  expect(createPackedLayout([])).toEqual({ lengths: [], batchSizes: [], offsets: [0], rows: 0 });
});

test.each([
  [[2, 3], '2, 3'],
  [[2, 0], '2, 0'],
  [[0], '0'],
  [[3, -1], '3, -1'],
])('refuses lengths %j', (lengths, found) => {
  const error = thrownBy(() => createPackedLayout(lengths));
  expect(error.code).toBe('internal');
  expect(error.message).toBe(`layout: lengths must be positive and non-increasing, found ${found}`);
});

describe('for any lengths', () => {
  test('every token has a row of its own, timesteps are contiguous and shrink', () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const layout = createPackedLayout(lengths);
        const { batchSizes, offsets, rows } = layout;
        expect(rows).toBe(lengths.reduce((sum, length) => sum + length, 0));
        expect([...tokensByRow(layout).keys()].sort((x, y) => x - y)).toEqual(
          Array.from({ length: rows }, (_, i) => i),
        );
        batchSizes.forEach((alive, t) => {
          expect(alive).toBe(lengths.filter((length) => length > t).length);
          expect(offsets[t + 1] - offsets[t]).toBe(alive);
        });
      }),
    );
  });

  test('a shifted row is the token that many places on in the same sentence, or -1', () => {
    fc.assert(
      fc.property(lengthLists, fc.integer({ min: -10, max: 10 }), (lengths, distance) => {
        const layout = createPackedLayout(lengths);
        const shifted = shiftedRows(layout, distance, new Int32Array(layout.rows));
        for (const [row, { b, t }] of tokensByRow(layout)) {
          const at = t + distance;
          expect(shifted[row]).toBe(at >= 0 && at < lengths[b] ? layout.offsets[at] + b : -1);
        }
      }),
    );
  });

  test('turning round mirrors each sentence, and twice is the identity', () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const layout = createPackedLayout(lengths);
        const turned = reversedRows(layout, new Int32Array(layout.rows));
        for (const [row, { b, t }] of tokensByRow(layout)) {
          expect(turned[row]).toBe(layout.offsets[lengths[b] - 1 - t] + b);
          expect(turned[turned[row]]).toBe(row);
        }
      }),
    );
  });
});
