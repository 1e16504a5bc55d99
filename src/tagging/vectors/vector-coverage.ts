import type { VectorTable } from './vector-table.js';

/** How much of a text a table knows: of words with letters, counted every time they occur. */
export interface VectorCoverage {
  readonly known: number;
  readonly words: number;
  /** known / words; 0 where there are none. */
  readonly share: number;
}

const LETTER = /\p{L}/u;

export function vectorCoverage(table: VectorTable, words: Iterable<string>): VectorCoverage {
  let known = 0;
  let count = 0;
  for (const word of words) {
    if (!LETTER.test(word)) continue;
    count++;
    if (table.id(word) >= 0) known++;
  }
  return { known, words: count, share: count === 0 ? 0 : known / count };
}
