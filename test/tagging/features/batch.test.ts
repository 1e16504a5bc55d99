import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBatch } from '#tagging/features/batch.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import { thrownBy } from '../../helpers/thrown-by.js';

/** Token t of sentence s has the ids 100 s + t and -(100 s + t), and the tag s + t. */
function sentence(s: number, length: number): EncodedSentence {
  const ids = Int32Array.from({ length }, (_, t) => 100 * s + t);
  return { length, ids: [ids, ids.map((id) => -id)], tags: ids.map((_, t) => s + t) };
}

describe('createBatch', () => {
  test('by hand: sentences of 1, 3 and 2 tokens', () => {
    const batch = createBatch([sentence(0, 1), sentence(1, 3), sentence(2, 2)]);
    expect(batch.order).toEqual([1, 2, 0]);
    expect(batch.layout).toEqual({ lengths: [3, 2, 1], batchSizes: [3, 2, 1], offsets: [0, 3, 5, 6], rows: 6 });
    expect([...batch.ids[0]]).toEqual([100, 200, 0, 101, 201, 102]);
    expect([...batch.ids[1]]).toEqual([-100, -200, -0, -101, -201, -102].map((id) => id + 0));
    expect([...batch.targets]).toEqual([1, 2, 0, 2, 3, 3]);
  });

  test('every sentence can be read back from its rows, and those of one length keep their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 }), (lengths) => {
        const sentences = lengths.map((length, s) => sentence(s, length));
        const { layout, ids, targets, order } = createBatch(sentences);
        order.forEach((s, b) => {
          const rows = Array.from({ length: lengths[s] }, (_, t) => layout.offsets[t] + b);
          expect(rows.map((row) => ids[0][row])).toEqual([...sentences[s].ids[0]]);
          expect(rows.map((row) => ids[1][row])).toEqual([...sentences[s].ids[1]]);
          expect(rows.map((row) => targets[row])).toEqual([...sentences[s].tags!]);
          if (b > 0 && lengths[order[b - 1]] === lengths[s]) expect(order[b - 1]).toBeLessThan(s);
        });
        expect([...order].sort((i, j) => i - j)).toEqual(lengths.map((_, s) => s));
      }),
    );
  });

  test('targets are -1 where there is no tag to learn', () => {
    const { ids } = sentence(1, 2);
    const batch = createBatch([{ length: 2, ids }, sentence(0, 1)]);
    expect([...batch.targets]).toEqual([-1, 0, -1]);
  });

  test('words are spelled once, in the order of the rows', () => {
    const [ana, of] = [Int32Array.of(1, 2), Int32Array.of(3)];
    const spelled = [
      { ...sentence(0, 1), characterIds: [ana] },
      { ...sentence(1, 3), characterIds: [of, ana, of] },
    ];
    const { characters } = createBatch(spelled);
    expect([...characters!.wordOfRow]).toEqual([0, 1, 1, 0]);
    expect([...characters!.ids]).toEqual([3, 1, 2]);
    expect(createBatch([sentence(0, 1)])).not.toHaveProperty('characters');
  });

  test('of nothing is empty', () => {
    expect(createBatch([])).toMatchObject({ ids: [], order: [], layout: { rows: 0 } });
  });

  test('refuses a sentence without tokens', () => {
    const error = thrownBy(() => createBatch([sentence(0, 2), sentence(1, 0)]));
    expect(error.message).toBe('layout: lengths must be positive and non-increasing, found 2, 0');
  });
});
