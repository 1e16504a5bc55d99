import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectVectors } from '#tagging/vectors/build/collect-vectors.js';
import { vectorsOf } from '../helpers.js';

const entry = (word: string, value: number): [string, number[]] => [word, [value, 0 - value]];

describe('without worth', () => {
  test('keeps the first words, and of equal ones the first', async () => {
    const vectors = vectorsOf([entry('a', 1), entry('b', 2), entry('a', 3), entry('c', 4), entry('d', 5)]);
    expect(await collectVectors(vectors, { limit: 3 })).toEqual({
      words: ['a', 'b', 'c'],
      values: Float32Array.of(1, -1, 2, -2, 4, -4),
      dimension: 2,
      duplicates: 1,
    });
  });

  test('reads no further than it needs', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<{ word: string; values: Float32Array }> {
      for (;;) yield { word: `w${read++}`, values: Float32Array.of(1) };
    }
    expect((await collectVectors(endless(), { limit: 10_000 })).words).toHaveLength(10_000);
    expect(read).toBe(10_000);
  });

  test('of nothing there is nothing', async () => {
    const none = { words: [], values: new Float32Array(0), dimension: 0, duplicates: 0 };
    expect(await collectVectors(vectorsOf([]), { limit: 5 })).toEqual(none);
  });

  test('more room than words', async () => {
    const { words, values } = await collectVectors(vectorsOf([entry('a', 1)]), { limit: 10_000_000 });
    expect({ words, values }).toEqual({ words: ['a'], values: Float32Array.of(1, -1) });
  });
});

test('with worth it keeps those worth most, of equals the earlier, in their order', async () => {
  const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 4 })), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 6 }), async (list, limit) => {
      const named = list.map(([word, worth]) => entry(`w${word}`, worth));
      const distinct = named.filter(([word], i) => named.findIndex(([other]) => other === word) === i);
      const best = distinct
        .map(([word, [worth]], rank) => ({ word, worth, rank }))
        .sort((a, b) => b.worth - a.worth || a.rank - b.rank)
        .slice(0, limit)
        .sort((a, b) => a.rank - b.rank);
      const ranks: number[] = [];
      const found = await collectVectors(vectorsOf(named), {
        limit,
        worth(values, rank) {
          ranks.push(rank);
          return values[0];
        },
      });
      expect(found.words).toEqual(best.map(({ word }) => word));
      expect([...found.values]).toEqual(best.flatMap(({ worth }) => [worth, 0 - worth]));
      expect(found.duplicates).toBe(named.length - distinct.length);
      expect(ranks).toEqual(distinct.map((_, rank) => rank));
    }),
  );
});
