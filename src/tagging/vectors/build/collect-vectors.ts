import type { WordVector } from './word-vector.js';

export interface CollectedVectors {
  /** Different words in the order of the file. */
  readonly words: readonly string[];
  /** (V, D) */
  readonly values: Float32Array;
  readonly dimension: number;
  /** Vectors of words that were there before; the first counts. */
  readonly duplicates: number;
}

export interface CollectOptions {
  /** How many words to keep. */
  readonly limit: number;
  /**
   * What a word is worth, from its vector and its place in the file, 0 for the first: those worth most are kept, of equals
   * the earlier. If not given, the first words are kept, and the rest of the file is not read.
   */
  readonly worth?: (values: Float32Array, rank: number) => number;
}

/** Room for so many words at first. */
const FIRST_CAPACITY = 4096;

/** Holds at most twice `limit` vectors at a time. No vector, dimension 0. */
export async function collectVectors(
  vectors: AsyncIterable<WordVector>,
  { limit, worth }: CollectOptions,
): Promise<CollectedVectors> {
  const seen = new Set<string>();
  const capacity = worth ? 2 * limit : limit;
  let kept: Kept = { words: [], worths: [], values: new Float32Array(0) };
  let dimension = 0;
  let duplicates = 0;
  for await (const { word, values } of vectors) {
    if (seen.has(word)) {
      duplicates++;
      continue;
    }
    dimension = values.length;
    const row = kept.words.length;
    if ((row + 1) * dimension > kept.values.length) {
      const rows = Math.min(capacity, Math.max(FIRST_CAPACITY, 2 * row));
      kept = { ...kept, values: resized(kept.values, rows * dimension) };
    }
    kept.words.push(word);
    kept.worths.push(worth?.(values, seen.size) ?? 0);
    kept.values.set(values, row * dimension);
    seen.add(word);
    if (kept.words.length === capacity) {
      if (!worth) break;
      kept = best(kept, limit, dimension);
    }
  }
  const { words, values } = best(kept, limit, dimension);
  return { words, values: resized(values, words.length * dimension), dimension, duplicates };
}

interface Kept {
  readonly words: string[];
  readonly worths: number[];
  /** (at least as many as words, D) */
  readonly values: Float32Array;
}

/** Those worth most, in their order; the values are moved together where they are. */
function best({ words, worths, values }: Kept, limit: number, dimension: number): Kept {
  if (words.length <= limit) return { words, worths, values };
  const rows = Array.from(words.keys())
    .sort((a, b) => worths[b] - worths[a] || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b);
  rows.forEach((from, to) => {
    values.copyWithin(to * dimension, from * dimension, (from + 1) * dimension);
  });
  return { words: rows.map((row) => words[row]), worths: rows.map((row) => worths[row]), values };
}

function resized(values: Float32Array, length: number): Float32Array {
  if (length <= values.length) return values.subarray(0, length);
  const larger = new Float32Array(length);
  larger.set(values);
  return larger;
}
