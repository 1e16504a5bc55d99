import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Random } from '#base/random.js';
import { inOtherCases } from './case-augmentation.js';
import { createNameExchange, type NameLists } from './name-replacement.js';
import type { TrainingConfig } from './training-config.js';

/** How many variants there are of every sentence beside the sentence as it is; they lie in this order. */
export interface VariantCounts {
  /** In other letter cases. */
  readonly recased: number;
  /** With other names. */
  readonly renamed: number;
}

/** The training sentences as they are, then all of them again in each other form: variant v of sentence i is at v n + i. */
export interface SentenceVariants {
  readonly sentences: readonly LabelledSentence[];
  readonly counts: VariantCounts;
}

export const NO_VARIANTS: VariantCounts = { recased: 0, renamed: 0 };

/** Copies of each sentence with other names: an epoch draws one of them, so the same names seldom come back. */
const RENAMED = 4;

type Augmentation = Pick<TrainingConfig, 'case_augmentation' | 'name_replacement'>;

/** @param lists Names to be put in the place of others, beside those of the sentences themselves. */
export function sentenceVariants(
  sentences: readonly LabelledSentence[],
  { case_augmentation, name_replacement }: Augmentation,
  { lists, random }: { readonly lists?: NameLists | undefined; readonly random: Random },
): SentenceVariants {
  const recased = case_augmentation > 0 ? inOtherCases(sentences) : [];
  const renamed = name_replacement > 0 ? inOtherNames(sentences, { lists, random }) : [];
  return {
    sentences: [sentences, ...recased, ...renamed].flat(),
    counts: { recased: recased.length, renamed: renamed.length },
  };
}

function inOtherNames(
  sentences: readonly LabelledSentence[],
  { lists, random }: { readonly lists: NameLists | undefined; readonly random: Random },
): LabelledSentence[][] {
  const exchange = createNameExchange(sentences, lists);
  return Array.from({ length: RENAMED }, (_, v) => sentences.map((one, i) => exchange(one, random.fork(v, i))));
}

export function variantCount({ recased, renamed }: VariantCounts): number {
  return 1 + recased + renamed;
}

/**
 * Variant of each of the `count` sentences of a minibatch: with the probabilities of the configuration one in another case or
 * one with other names, those of a group alike.
 */
export function drawVariants(
  count: number,
  {
    counts: { recased, renamed },
    config: { case_augmentation, name_replacement },
    random,
  }: { readonly counts: VariantCounts; readonly config: Augmentation; readonly random: Random },
): number[] {
  const recasing = recased > 0 ? case_augmentation : 0;
  const renaming = renamed > 0 ? Math.min(name_replacement, 1 - recasing) : 0;
  return Array.from({ length: count }, () => {
    const draw = random.next();
    if (draw < recasing) return 1 + Math.floor((draw / recasing) * recased);
    if (draw < recasing + renaming) return 1 + recased + Math.floor(((draw - recasing) / renaming) * renamed);
    return 0;
  });
}
