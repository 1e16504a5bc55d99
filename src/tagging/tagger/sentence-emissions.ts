import type { CausalNetwork } from '#tagging/model/causal-network.js';
import { sentenceLogits } from '#tagging/model/sentence-logits.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { forbidGoingOn, goingOnTags } from './decode.js';

/** Sentences that are computed together. */
const SENTENCES_PER_BATCH = 32;

export interface EmissionsInput {
  readonly model: TaggerModel;
  /** Given where the model's network is one-way. */
  readonly causal: CausalNetwork | undefined;
  readonly sentences: readonly (readonly string[])[];
  /** For each sentence the words into which no name goes on from the word before. */
  readonly borders?: readonly (readonly number[])[];
}

/**
 * Runs the network over sentences, those of like length together; the numbers of a sentence are the same in any company.
 *
 * @param visit Called once a sentence that has words, in an order of its own, with the sentence's index and its emissions: (T, K) at the
 *   beginning of an array that is then used for the next sentence.
 */
export function visitEmissions(
  { model, causal, sentences, borders }: EmissionsInput,
  visit: (index: number, emissions: Float64Array, tokens: number) => void,
): void {
  const { kernels, tagSet } = model;
  const k = tagSet.tags.length;
  const goingOn = goingOnTags(tagSet);
  const byLength = sentences
    .map((_, i) => i)
    .filter((i) => sentences[i].length > 0)
    .sort((i, j) => sentences[j].length - sentences[i].length || i - j);
  const emissions = new Float64Array(k * (sentences[byLength[0]]?.length ?? 0));
  for (let from = 0; from < byLength.length; from += SENTENCES_PER_BATCH) {
    const indices = byLength.slice(from, from + SENTENCES_PER_BATCH);
    const position = kernels.arena.position;
    const { logits, layout } = sentenceLogits(
      model,
      causal,
      indices.map((i) => sentences[i]),
    );
    indices.forEach((i, b) => {
      const tokens = layout.lengths[b];
      for (let t = 0; t < tokens; t++) {
        const row = (layout.offsets[t] + b) * k;
        for (let tag = 0; tag < k; tag++) emissions[t * k + tag] = logits.values[row + tag];
      }
      for (const token of borders?.[i] ?? []) forbidGoingOn(emissions, token * k, goingOn);
      visit(i, emissions, tokens);
    });
    kernels.arena.release(position);
  }
}
