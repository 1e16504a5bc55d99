import type { InputPlan } from './input-kinds.js';
import type { LayerPlan } from './layer-kinds.js';
import type { LossPlan } from './loss-kinds.js';

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
