/** One annotated sentence: as many IOB2 tags as words. Every reader converts to this, whatever its file held. */
export interface LabelledSentence {
  readonly words: readonly string[];
  /** IOB2, repaired: `B-PER`, `I-PER`, `O`. */
  readonly tags: readonly string[];
  /** Sentences of one document share this number; a split never divides a document. */
  readonly document: number;
  /** Where it stands, for messages. `line` counts from 1. */
  readonly source: { readonly file: string; readonly line: number };
}
