import type { AttentionOptions } from '#engine/layers/attention.js';
import type { CharacterConvolutionOptions } from '#engine/layers/character-convolution.js';
import type { DropoutOptions } from '#engine/layers/dropout.js';
import type { EmbeddingOptions } from '#engine/layers/embedding.js';
import type { LinearOptions } from '#engine/layers/linear.js';
import type { NormalizationOptions } from '#engine/layers/normalization.js';
import type { RightContextOptions } from '#engine/layers/right-context.js';
import type { RecurrentOptions } from '#engine/recurrent/recurrent.js';
import type { CrfOptions } from '#engine/structured/crf.js';

/**
 * A network as data: what describes a word, the layers above it, the loss. It holds numbers and names only, so that it can be
 * printed, compared and walked. Training, tagging, the count of parameters and memory and the gradient check all read the
 * same plan; none knows the network otherwise.
 */
export interface NetworkPlan {
  /** What describes one word, side by side; each is a function of the word alone. */
  readonly inputs: readonly InputPlan[];
  /** From the words' columns to K logits a token. */
  readonly layers: readonly LayerPlan[];
  readonly loss: LossPlan;
}

export type InputPlan =
  | ({ readonly kind: 'embedding' } & EmbeddingPlanOptions)
  | ({ readonly kind: 'characters' } & CharacterConvolutionOptions);

export interface EmbeddingPlanOptions extends EmbeddingOptions {
  /** Which of a word's ids look rows up. */
  readonly feature: number;
  /** Its rows are added to those of the input before it, which must be as wide, not laid beside them. */
  readonly isAddend?: boolean;
  /** In training each id is replaced by `unknownId` with this probability. */
  readonly wordDropout?: { readonly rate: number; readonly unknownId: number };
}

export type LayerPlan =
  | ({ readonly kind: 'dropout' } & DropoutOptions)
  | ({ readonly kind: 'right_context' } & RightContextOptions)
  | ({ readonly kind: 'recurrent' } & RecurrentOptions)
  | ({ readonly kind: 'normalization' } & NormalizationOptions)
  | ({ readonly kind: 'attention' } & AttentionOptions)
  | ({ readonly kind: 'linear' } & LinearOptions)
  | ({ readonly kind: 'residual' } & ResidualOptions);

/** Layers whose output is added to their input. */
export interface ResidualOptions {
  readonly layers: readonly LayerPlan[];
}

/** `tags` is K: the last layer must give as many columns. */
export type LossPlan = { readonly kind: 'softmax'; readonly tags: number } | ({ readonly kind: 'crf' } & CrfOptions);
