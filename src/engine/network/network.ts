import type { PassContext, Step } from '#engine/core/layer.js';
import type { ParameterSet } from '#engine/core/parameter.js';
import type { TransitionScores } from '#engine/structured/lattice.js';
import { assertParametersFit } from './check-plan.js';
import { arenaIds, embedWords, type WordBatch } from './input-kinds.js';
import { runLayers } from './layer-kinds.js';
import { lossKindOf } from './loss-kinds.js';
import type { NetworkPlan } from './network-plan.js';

/** A minibatch to learn from. */
export interface TrainingBatch extends WordBatch {
  /** (N): gold tag of every row, -1 where there is none. */
  readonly targets: Int32Array;
}

/** A plan with parameters: what can be run forwards and backwards. */
export interface Network {
  readonly plan: NetworkPlan;
  readonly parameters: ParameterSet;
  /** The part of the pass that depends on every word alone: its vector, (N, E). Tagging keeps what follows from it. */
  embed(words: WordBatch, context: PassContext): Step;
  /** Logits (N, K) and the pass back to every `parameter.grad`. */
  forward(words: WordBatch, context: PassContext): Step;
  /**
   * The loss of a batch, its gradient added to every `parameter.grad`. `factor` is 1 / (tokens of the minibatch),
   * which is more than this batch's when the minibatch is divided into shards.
   */
  lossAndGradient(batch: TrainingBatch, context: PassContext, factor: number): number;
  /** What decoding adds to the logits: the CRF's scores between tags, or only what is legal. */
  transitions(): TransitionScores;
}

/**
 * @param legal Over K tags: 0 where the tag scheme allows the step, -Infinity where it does not.
 * @throws {AppError} `invalid_plan` where the plan's sizes are not those of the parameters.
 */
export function createNetwork(plan: NetworkPlan, parameters: ParameterSet, legal: TransitionScores): Network {
  assertParametersFit(plan, parameters);
  const lossKind = lossKindOf(plan.loss);
  const embed = (words: WordBatch, context: PassContext): Step => embedWords(context, parameters, words, plan.inputs);
  const forward = (words: WordBatch, context: PassContext): Step => {
    const embedded = embed(words, context);
    const layers = runLayers(context, parameters, embedded.output, plan.layers);
    return { output: layers.output, backward: (dLogits) => embedded.backward(layers.backward(dLogits)) };
  };
  return {
    plan,
    parameters,
    embed,
    forward,
    lossAndGradient(batch, context, factor) {
      const { output, backward } = forward(batch, context);
      const targets = arenaIds(context.kernels, batch.targets);
      const { value, dLogits } = lossKind.loss(context, parameters, output, { ...plan.loss, legal, targets, factor });
      backward(dLogits);
      return value;
    },
    transitions: () => lossKind.transitions(parameters, { ...plan.loss, legal }),
  };
}
