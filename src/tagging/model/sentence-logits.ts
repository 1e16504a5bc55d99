import { createRandom } from '#base/random.js';
import type { Matrix } from '#engine/core/layer.js';
import { createPackedLayout, type PackedLayout } from '#engine/core/packed-layout.js';
import { createBatch } from '#tagging/features/batch.js';
import type { CausalNetwork } from './causal-network.js';
import type { TaggerModel } from './tagger-model.js';

/** Logits of sentences, in memory of the kernels' arena. */
export interface SentenceLogits {
  /** (N, K): row `layout.offsets[t] + b` is token t of sentence b. */
  readonly logits: Matrix;
  readonly layout: PackedLayout;
}

/**
 * The network's forward pass over sentences of words, longest first.
 *
 * @param causal Given where the model's network is one-way: quicker, see there.
 */
export function sentenceLogits(
  { network, encoder, kernels }: TaggerModel,
  causal: CausalNetwork | undefined,
  sentences: readonly (readonly string[])[],
): SentenceLogits {
  if (!causal) {
    const batch = createBatch(sentences.map((words) => encoder.encode(words)));
    const { output } = network.forward(batch, { kernels, training: false, random: NO_RANDOM });
    return { logits: output, layout: batch.layout };
  }
  const layout = createPackedLayout(sentences.map(({ length }) => length));
  const words = new Array<string>(layout.rows);
  sentences.forEach((sentence, b) => {
    for (let t = 0; t < sentence.length; t++) words[layout.offsets[t] + b] = sentence[t];
  });
  return { logits: causal.forward(words, layout), layout };
}

/** Nothing is drawn outside training. */
const NO_RANDOM = createRandom(0);
