import type { RunConfig } from '#training/config/training-config.js';
import { CRF, type Size } from './experiments.js';
import type { Results } from './results.js';

export interface Run {
  readonly corpus: string;
  readonly sentences: Size;
  readonly recipe: string;
  /** All of them; none for the CRF, which has no options. */
  readonly options: RunConfig['model'] & RunConfig['training'];
}

/** Floating-point operations a second of one thread while it trains; only where nothing has been measured yet. */
const RATE = 20e9;
/** Starting, reading, the last evaluation. */
const SECONDS_AROUND = 2;
const CRF_SECONDS_PER_SENTENCE = 0.01;
const GATES = { rnn: 1, relu: 1, gru: 3, lstm: 4 };
const AFFIXES = 4;
const LETTERS = 8;
const VECTOR_DIMENSION = 100;
/** Backpropagation makes two products of every one. */
const PASSES = 3;

/**
 * How long runs take: by the size of the network, times how wrong that was for the runs of the same recipe that there are.
 *
 * @returns seconds
 */
export function createEstimator({ rows, options, corpora }: Results): (run: Run) => number {
  const sums = new Map<string, { measured: number; guessed: number }>();
  for (const row of rows) {
    const sum = sums.get(row.recipe) ?? { measured: 0, guessed: 0 };
    sum.measured += row.seconds;
    sum.guessed += guessed({ ...row, options: options[row.options] as Run['options'] }, corpora);
    sums.set(row.recipe, sum);
  }
  return (run) => {
    const sum = sums.get(run.recipe);
    return guessed(run, corpora) * (sum ? sum.measured / sum.guessed : 1);
  };
}

function guessed({ corpus, sentences, recipe, options }: Run, corpora: Results['corpora']): number {
  const { train, dev } = corpora[corpus];
  const share = sentences === 'all' ? 1 : sentences / train.sentences;
  if (recipe === CRF) return CRF_SECONDS_PER_SENTENCE * share * train.sentences;
  const tokens = PASSES * share * train.tokens + dev.tokens / options.eval_frequency;
  return SECONDS_AROUND + ((options.max_epochs || 16) * tokens * operations(options)) / RATE;
}

/** Of one word, forwards. */
function operations(options: RunConfig['model'] & RunConfig['training']): number {
  const { char_filters, char_dimension, char_width, hidden_size, layers } = options;
  const word =
    (options.vectors === 'none' ? 0 : VECTOR_DIMENSION) +
    options.word_dimension +
    AFFIXES * options.affix_dimension +
    options.shape_dimension +
    char_filters;
  const below = (layer: number) => (layer === 0 ? word * (1 + options.look_ahead) : hidden_size);
  const directions = options.bidirectional ? 2 : 1;
  let sum = 2 * LETTERS * char_filters * char_dimension * char_width;
  for (let layer = 0; layer < layers; layer++) {
    sum += 2 * directions * GATES[options.rnn_type] * hidden_size * (below(layer) + hidden_size);
  }
  return sum;
}
