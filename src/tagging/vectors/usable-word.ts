/** UTF-16 units. */
const MAX_WORD_LENGTH = 100;
/** White space, control characters, half surrogate pairs, and what a decoder writes for bytes that are no UTF-8. */
const UNUSABLE = /[\s\p{Cc}\p{Cs}\uFFFD]/u;

/** Whether a table of vectors, which writes one word a line, can hold this word. */
export function isUsableWord(word: string): boolean {
  return word !== '' && word.length <= MAX_WORD_LENGTH && !UNUSABLE.test(word);
}
