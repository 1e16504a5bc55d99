import { createBatch } from '../encoding/batch.js';
import { buildFeatureVocabularies } from '../encoding/features.js';
import { createReferenceKernels } from '../kernels/reference.js';
import { createTaggerModel } from '../model/tagger-model.js';
import { checkGradients, type GradientCheckReport } from '../network/gradient-check.js';
import { addL2 } from '../network/regularization.js';
import { createOptimizer } from '../optimizers/create-optimizer.js';
import { createRandom } from '../random.js';
import { labelsOf } from './labels.js';
import type { RunConfig } from './training-config.js';

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
}

/** The gradient check over the whole network, embeddings to loss, regularisation included, in float64. */
export function checkNetwork({ config, seed, epsilon, steps }: NetworkCheckOptions): GradientCheckReport {
  const kernels = createReferenceKernels('float64');
  const { training } = config;
  const random = createRandom(seed);
  const model = createTaggerModel({
    config: config.model,
    vocabularies: buildFeatureVocabularies(
      SENTENCES.flatMap(({ words }) => words),
      config.model,
    ),
    labels: labelsOf(SENTENCES),
    regularization: training,
    kernels,
    random: random.fork('weights'),
  });
  const { network, encoder, tagSet } = model;
  const { parameters } = network;
  const batch = createBatch(SENTENCES.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))));
  const dropoutActive = training.dropout > 0 || training.word_dropout > 0;
  const context = { kernels, training: dropoutActive, random: random.fork('step') };

  const lossAndGradient = (): number => {
    const position = kernels.arena.position;
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const loss =
      network.lossAndGradient(batch, context, 1 / batch.layout.rows) + addL2(kernels, parameters, training.L2);
    kernels.arena.release(position);
    return loss;
  };
  const optimizer = createOptimizer(training.optimizer, {
    kernels,
    parameters,
    options: {
      beta1: training.beta1,
      beta2: training.beta2,
      epsilon: training.eps,
      weightDecay: training.weight_decay,
    },
  });
  for (let step = 0; step < steps; step++) {
    lossAndGradient();
    optimizer.update({ from: 0, to: parameters.values.length, step: step + 1, learningRate: training.learn_rate });
  }
  return checkGradients({ parameters, lossAndGradient, loss: lossAndGradient, epsilon, dropoutActive });
}
