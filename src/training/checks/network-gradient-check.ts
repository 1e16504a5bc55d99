import { labelsOf } from '#annotation/tags/labels-of.js';
import { normalizeWord } from '#annotation/text/word-shape.js';
import { createRandom } from '#base/random.js';
import { checkGradients, type GradientCheckReport } from '#engine/core/gradient-check.js';
import type { ParameterSet } from '#engine/core/parameter.js';
import { addL2 } from '#engine/core/regularization.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { describePlan } from '#engine/network/check-plan.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { createBatch } from '#tagging/features/batch.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel, planOf, type TaggerDescription } from '#tagging/model/tagger-model.js';
import { createVectorTable, type VectorTable } from '#tagging/vectors/vector-table.js';
import type { RunConfig } from '#training/config/training-config.js';

/** Small enough to check every parameter, ragged, with every class; any sentences would do. */
const SENTENCES = [
  {
    words: 'Yesterday Ana de Souza met Li Wei at Ford in Oslo .'.split(' '),
    tags: 'O B-PER I-PER I-PER O B-PER I-PER O B-ORG O B-LOC O'.split(' '),
  },
  { words: 'Bears of Bank of Ghana sing'.split(' '), tags: 'O O B-ORG I-ORG I-ORG O'.split(' ') },
  { words: 'New York woke'.split(' '), tags: 'B-LOC I-LOC O'.split(' ') },
  { words: ['Ana'], tags: ['B-PER'] },
];

/** Sizes that make checking every parameter a matter of seconds; `--set` overrides them. */
export const CHECK_DEFAULTS = {
  hidden_size: 7,
  word_dimension: 5,
  word_min_count: 1,
  affix_dimension: 3,
  affix_buckets: 13,
  shape_dimension: 2,
  char_filters: 3,
  char_dimension: 4,
  dropout: 0,
  variational_dropout: 0,
  word_dropout: 0,
  L2: 0.01,
} as const;

export interface NetworkCheckOptions {
  readonly config: RunConfig;
  readonly seed: number;
  readonly epsilon: number;
  /** Optimiser steps before the check: some faults show only once weights have left their initial values. */
  readonly steps: number;
  /** Whose gradients are checked, if not those of the float64 reference kernels. */
  readonly kernels?: Kernels;
}

/**
 * The gradient check over the whole network, embeddings to loss, regularisation included, as in training but for noise.
 * Differences are always of losses in float64, at the very same weights: between two losses in float32 rounding would hide
 * what is looked for, or their distance would step over the kinks of ReLU and maximum.
 */
export function checkNetwork({ config, seed, epsilon, steps, kernels }: NetworkCheckOptions): GradientCheckReport {
  const { training } = config;
  const exact = networkUnderCheck(config, seed, createReferenceKernels('float64'));
  const optimizer = createOptimizer(training.optimizer, {
    kernels: exact.kernels,
    parameters: exact.parameters,
    options: {
      beta1: training.beta1,
      beta2: training.beta2,
      epsilon: training.eps,
      weightDecay: training.weight_decay,
    },
  });
  for (let step = 0; step < steps; step++) {
    exact.lossAndGradient();
    optimizer.update({
      from: 0,
      to: exact.parameters.values.length,
      step: step + 1,
      learningRate: training.learn_rate,
    });
  }
  return checkGradients({
    parameters: exact.parameters,
    lossAndGradient: kernels ? gradientsOf(networkUnderCheck(config, seed, kernels), exact) : exact.lossAndGradient,
    loss: exact.lossAndGradient,
    precision: kernels?.precision ?? 'float64',
    epsilon,
    dropoutActive: [training.dropout, training.variational_dropout, training.word_dropout].some((rate) => rate > 0),
  });
}

/** The network that is checked, in a line. */
export function describeNetwork(config: RunConfig): string {
  return describePlan(planOf(descriptionOf(config)));
}

interface NetworkUnderCheck {
  readonly kernels: Kernels;
  readonly parameters: ParameterSet;
  lossAndGradient(): number;
}

function descriptionOf({ model: config, training }: RunConfig): TaggerDescription {
  const words = SENTENCES.flatMap((sentence) => sentence.words);
  const vectors = config.fine_tune_vectors ? someVectors(words) : undefined;
  const vocabularies = buildFeatureVocabularies(words, config, vectors);
  return { config, vocabularies, labels: labelsOf(SENTENCES), regularization: training };
}

function networkUnderCheck(config: RunConfig, seed: number, kernels: Kernels): NetworkUnderCheck {
  const random = createRandom(seed);
  const { network, encoder, tagSet } = createTaggerModel({
    ...descriptionOf(config),
    kernels,
    random: random.fork('weights'),
  });
  const { parameters } = network;
  const batch = createBatch(SENTENCES.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))));
  const context = { kernels, training: true, random: random.fork('step') };
  return {
    kernels,
    parameters,
    lossAndGradient() {
      const position = kernels.arena.position;
      kernels.fill(parameters.grad, 0, parameters.grad.length);
      const loss = network.lossAndGradient(batch, context, 1 / batch.layout.rows);
      kernels.arena.release(position);
      return loss + addL2(kernels, parameters, config.training.L2);
    },
  };
}

/** Gives both networks the same weights, as near as the checked one can hold them; then its gradients stand in for the exact ones. */
function gradientsOf(checked: NetworkUnderCheck, exact: NetworkUnderCheck): () => number {
  for (const { name, values } of exact.parameters.list) {
    const rounded = checked.parameters.get(name).values;
    rounded.set(values);
    values.set(rounded);
  }
  return () => {
    const loss = checked.lossAndGradient();
    exact.parameters.grad.set(checked.parameters.grad);
    return loss;
  };
}

/** Vectors of every other word, since words without a vector have to be right too. */
function someVectors(words: readonly string[]): VectorTable {
  const known = [...new Set(words.map(normalizeWord))].filter((_, i) => i % 2 === 0);
  const dimension = 4;
  return createVectorTable({
    words: known,
    values: Float32Array.from({ length: known.length * dimension }, (_, i) => Math.cos(i)),
    dimension,
    bits: 8,
    origin: { name: '', language: '', license: '', source: '' },
  });
}
