import type { Random } from '#base/random.js';
import { unitRows, varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext, type Step } from '#engine/core/layer.js';
import {
  createParameters,
  type Initializer,
  type ParameterSet,
  type ParameterSpec,
  withOwnGradients,
} from '#engine/core/parameter.js';
import type { Ints, Kernels } from '#engine/kernels/kernels.js';
import { attention, attentionSpecs } from '#engine/layers/attention.js';
import { characterConvolutionSpecs, convolveInto } from '#engine/layers/character-convolution.js';
import { dropouts } from '#engine/layers/dropout.js';
import { embedInto, embedOnto } from '#engine/layers/embedding.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { lookAhead } from '#engine/layers/right-context.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import {
  type RecurrentStack,
  recurrentStack,
  recurrentStackSpecs,
  stackWidth,
} from '#engine/recurrent/recurrent-stack.js';
import { crfLoss, crfParameters, crfSpecs, crfTransitions } from '#engine/structured/crf.js';
import type { TransitionScores } from '#engine/structured/lattice.js';
import type { Batch } from '#tagging/features/batch.js';
import type { Feature } from '#tagging/features/features.js';
import { UNKNOWN_ID } from '#tagging/features/vocabulary.js';
import type { ModelConfig } from './model-config.js';

/** What the network must know of its inputs and outputs: sizes and legality, no words and no labels. */
export interface NetworkShape {
  readonly features: readonly Pick<Feature, 'name' | 'size' | 'dimension' | 'isAddend'>[];
  /** Characters that are told apart. */
  readonly characters: number;
  /** Over K tags: 0 where the tag scheme allows the step, -Infinity where it does not. */
  readonly legal: TransitionScores;
}

/** Noise that only training adds; all 0 while gradients are checked and when tagging. */
export interface Regularization {
  /** Probability of dropping an element, before and after every recurrent layer. */
  readonly dropout: number;
  /** The same, at all tokens of a sentence or at none; and of the state between two tokens. */
  readonly variational_dropout: number;
  /** Probability of reading a word as unknown. */
  readonly word_dropout: number;
}

/** Holds the pretrained vectors: not learned, and not among the tensors that are saved. */
export const VECTOR_PARAMETER = 'embedding.vector.weight';

/** Features of the words of the training data, which word dropout reads as unknown. */
const LEARNED_WORDS: readonly string[] = ['word', 'change'];
/** Of the embeddings that do not begin at random: vectors are read from their table, their change begins at nothing. */
const INITIALIZERS: Readonly<Record<string, Initializer>> = { vector: zeros, change: zeros };

export const NO_REGULARIZATION: Regularization = { dropout: 0, variational_dropout: 0, word_dropout: 0 };

/**
 * The wiring, the one place that shows the whole network:
 *
 * ids -> embeddings and character convolution side by side -> dropout -> look-ahead k -> recurrent layers -> (attention)
 * -> dropout -> linear -> K logits -> softmax or CRF
 */
export interface TaggerNetwork {
  readonly parameters: ParameterSet;
  /** The recurrent layers: which cell, how many, how wide. */
  readonly stack: RecurrentStack;
  /** A network that shares these values and has gradients of its own. */
  replicate(): TaggerNetwork;
  /** The part of the pass that depends on every word alone: its vector, (N, E). Tagging keeps what follows from it. */
  embed(batch: Batch, context: PassContext): Step<Batch, Matrix>;
  /** Logits (N, K) and the pass back to every `parameter.grad`. */
  forward(batch: Batch, context: PassContext): Step<Batch, Matrix>;
  /**
   * The loss of a batch, its gradient added to every `parameter.grad`. `factor` is 1 / (tokens of the minibatch),
   * which is more than this batch's when the minibatch is divided into shards.
   */
  lossAndGradient(batch: Batch, context: PassContext, factor: number): number;
  /** What decoding adds to the logits: the CRF's scores between tags, or only what is legal. */
  transitions(): TransitionScores;
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
  const { config, shape, kernels } = input;
  const { features, characters, legal } = shape;
  const tagCount = legal.start.length;
  const stack: RecurrentStack = {
    prefix: 'rnn',
    cell: config.rnn_type,
    inputs: wordWidth(input) * (config.look_ahead + 1),
    hidden: config.hidden_size,
    layers: config.layers,
    bidirectional: config.bidirectional,
    residual: config.residual,
    normalization: config.normalization,
  };
  const stateWidth = stackWidth(stack);
  const convolution = {
    characters,
    dimension: config.char_dimension,
    filters: config.char_filters,
    width: config.char_width,
  };

