import type { Random } from '#base/random.js';
import { wordOf, zipf } from '../../bench/random-words.js';

const NAMES = ['Ada Lovelace', 'José Martínez', 'Zürich', 'London', 'Nokia', 'the University of Oslo'];

/** Texts of so many words, of which about half were never seen before and one in twelve begins a name. */
export function randomText(random: Random): (words: number) => string {
  const known = zipf(20_000, random);
  let fresh = 100_000;
  const word = (): string => {
    if (random.integer(12) === 0) return NAMES[random.integer(NAMES.length)];
    if (random.integer(2) === 0) return wordOf(known());
    fresh += 1 + random.integer(1000);
    return wordOf(fresh);
  };
  return (words) => `${Array.from({ length: words }, word).join(' ')}.`;
}
