import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { LETTER_CASES, recase } from '#annotation/text/recase.js';

/**
 * All sentences again in each other case. People write names in small letters too, and headlines in capitals: a tagger that
 * saw only edited text misses them.
 */
export function inOtherCases(sentences: readonly LabelledSentence[]): LabelledSentence[][] {
  return LETTER_CASES.map((letterCase) =>
    sentences.map((sentence) => ({ ...sentence, words: sentence.words.map((word) => recase(word, letterCase)) })),
  );
}