  const specs: ParameterSpec[] = [
    ...features.map(
      ({ name, size, dimension }): ParameterSpec => ({
        name: `embedding.${name}.weight`,
        shape: [size, dimension],
        initializer: INITIALIZERS[name] ?? unitRows,
        trainable: name !== 'vector' && !(name === 'word' && config.freeze_words),
        isSparse: true,
      }),
    ),
    ...(config.char_filters === 0 ? [] : characterConvolutionSpecs('characters', convolution)),
    ...recurrentStackSpecs(stack),
    ...(config.attention === 'none' ? [] : attentionSpecs('attention', stateWidth, config.attention_scoring)),
    ...linearSpecs('output', stateWidth, tagCount, varianceOneOverInputs),
    ...(config.crf ? crfSpecs('crf', tagCount) : []),
  ];
  return wire(input, stack, createParameters(kernels, specs, input.random));
}

function wire(input: TaggerNetworkInput, stack: RecurrentStack, parameters: ParameterSet): TaggerNetwork {
  const { config, regularization, kernels } = input;
  const { features, legal } = input.shape;
  const width = wordWidth(input);
  const tables = features.map(({ name }) => parameters.get(`embedding.${name}.weight`));
  const outputParameters = { weight: parameters.get('output.weight'), bias: parameters.get('output.bias') };

  const rates = { perToken: regularization.dropout, perSentence: regularization.variational_dropout };
  const crf = config.crf ? crfParameters('crf', parameters) : undefined;

  const embed = (batch: Batch, context: PassContext): Step<Batch, Matrix> => {
    const isConstant = tables.every(({ trainable }) => !trainable) && config.char_filters === 0;
    const output = { ...allocateMatrix(kernels, batch.layout.rows, width), isConstant };
    let column = 0;
    const backwards = features.map(({ name, dimension, isAddend }, f) => {
      const ids = arenaIds(batch.ids[f], context);
      if (LEARNED_WORDS.includes(name)) dropWords(ids, regularization.word_dropout, context);
      if (isAddend) return embedOnto(kernels, tables[f], ids, output, column - dimension);
      column += dimension;
      return embedInto(kernels, tables[f], ids, output, column - dimension);
    });
    if (config.char_filters > 0) {
      backwards.push(convolveInto(context, { prefix: 'characters', parameters }, batch.characters!, output, column));
    }
    return {
      output,
      backward: (dOutput) => {
        for (const back of backwards) back(dOutput);
        return batch;
      },
    };
  };

  const attend = (x: Matrix, { layout }: Batch, context: PassContext): Step => {
    if (config.attention === 'none') return { output: x, backward: (dOutput) => dOutput };
    const options = { scoring: config.attention_scoring, isCausal: config.attention === 'causal' };
    return attention(context, 'attention', parameters, layout, x, options);
  };

  const forward = (batch: Batch, context: PassContext): Step<Batch, Matrix> => {
    const embedded = embed(batch, context);
    const thinned = dropouts(context, 'input', rates, batch.layout, embedded.output);
    const ahead = lookAhead(context, batch.layout, thinned.output, config.look_ahead);
    const states = recurrentStack(context, stack, parameters, batch.layout, ahead.output, rates);
    const attended = attend(states.output, batch, context);
    const thinnedHidden = dropouts(context, 'hidden', rates, batch.layout, attended.output);
    const logits = linear(kernels, outputParameters, thinnedHidden.output);
    const steps = [thinned, ahead, states, attended, thinnedHidden, logits];
    return {
      output: logits.output,
      backward: (dLogits) => embedded.backward(steps.reduceRight((gradient, step) => step.backward(gradient), dLogits)),
    };
  };

  return {
    parameters,
    stack,
    embed,
    replicate: () => wire(input, stack, withOwnGradients(kernels, parameters)),
    forward,
    transitions: () => (crf ? crfTransitions(crf, legal) : legal),
    lossAndGradient(batch, context, factor) {
      const step = forward(batch, context);
      const targets = arenaIds(batch.targets, context);
      const { value, dLogits } = crf
        ? crfLoss(kernels, crf, legal, batch.layout, { emissions: step.output, targets, factor })
        : softmaxCrossEntropy(kernels, step.output, targets, factor);
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

/** Columns that describe one word. */
function wordWidth({ config, shape }: TaggerNetworkInput): number {
  const laid = shape.features.filter(({ isAddend }) => !isAddend);
  return laid.reduce((sum, { dimension }) => sum + dimension, config.char_filters);
}
