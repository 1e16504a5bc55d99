/** Ways to write a whole sentence. */
export const LETTER_CASES = ['lower', 'upper', 'title'] as const;
export type LetterCase = (typeof LETTER_CASES)[number];

/** A word as it is written in a text all in small letters, all in capitals, or with a capital to every word. */
export function recase(word: string, letterCase: LetterCase): string {
  if (letterCase === 'lower') return word.toLowerCase();
  if (letterCase === 'upper') return word.toUpperCase();
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length).toLowerCase();
}
