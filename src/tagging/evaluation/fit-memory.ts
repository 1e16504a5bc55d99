import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { documentsOf } from './documents-of.js';
import { evaluateTagger } from './evaluate.js';

export interface MemoryFit {
  /** 0 where memory does not help, or where no text of several sentences tells. */
  readonly weight: number;
  /** F1 on the texts of dev with it and without; null where there was nothing to fit on. */
  readonly f1: { readonly with: number; readonly without: number } | null;
}

const WEIGHTS = [0.3, 0.6, 1] as const;
/** Less is chance. */
const LEAST_GAIN = 0.001;
/** One number needs no more, and the texts of a large dev part would be tagged four times over. */
const MOST_TOKENS = 100_000;

/** Finds how much the sentences of a text should lean on the ones before, on texts the tagger has not learned from. */
export function fitMemory(
  tagger: { withMemory(weight: number): Pick<ModelTagger, 'tagWords'> },
  sentences: readonly LabelledSentence[],
): MemoryFit {
  const texts = firstTokens(sentences, MOST_TOKENS);
  if (documentsOf(texts) === undefined) return { weight: 0, f1: null };
  const f1At = (weight: number): number => evaluateTagger(tagger.withMemory(weight), texts).micro.f1;
  const without = f1At(0);
  const fits = WEIGHTS.map((weight) => ({ weight, f1: f1At(weight) }));
  const best = fits.reduce((left, right) => (right.f1 > left.f1 ? right : left));
  if (best.f1 < without + LEAST_GAIN) return { weight: 0, f1: { with: without, without } };
  return { weight: best.weight, f1: { with: best.f1, without } };
}

function firstTokens(sentences: readonly LabelledSentence[], limit: number): readonly LabelledSentence[] {
  let tokens = 0;
  const end = sentences.findIndex(({ words }) => {
    tokens += words.length;
    return tokens > limit;
  });
  return end < 0 ? sentences : sentences.slice(0, end);
}
