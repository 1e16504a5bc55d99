import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';

/**
 * To which document each sentence belongs; undefined where that is not known: a file without marks between its documents
 * counts as one, though it may be anything, and where every sentence is one of its own there is nothing to remember.
 */
export function documentsOf(sentences: readonly LabelledSentence[]): readonly number[] | undefined {
  const documents = sentences.map(({ document }) => document);
  const count = new Set(documents).size;
  return count > 1 && count < sentences.length ? documents : undefined;
}
