/** A sentence as its file has it: tags in the file's own scheme. */
export interface WrittenSentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
  /** Line of each word, from 1. */
  readonly lines: readonly number[];
  /** White space behind each word, where the file says it. */
  readonly gaps?: readonly string[];
  /** White space before its first word, where the file says it. */
  readonly lead?: string;
}
