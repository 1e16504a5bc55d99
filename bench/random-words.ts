import type { Random } from '#base/random.js';

/** A word for every number from 0; no two are alike to a vocabulary that folds digits and case. */
export function wordOf(n: number): string {
  return n < 26 ? String.fromCharCode(97 + n) : wordOf(Math.floor(n / 26) - 1) + wordOf(n % 26);
}

/** Numbers below `limit`, n about as often as 1 / (n + 2.7): Zipf's law in Mandelbrot's form, by which words are spread. */
export function zipf(limit: number, random: Random): () => number {
  const shift = 2.7;
  const span = Math.log((limit + shift) / shift);
  return () => Math.min(limit - 1, Math.floor(shift * Math.exp(random.next() * span) - shift));
}
