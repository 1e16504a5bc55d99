/**
 * What makes two sentences the same one: their words, without regard to case and to Unicode's several ways to write a
 * character. Duplicates are found by it, and kept out of different parts of a split.
 */
export function sentenceKey(words: readonly string[]): string {
  return words.join(' ').normalize('NFKC').toLowerCase();
}
