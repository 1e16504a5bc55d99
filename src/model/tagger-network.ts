import type { Batch } from '../encoding/batch.js';
import { UNKNOWN_ID } from '../encoding/vocabulary.js';
import type { Ints, Kernels } from '../kernels/kernels.js';
import { dropout } from '../network/dropout.js';
import { embedInto } from '../network/embedding.js';
import { unitRows, varianceOneOverInputs } from '../network/initializers.js';
import { allocateMatrix, type Matrix, type PassContext, type Step } from '../network/layer.js';
import { linear, linearSpecs } from '../network/linear.js';
import { lookAhead } from '../network/look-ahead.js';
import { createParameters, type ParameterSet, type ParameterSpec } from '../network/parameter.js';
import { type RecurrentLayer, recurrent, recurrentSpecs } from '../network/recurrent.js';
import { softmaxCrossEntropy } from '../network/softmax-cross-entropy.js';
import type { Random } from '../random.js';
import type { ModelConfig } from './model-config.js';

/** What the network must know of its inputs and outputs: sizes only, no words and no labels. */
export interface NetworkShape {
  readonly features: readonly { readonly name: string; readonly size: number; readonly dimension: number }[];
  /** K */
  readonly tagCount: number;
}

/** Noise that only training adds; all 0 while gradients are checked and when tagging. */
export interface Regularization {
  /** Probability of dropping an element, before and after the recurrent layer. */
  readonly dropout: number;
  /** Probability of reading a word as unknown. */
  readonly word_dropout: number;
}

/**
 * The wiring, the one place that shows the whole network:
 *
 * ids -> embeddings side by side -> dropout -> look-ahead k -> one-way recurrent layer -> dropout -> linear -> K logits
 */
export interface TaggerNetwork {
  readonly parameters: ParameterSet;
  /** Logits (N, K) and the pass back to every `parameter.grad`. */
  forward(batch: Batch, context: PassContext): Step<Batch, Matrix>;
  /**
   * The loss of a batch, its gradient added to every `parameter.grad`. `factor` is 1 / (tokens of the minibatch),
   * which is more than this batch's when the minibatch is divided into shards.
   */
  lossAndGradient(batch: Batch, context: PassContext, factor: number): number;
}

export interface TaggerNetworkInput {
  readonly config: ModelConfig;
  readonly regularization: Regularization;
  readonly shape: NetworkShape;
  readonly kernels: Kernels;
  /** Undefined when the values are about to be loaded. */
  readonly random: Random | undefined;
}

export function createTaggerNetwork(input: TaggerNetworkInput): TaggerNetwork {
  const { config, regularization, shape, kernels } = input;
  const { features, tagCount } = shape;
  const width = features.reduce((sum, { dimension }) => sum + dimension, 0);
  const hidden = config.hidden_size;
  const layer: RecurrentLayer = { cell: config.rnn_type, prefix: 'rnn', suffix: 'l0' };

  const specs: ParameterSpec[] = [
    ...features.map(
      ({ name, size, dimension }): ParameterSpec => ({
        name: `embedding.${name}.weight`,
        shape: [size, dimension],
        initializer: unitRows,
      }),
    ),
    ...recurrentSpecs(layer, { inputs: width * (config.look_ahead + 1), hidden }),
    ...linearSpecs('output', hidden, tagCount, varianceOneOverInputs),
  ];
  const parameters = createParameters(kernels, specs, input.random);
  const tables = features.map(({ name }) => parameters.get(`embedding.${name}.weight`));
  const outputParameters = { weight: parameters.get('output.weight'), bias: parameters.get('output.bias') };

  const embed = (batch: Batch, context: PassContext): Step<Batch, Matrix> => {
    const output = allocateMatrix(kernels, batch.layout.rows, width);
    let column = 0;
    const backwards = features.map(({ name, dimension }, f) => {
      const ids = arenaIds(batch.ids[f], context);
      if (name === 'word') dropWords(ids, regularization.word_dropout, context);
      const back = embedInto(kernels, tables[f], ids, output, column);
      column += dimension;
      return back;
    });
    return {
      output,
      backward: (dOutput) => {
        for (const back of backwards) back(dOutput);
        return batch;
      },
    };
  };

  const forward = (batch: Batch, context: PassContext): Step<Batch, Matrix> => {
    const embedded = embed(batch, context);
    const thinned = dropout(context, 'input', regularization.dropout, embedded.output);
    const ahead = lookAhead(context, batch.layout, thinned.output, config.look_ahead);
    const states = recurrent(context, layer, parameters, batch.layout, ahead.output);
    const thinnedHidden = dropout(context, 'hidden', regularization.dropout, states.output);
    const logits = linear(kernels, outputParameters, thinnedHidden.output);
    const steps = [thinned, ahead, states, thinnedHidden, logits];
    return {
      output: logits.output,
      backward: (dLogits) => embedded.backward(steps.reduceRight((gradient, step) => step.backward(gradient), dLogits)),
    };
  };

  return {
    parameters,
    forward,
    lossAndGradient(batch, context, factor) {
      const step = forward(batch, context);
      const targets = arenaIds(batch.targets, context);
      const { value, dLogits } = softmaxCrossEntropy(kernels, step.output, targets, factor);
      step.backward(dLogits);
      return value;
    },
  };
}

/** Kernels read only memory of their own. */
function arenaIds(ids: Int32Array, { kernels }: PassContext): Ints {
  const own = kernels.arena.ints(ids.length);
  own.set(ids);
  return own;
}

function dropWords(ids: Ints, rate: number, { training, random }: PassContext): void {
  if (!training || rate === 0) return;
  const draws = random.fork('word-dropout');
  for (let i = 0; i < ids.length; i++) if (draws.next() < rate) ids[i] = UNKNOWN_ID;
}
