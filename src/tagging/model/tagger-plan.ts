import type { InputPlan } from '#engine/network/input-kinds.js';
import type { LayerPlan } from '#engine/network/layer-kinds.js';
import type { NetworkPlan } from '#engine/network/network-plan.js';
import { planDropout, planStack, stackWidth } from '#engine/network/recurrent-stack.js';
import type { Feature } from '#tagging/features/features.js';
import { UNKNOWN_ID } from '#tagging/features/vocabulary.js';
import type { ModelConfig } from './model-config.js';

/** What a plan must know of the words and tags: sizes alone. */
export interface NetworkSizes {
  readonly features: readonly Pick<Feature, 'name' | 'size' | 'dimension' | 'isAddend'>[];
  /** Characters that are told apart. */
  readonly characters: number;
  /** K */
  readonly tags: number;
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

export const NO_REGULARIZATION: Regularization = { dropout: 0, variational_dropout: 0, word_dropout: 0 };

/** Features of the words of the training data, which word dropout reads as unknown. */
const LEARNED_WORDS: readonly string[] = ['word', 'vector_delta'];
/** Embeddings not initialised at random: vectors are decoded later, their deltas start at 0. */
const FROM_ZEROS: readonly string[] = ['vector', 'vector_delta'];

export interface PlanInput {
  readonly config: ModelConfig;
  readonly sizes: NetworkSizes;
  readonly regularization: Regularization;
}

/**
 * The network that a configuration describes, the one place that shows the whole of it:
 *
 * ids -> embeddings and character convolution side by side -> dropout -> right context k -> recurrent layers -> (attention)
 * -> dropout -> linear -> K logits -> softmax or CRF
 */
export function planTagger(input: PlanInput): NetworkPlan {
  const { config, sizes, regularization } = input;
  const word = sizes.features.reduce(
    (sum, { dimension, isAddend }) => sum + (isAddend ? 0 : dimension),
    config.char_filters,
  );
  const rates = { perToken: regularization.dropout, perSentence: regularization.variational_dropout };
  const stack = {
    name: 'rnn',
    cell: config.rnn_type,
    inputs: word * (config.look_ahead + 1),
    hidden: config.hidden_size,
    layers: config.layers,
    bidirectional: config.bidirectional,
    residual: config.residual,
    normalization: config.normalization,
    rates,
  };
  const columns = stackWidth(stack);
  return {
    inputs: inputsOf(input),
    layers: [
      ...planDropout('input', rates),
      ...(config.look_ahead > 0 ? [{ kind: 'right_context', words: config.look_ahead } as const] : []),
      ...planStack(stack),
      ...attentionOf(config, columns),
      ...planDropout('hidden', rates),
      { kind: 'linear', name: 'output', inputs: columns, outputs: sizes.tags },
    ],
    loss: config.crf ? { kind: 'crf', name: 'crf', tags: sizes.tags } : { kind: 'softmax', tags: sizes.tags },
  };
}

function inputsOf({ config, sizes, regularization }: PlanInput): InputPlan[] {
  const rate = regularization.word_dropout;
  const tables = sizes.features.map(
    ({ name, size, dimension, isAddend = false }, feature): InputPlan => ({
      kind: 'embedding',
      name: `embedding.${name}`,
      feature,
      rows: size,
      columns: dimension,
      isAddend,
      initial: FROM_ZEROS.includes(name) ? 'zeros' : 'random',
      isTrainable: name !== 'vector' && !(name === 'word' && config.freeze_words),
      ...(rate > 0 && LEARNED_WORDS.includes(name) && { wordDropout: { rate, unknownId: UNKNOWN_ID } }),
    }),
  );
  if (config.char_filters === 0) return tables;
  return [
    ...tables,
    {
      kind: 'characters',
      name: 'characters',
      characters: sizes.characters,
      dimension: config.char_dimension,
      filters: config.char_filters,
      width: config.char_width,
    },
  ];
}

function attentionOf({ attention, attention_scoring }: ModelConfig, columns: number): LayerPlan[] {
  if (attention === 'none') return [];
  const isCausal = attention === 'causal';
  return [{ kind: 'attention', name: 'attention', columns, scoring: attention_scoring, isCausal }];
}
