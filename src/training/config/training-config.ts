import { OPTIMIZER_NAMES } from '#engine/optimizers/optimizer.js';
import { SCHEDULE_NAMES } from '#engine/optimizers/schedules.js';
import {
  choice,
  count,
  flag,
  fraction,
  nonNegative,
  type OptionValues,
  parseOptions,
  positive,
  positiveCount,
  text,
} from '#tagging/model/config-options.js';
import { MODEL_OPTIONS, type ModelConfig } from '#tagging/model/model-config.js';

/** What only training needs; together with MODEL_OPTIONS all that `--set` and a config file may hold. */
export const TRAINING_OPTIONS = {
  vectors: text(
    'auto',
    'auto, own, none or the path of a table that onomast vectors made',
    'word vectors; own learns them from the text itself, auto takes the English ones if they know most of the words, else own',
  ),
  max_epochs: count(0, 100_000, 'passes over the training data; 0 for 16, or more where those make few steps'),
  stop_epoch: count(
    0,
    100_000,
    'epoch after which training ends although the learning rate is planned for all of them; 0 for none',
  ),
  max_steps: count(0, 1e9, 'most optimiser steps; 0 for no limit'),
  patience: positiveCount(8, 100_000, 'epochs without a better dev F1 after which training stops'),
  eval_frequency: positiveCount(1, 1000, 'epochs between two evaluations on dev'),
  batch_size: count(
    32,
    1_000_000,
    'sentences a minibatch; 0 puts the whole corpus into one, for one step an epoch and much memory',
  ),
  shards: positiveCount(
    2,
    64,
    'parts a minibatch is divided into, for as many workers; part of the result, workers are not',
  ),
  optimizer: choice(OPTIMIZER_NAMES, 'adam', 'how gradients become steps; adam is RMSprop + momentum, bias-corrected'),
  learn_rate: positive(0.002, 'learning rate'),
  beta1: fraction(0.9, 'share of the past in momentum and in the first moment of Adam'),
  beta2: fraction(0.999, 'share of the past in the second moment of RMSprop and Adam'),
  eps: positive(1e-8, 'added to the root of the second moment'),
  schedule: choice(SCHEDULE_NAMES, 'linear', 'how the learning rate falls'),
  warmup_steps: count(50, 1e9, 'steps over which the learning rate first rises'),
  lr_decay: fraction(0.05, 'share of the learning rate lost each epoch; schedules inverse and exponential'),
  grad_clip: nonNegative(5, 'largest Euclidean norm of the gradient; 0 for no limit'),
  L2: nonNegative(0, 'L2 regularisation lambda'),
  weight_decay: nonNegative(0.01, 'decoupled weight decay; optimizer adamw only'),
  weight_average: fraction(
    0.999,
    'share of the past in the exponentially weighted average of the weights that is evaluated and saved; 0 turns it off',
  ),
  memory: text(
    'auto',
    'auto or a number from 0 to 2',
    'weight of what earlier sentences of a text say of a word; auto fits it on the documents of dev, 0 is none',
  ),
  fit_bias: flag(true, 'when training is done, move the line between name and no name to where the dev F1 is highest'),
  dropout: fraction(0.5, 'probability of dropping an element before and after every recurrent layer'),
  variational_dropout: fraction(
    0,
    'the same, but at all words of a sentence or at none, and of the state between words too',
  ),
  case_augmentation: fraction(
    0.1,
    'probability of reading a sentence of the training data all in small letters, all in capitals or all in title case',
  ),
  name_replacement: fraction(
    0,
    'probability of reading a sentence of the training data with other names of the same label and kind in the place of its own',
  ),
  word_dropout: fraction(0.2, 'probability of reading a word of the training data as unknown'),
} as const;

export type TrainingConfig = OptionValues<typeof TRAINING_OPTIONS>;

export interface RunConfig {
  readonly model: ModelConfig;
  readonly training: TrainingConfig;
}

export const ALL_OPTIONS = { ...MODEL_OPTIONS, ...TRAINING_OPTIONS };

/** One flat set of names for users, two objects for the program. */
export function parseRunConfig(input: Readonly<Record<string, unknown>>, where: string): RunConfig {
  const all = parseOptions(ALL_OPTIONS, input, where);
  const pick = (table: object): object =>
    Object.fromEntries(Object.keys(table).map((key) => [key, all[key as keyof typeof all]]));
  return { model: pick(MODEL_OPTIONS) as ModelConfig, training: pick(TRAINING_OPTIONS) as TrainingConfig };
}

/** Back to the flat form: what `--config` accepts. */
export function flatConfig({ model, training }: RunConfig): Record<string, unknown> {
  return { ...model, ...training };
}
