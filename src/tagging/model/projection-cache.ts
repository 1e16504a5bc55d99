import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';

export interface ProjectionCacheInput {
  readonly kernels: Kernels;
  /** Rows each word has: one for each place under the look-ahead, k + 1. */
  readonly slots: number;
  /** G: columns of a row. */
  readonly columns: number;
  /** Words that are remembered; 0 remembers none. */
  readonly capacity: number;
  /** Computes the rows of words: for each slot (words, G), in arena memory. */
  project(words: readonly string[]): readonly Floats[];
}

/** Rows of words, one table for each slot; row `rows[i]` of each belongs to word i. */
export interface ProjectedWords {
  readonly tables: readonly Floats[];
  readonly rows: Ints;
}

/**
 * What the first recurrent layer makes of each word, remembered word by word in memory of a fixed size. A word that was not
 * used for long gives way (the clock algorithm: Corbató 1968). Remembered or not, a row has the same bits.
 */
export interface ProjectionCache {
  /** Until the next call or until the arena is released, whichever is first. */
  lookUp(words: readonly string[]): ProjectedWords;
  /** Forgets every word: the weights have changed. */
  clear(): void;
  /** Words remembered now. */
  readonly size: number;
}

export function createProjectionCache(input: ProjectionCacheInput): ProjectionCache {
  const { kernels, slots, columns, capacity, project } = input;
  const rowOf = new Map<string, number>();
  const words: string[] = [];
  /** Number of the look-up that last used a row; 0 once the clock's hand has passed it by. */
  const lastUse = new Float64Array(capacity);
  let lookUps = 0;
  let hand = 0;
  let tables: readonly Floats[] | undefined; // reserved when first needed

  /** Never one that this look-up uses, of which there are fewer than rows. */
  const freeRow = (): number => {
    if (rowOf.size < capacity) return rowOf.size;
    for (;;) {
      hand = (hand + 1) % capacity;
      if (lastUse[hand] === lookUps) continue;
      if (lastUse[hand] === 0) break;
      lastUse[hand] = 0;
    }
    rowOf.delete(words[hand]);
    return hand;
  };

  const fillRows = (into: readonly Floats[], missing: readonly string[], missingRows: readonly number[]): void => {
    const computed = project(missing);
    into.forEach((table, slot) => {
      missingRows.forEach((row, i) => {
        table.set(computed[slot].subarray(i * columns, (i + 1) * columns), row * columns);
      });
    });
  };
  const clear = (): void => {
    rowOf.clear();
    lastUse.fill(0);
    hand = 0;
  };

  return {
    lookUp(wanted) {
      const rows = kernels.arena.ints(wanted.length);
      if (wanted.length > capacity) {
        for (let i = 0; i < rows.length; i++) rows[i] = i;
        return { tables: project(wanted), rows };
      }
      tables ??= Array.from({ length: slots }, () => kernels.floats(capacity * columns));
      lookUps++;
      const missing: string[] = [];
      const missingRows: number[] = [];
      for (let i = 0; i < wanted.length; i++) {
        let row = rowOf.get(wanted[i]);
        if (row === undefined) {
          row = freeRow();
          words[row] = detached(wanted[i]);
          rowOf.set(words[row], row);
          missing.push(wanted[i]);
          missingRows.push(row);
        }
        lastUse[row] = lookUps;
        rows[i] = row;
      }
      try {
        if (missing.length > 0) fillRows(tables, missing, missingRows);
      } catch (error) {
        clear(); // words are noted whose rows were never computed
        throw error;
      }
      return { tables, rows };
    },
    clear,
    get size() {
      return rowOf.size;
    },
  };
}

/** A copy: V8 keeps a whole text alive as long as any longer substring of it is. */
function detached(word: string): string {
  return word.split('').join('');
}
