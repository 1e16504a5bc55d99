import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createProjectionCache } from '#tagging/model/projection-cache.js';

const COLUMNS = 3;
const SLOTS = 2;

/** Rows that tell their word: its number times 10, plus the slot. Counts how often each word was computed. */
function projectionsOf(capacity: number) {
  const kernels = createReferenceKernels('float32');
  const computed = new Map<string, number>();
  const projections = createProjectionCache({
    kernels,
    slots: SLOTS,
    columns: COLUMNS,
    capacity,
    project: (words) => {
      if (words.includes('broken')) throw new Error('refused');
      for (const word of words) computed.set(word, (computed.get(word) ?? 0) + 1);
      return Array.from({ length: SLOTS }, (_, slot) => {
        const out = kernels.arena.floats(words.length * COLUMNS);
        words.forEach((word, i) => {
          out.fill(Number(word.slice(1)) * 10 + slot, i * COLUMNS, (i + 1) * COLUMNS);
        });
        return out;
      });
    },
  });
  const lookUp = (...words: readonly string[]): void => {
    const { tables, rows } = projections.lookUp(words);
    words.forEach((word, i) => {
      tables.forEach((table, slot) => {
        const row = [...table.subarray(rows[i] * COLUMNS, (rows[i] + 1) * COLUMNS)];
        expect(row, `${word}, slot ${slot}`).toEqual(new Array(COLUMNS).fill(Number(word.slice(1)) * 10 + slot));
      });
    });
  };
  const timesComputed = (word: string): number => computed.get(word) ?? 0;
  return { kernels, projections, lookUp, timesComputed };
}

const wordsFrom = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `w${from + i}`);

describe('createProjectionCache', () => {
  test('computes a word once, however often it is looked up', () => {
    const { projections, lookUp, timesComputed } = projectionsOf(8);
    lookUp('w1', 'w2', 'w1', 'w1');
    lookUp('w2', 'w3', 'w1');
    expect(['w1', 'w2', 'w3'].map(timesComputed)).toEqual([1, 1, 1]);
    expect(projections.size).toBe(3);
  });

  test('never remembers more words than its capacity, nor takes more memory', () => {
    const { kernels, projections, lookUp } = projectionsOf(8);
    lookUp('w0');
    const bytes = kernels.permanentBytes;
    expect(bytes).toBe(8 * SLOTS * COLUMNS * 4);
    for (let i = 0; i < 200; i += 5) {
      const position = kernels.arena.position;
      lookUp(...wordsFrom(i, i + 5));
      kernels.arena.release(position);
      expect(projections.size).toBeLessThanOrEqual(8);
    }
    expect(projections.size).toBe(8);
    expect(kernels.permanentBytes).toBe(bytes);
  });

  test('words in use stay, those that were not used for long give way', () => {
    const { lookUp, timesComputed } = projectionsOf(8);
    for (let i = 1; i < 100; i++) lookUp('w0', `w${i}`);
    expect(timesComputed('w0')).toBe(1);
    lookUp('w1');
    expect(timesComputed('w1')).toBe(2);
  });

  test('a look-up as large as the capacity finds room for all its words', () => {
    const { lookUp } = projectionsOf(8);
    lookUp(...wordsFrom(0, 8));
    lookUp(...wordsFrom(4, 12));
    lookUp(...wordsFrom(100, 108));
  });

  test('more words than rows are computed without being remembered', () => {
    const { projections, lookUp, timesComputed } = projectionsOf(8);
    lookUp('w1');
    lookUp(...wordsFrom(0, 9));
    expect(projections.size).toBe(1);
    expect(timesComputed('w1')).toBe(2);
  });

  test('a capacity of 0 remembers nothing and takes no memory', () => {
    const { kernels, lookUp, timesComputed } = projectionsOf(0);
    lookUp('w1');
    lookUp('w1');
    expect(timesComputed('w1')).toBe(2);
    expect(kernels.permanentBytes).toBe(0);
  });

  test('after clear every word is computed anew, into the same memory', () => {
    const { kernels, projections, lookUp, timesComputed } = projectionsOf(8);
    lookUp('w1', 'w2');
    const bytes = kernels.permanentBytes;
    projections.clear();
    expect(projections.size).toBe(0);
    lookUp('w2');
    expect(timesComputed('w2')).toBe(2);
    expect(kernels.permanentBytes).toBe(bytes);
  });

  test('a word whose rows could not be computed is not remembered', () => {
    const { projections, lookUp } = projectionsOf(8);
    expect(() => projections.lookUp(['w1', 'broken'])).toThrow('refused');
    expect(projections.size).toBe(0);
    lookUp('w1');
  });

  test('words with unpaired surrogates are words of their own', () => {
    const { kernels } = projectionsOf(0);
    const seen: string[] = [];
    const projections = createProjectionCache({
      kernels,
      slots: 1,
      columns: 1,
      capacity: 4,
      project: (words) => {
        seen.push(...words);
        return [kernels.arena.floats(words.length)];
      },
    });
    const words = ['\ud800', '\ud801', '\udc00', '\ud800'];
    const { rows } = projections.lookUp(words);
    expect(rows[3]).toBe(rows[0]);
    expect(seen).toEqual(words.slice(0, 3));
  });
});
