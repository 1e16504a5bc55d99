import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';

/** What is learned from, or scored. */
export interface CorpusPart {
  /** File names, for the model's record. */
  readonly name: string;
  readonly sentences: readonly LabelledSentence[];
}
