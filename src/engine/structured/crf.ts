import { zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type PassContext, type Sequence } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Loss, LossTargets } from '#engine/layers/softmax-cross-entropy.js';
import { createForwardBackward, type Lattice, stepWeight, type TransitionScores, weightsOf } from './lattice.js';

export interface CrfOptions {
  /** Prefix of its parameters: `crf`. */
  readonly name: string;
  /** K */
  readonly tags: number;
}

/** Learned scores between tags. `transitions[from][to]` (K, K), start (K), end (K). */
interface CrfParameters {
  readonly transitions: Parameter;
  readonly start: Parameter;
  readonly end: Parameter;
}

export function crfSpecs({ name, tags }: CrfOptions): ParameterSpec[] {
  return [
    { name: `${name}.transitions`, shape: [tags, tags], initializer: zeros, decays: false },
    { name: `${name}.start`, shape: [tags], initializer: zeros, decays: false },
    { name: `${name}.end`, shape: [tags], initializer: zeros, decays: false },
  ];
}

function crfParameters(parameters: Parameters, name: string): CrfParameters {
  return {
    transitions: parameters.get(`${name}.transitions`),
    start: parameters.get(`${name}.start`),
    end: parameters.get(`${name}.end`),
  };
}

/** Learned scores where `legal` is 0, -Infinity where it is -Infinity: the CRF never spends probability on illegal tags. */
export function crfTransitions(
  parameters: Parameters,
  { name, legal }: { readonly name: string; readonly legal: TransitionScores },
): TransitionScores {
  const { transitions, start, end } = crfParameters(parameters, name);
  const sum = (learned: ArrayLike<number>, allowed: Float64Array): Float64Array =>
    allowed.map((x, i) => x + learned[i]);
  return {
    between: sum(transitions.values, legal.between),
    start: sum(start.values, legal.start),
    end: sum(end.values, legal.end),
  };
}

/**
 * Linear-chain conditional random field (Lafferty et al. 2001): the negative log-likelihood of the gold sequences among all
 * legal ones, -score(gold) + log sum over sequences of e^score, summed over sentences and multiplied by `factor`.
 *
 * emissions (N, K). Adds to the gradients of the transitions. Every row has a target.
 */
export function crfLoss(
  { kernels }: Pick<PassContext, 'kernels'>,
  parameters: Parameters,
  emissions: Sequence,
  { name, legal, targets, factor }: LossTargets & { readonly name: string; readonly legal: TransitionScores },
): Loss {
  const k = emissions.columns;
  const { lengths, offsets } = emissions.layout;
  const learned = crfParameters(parameters, name);
  const scores = crfTransitions(parameters, { name, legal });
  const weights = weightsOf(scores);
  const forwardBackward = createForwardBackward(weights);
  const dLogits = allocateMatrix(kernels, emissions.rows, k);
  let value = 0;
  lengths.forEach((tokens, b) => {
    const rows = Array.from({ length: tokens }, (_, t) => offsets[t] + b);
    const sentence = new Float64Array(tokens * k);
    rows.forEach((row, t) => {
      for (let tag = 0; tag < k; tag++) sentence[t * k + tag] = emissions.values[row * k + tag];
    });
    const gold = rows.map((row) => targets[row]);
    const lattice = forwardBackward(sentence, tokens);
    value += lattice.logPartition - scoreOf(sentence, gold, scores);

    rows.forEach((row, t) => {
      for (let tag = 0; tag < k; tag++) {
        const expected = lattice.alpha[t * k + tag] * lattice.beta[t * k + tag];
        dLogits.values[row * k + tag] = factor * (expected - (gold[t] === tag ? 1 : 0));
      }
    });
    addTransitionGradients(learned, weights, lattice, gold, factor);
  });
  return { value: value * factor, dLogits };
}

function scoreOf(sentence: Float64Array, gold: readonly number[], { between, start, end }: TransitionScores): number {
  const k = start.length;
  return gold.reduce(
    (score, tag, t) => score + sentence[t * k + tag] + (t === 0 ? start[tag] : between[gold[t - 1] * k + tag]),
    end[gold[gold.length - 1]],
  );
}

/** Expected minus observed counts of every transition. */
function addTransitionGradients(
  { transitions, start, end }: CrfParameters,
  weights: TransitionScores,
  { alpha, beta, emission, scale }: Lattice,
  gold: readonly number[],
  factor: number,
): void {
  const k = weights.start.length;
  const last = gold.length - 1;
  for (let tag = 0; tag < k; tag++) {
    start.grad[tag] += factor * (alpha[tag] * beta[tag] - (gold[0] === tag ? 1 : 0));
    end.grad[tag] += factor * (alpha[last * k + tag] * beta[last * k + tag] - (gold[last] === tag ? 1 : 0));
  }
  for (let t = 1; t <= last; t++) {
    for (let to = 0; to < k; to++) {
      const onward = (stepWeight(emission, weights.end, t, to, gold.length, k) * beta[t * k + to]) / scale[t];
      if (onward === 0) continue;
      for (let from = 0; from < k; from++) {
        const expected = alpha[(t - 1) * k + from] * weights.between[from * k + to] * onward;
        transitions.grad[from * k + to] += factor * expected;
      }
    }
    transitions.grad[gold[t - 1] * k + gold[t]] -= factor;
  }
}
