import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { SourceFile } from '#tagging/model/model-files.js';

/** What is learned from, or scored. */
export interface CorpusPart {
  /** File names, for the model's record. */
  readonly name: string;
  readonly sentences: readonly LabelledSentence[];
  /** What was made of each file it came from. */
  readonly files?: readonly SourceFile[];
}
