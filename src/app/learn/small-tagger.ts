import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import type { PassContext, Sequence } from '#engine/core/layer.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { runLayers } from '#engine/network/layer-kinds.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { createBatch } from '#tagging/features/batch.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { parseOptions } from '#tagging/model/config-options.js';
import { MODEL_OPTIONS, type ModelConfig } from '#tagging/model/model-config.js';
import { createTaggerModel, type TaggerModel } from '#tagging/model/tagger-model.js';
import { NO_REGULARIZATION } from '#tagging/model/tagger-plan.js';

/** A sentence and its tags, a word each. */
export interface TaggedSentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

export interface SmallTraining {
  readonly sentences: readonly TaggedSentence[];
  /** What differs from a plain tanh RNN over learned word vectors. */
  readonly config: Partial<ModelConfig>;
  readonly seed: number;
  /** Steps of Adam, each over all sentences. */
  readonly steps: number;
}

/** The plainest tagger: nothing but a vector a word, so that what an experiment shows is the recurrent net's doing. */
const PLAIN = {
  word_dimension: 8,
  word_min_count: 1,
  affix_dimension: 0,
  shape_dimension: 0,
  char_filters: 0,
  fine_tune_vectors: false,
  crf: false,
  layers: 1,
  hidden_size: 8,
  look_ahead: 0,
};
const LEARNING_RATE = 0.03;

/** A tagger of a few hundred parameters, trained in a moment by the same layers, loss and optimizer as any other. */
export function trainSmallTagger({ sentences, config, seed, steps }: SmallTraining): TaggerModel {
  const kernels = createReferenceKernels('float64');
  const random = createRandom(seed);
  const modelConfig = parseOptions(MODEL_OPTIONS, { ...PLAIN, ...config }, 'experiment');
  const model = createTaggerModel({
    config: modelConfig,
    vocabularies: buildFeatureVocabularies(
      sentences.flatMap(({ words }) => words),
      modelConfig,
    ),
    labels: labelsOf(sentences),
    regularization: NO_REGULARIZATION,
    kernels,
    random: random.fork('weights'),
  });
  const { network, encoder, tagSet } = model;
  const { parameters } = network;
  const batch = createBatch(sentences.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))));
  const optimizer = createOptimizer('adam', {
    kernels,
    parameters,
    options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  });
  for (let step = 1; step <= steps; step++) {
    const position = kernels.arena.position;
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const context = { kernels, training: true, random: random.fork('step', step) };
    network.lossAndGradient(batch, context, 1 / batch.layout.rows);
    optimizer.update({ from: 0, to: parameters.values.length, step, learningRate: LEARNING_RATE });
    kernels.arena.release(position);
  }
  return model;
}

/** (T): the probability that a word is in a name, by the softmax at that word alone. */
export function nameProbabilities(
  { network, encoder, tagSet, kernels }: TaggerModel,
  words: readonly string[],
): number[] {
  const outside = tagSet.tags.indexOf('O');
  return inArena(kernels, (context) => {
    const { output } = network.forward(createBatch([encoder.encode(words)]), context);
    kernels.softmax(output.values, output.values, output.rows, output.columns);
    return words.map((_, t) => 1 - output.values[t * output.columns + outside]);
  });
}

/** What the recurrent layer of a one-layer net gets at each word (T, I), and its state after each word (T, H). */
export function statesOf(
  { network, encoder, kernels }: TaggerModel,
  words: readonly string[],
): { readonly inputs: number[][]; readonly states: number[][] } {
  const { layers } = network.plan;
  const at = layers.findIndex(({ kind }) => kind === 'recurrent');
  return inArena(kernels, (context) => {
    const { output } = network.embed(createBatch([encoder.encode(words)]), context);
    const inputs = runLayers(context, network.parameters, output, layers.slice(0, at));
    const rowsBefore = rowsOf(inputs.output);
    const states = runLayers(context, network.parameters, inputs.output, layers.slice(at, at + 1));
    return { inputs: rowsBefore, states: rowsOf(states.output) };
  });
}

function inArena<T>(kernels: Kernels, run: (context: PassContext) => T): T {
  const position = kernels.arena.position;
  const result = run({ kernels, training: false, random: createRandom(0) });
  kernels.arena.release(position);
  return result;
}

function rowsOf({ values, rows, columns }: Sequence): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
}
