import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { LETTER_CASES, recase } from '#annotation/text/recase.js';
import type { Random } from '#base/random.js';

/** The training sentences as they are, then all of them again in each other case: variant v of sentence i is at v n + i. */
export interface SentenceVariants {
  readonly sentences: readonly LabelledSentence[];
  /** How many times each sentence is there. */
  readonly variants: number;
}

/** People write names in small letters too, and headlines in capitals: a tagger that saw only edited text misses them. */
export function withOtherCases(sentences: readonly LabelledSentence[]): SentenceVariants {
  const recased = LETTER_CASES.map((letterCase) =>
    sentences.map((sentence) => ({ ...sentence, words: sentence.words.map((word) => recase(word, letterCase)) })),
  );
  return { sentences: [...sentences, ...recased.flat()], variants: 1 + LETTER_CASES.length };
}

/** Variant of each of the `count` sentences of a minibatch: with this probability another than 0, all others alike. */
export function drawVariants(
  count: number,
  {
    variants,
    probability,
    random,
  }: { readonly variants: number; readonly probability: number; readonly random: Random },
): number[] {
  return Array.from({ length: count }, () => {
    const draw = random.next();
    return draw < probability ? 1 + Math.floor((draw / probability) * (variants - 1)) : 0;
  });
}
