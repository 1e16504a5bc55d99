/** A sentence as its file has it: tags in the file's own scheme. What every format's reader makes. */
export interface WrittenSentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
  /** Line of each word, from 1. */
  readonly lines: readonly number[];
  readonly document: number;
}
