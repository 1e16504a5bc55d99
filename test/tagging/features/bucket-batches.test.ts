import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { bucketBatches } from '#tagging/features/bucket-batches.js';

const lengthsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => 1 + ((7 * i) % 40));
const deal = (lengths: readonly number[], batchSize: number, seed = 1): number[][] =>
  bucketBatches(lengths, { batchSize, random: createRandom(seed) });

describe('bucketBatches', () => {
  test('deals every sentence once, in full batches but for the last of each pool', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (lengths, batchSize) => {
          const batches = deal(lengths, batchSize);
          expect(batches.flat().sort((i, j) => i - j)).toEqual(lengths.map((_, i) => i));
          expect(batches.length).toBe(Math.ceil(lengths.length / batchSize));
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(batchSize);
          }
        },
      ),
    );
  });

  test('puts sentences of like length together', () => {
    const lengths = lengthsOf(640);
    const spread = (batches: number[][]): number => {
      const spreads = batches.map((batch) => {
        const own = batch.map((i) => lengths[i]);
        return Math.max(...own) - Math.min(...own);
      });
      return spreads.reduce((sum, x) => sum + x, 0) / spreads.length;
    };
    expect(spread(deal(lengths, 16))).toBeLessThan(5);
  });

  test('the same stream deals the same batches, another stream others', () => {
    const lengths = lengthsOf(100);
    expect(deal(lengths, 8, 3)).toEqual(deal(lengths, 8, 3));
    expect(deal(lengths, 8, 4)).not.toEqual(deal(lengths, 8, 3));
  });

  test('does not go from the longest to the shortest', () => {
    const lengths = lengthsOf(640);
    const firsts = deal(lengths, 16).map((batch) => lengths[batch[0]]);
    expect(firsts).not.toEqual([...firsts].sort((x, y) => y - x));
  });

  test.each([Number.POSITIVE_INFINITY, 100, 1000])(
    'a batch size of %d makes one batch of a hundred sentences',
    (size) => {
      const batches = deal(lengthsOf(100), size);
      expect(batches.length).toBe(1);
      expect([...batches[0]].sort((i, j) => i - j)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    },
  );

  test.each([1, 5, Number.POSITIVE_INFINITY])('no sentences, no batches (size %d)', (size) => {
    expect(deal([], size)).toEqual([]);
  });
});
