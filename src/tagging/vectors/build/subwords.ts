import { fnv1a } from '#base/fnv.js';

/** Lengths of the character n-grams that a word is made of, its edges marked with < and >: those of fastText. */
const SHORTEST = 3;
const LONGEST = 6;
/** A word of more n-grams is a URL or a row of signs; the first tell enough of it. */
const MOST = 60;

/**
 * The buckets of a word's character n-grams (Bojanowski et al. 2017, https://arxiv.org/abs/1607.04606): n-grams that share a
 * bucket share a vector.
 *
 * @param buckets How many there are.
 * @returns Numbers from 0 to `buckets` - 1, a number once for each n-gram that falls on it.
 */
export function subwordBuckets(word: string, buckets: number): number[] {
  const characters = ['<', ...word, '>'];
  const found: number[] = [];
  for (let start = 0; start < characters.length; start++) {
    for (let length = SHORTEST; length <= LONGEST && start + length <= characters.length; length++) {
      if (found.length === MOST) return found;
      found.push(fnv1a(characters.slice(start, start + length).join('')) % buckets);
    }
  }
  return found;
}
