import { createTrainingRig, type Throughput, type TrainingRig } from './training-rig.js';

export const BENCH_CELLS = ['rnn', 'gru', 'lstm'] as const;
export const BENCH_SIZES = [64, 128, 256] as const;
export type BenchCell = (typeof BENCH_CELLS)[number];

export interface TrainingCase {
  readonly cell: BenchCell;
  /** H */
  readonly hidden: number;
}

/** I, B, T, V of every case; K = 9. */
const [INPUTS, SENTENCES, STEPS, VOCABULARY] = [100, 32, 20, 20_000];
const LABELS = ['LOC', 'MISC', 'ORG', 'PER'];
/** Of the corpus that is trained on; every epoch deals them out anew. */
const MINIBATCHES = 64;

/**
 * The plain baseline that `peers/pytorch_speed.py` measures too, trained by the program's own trainer: frozen embedding
 * (V, I) -> one recurrent layer -> linear (H, K) -> cross-entropy, Adam, global-norm clipping at 1, minibatches of B
 * sentences of exactly T tokens.
 */
export function createTrainingCase({ cell, hidden }: TrainingCase, workers: number): Promise<TrainingRig> {
  return createTrainingRig({
    set: {
      rnn_type: cell,
      hidden_size: hidden,
      look_ahead: 0,
      tag_format: 'bio',
      word_dimension: INPUTS,
      freeze_words: true,
      affix_dimension: 0,
      shape_dimension: 0,
      batch_size: SENTENCES,
      optimizer: 'adam',
      learn_rate: 0.001,
      schedule: 'constant',
      warmup_steps: 0,
      grad_clip: 1,
      weight_average: 0,
      dropout: 0,
      word_dropout: 0,
    },
    vocabulary: VOCABULARY,
    labels: LABELS,
    lengths: Array(SENTENCES * MINIBATCHES).fill(STEPS),
    workers,
  });
}

/** Floating-point operations that one token costs, a multiply-add being two; only matrix products are counted. */
export function operationsPerToken({ cell, hidden: h }: TrainingCase): number {
  const gates = { rnn: 1, gru: 3, lstm: 4 }[cell] * h;
  const tags = 2 * LABELS.length + 1;
  // Forward x and h; backward dW_ih, dW_hh and dh, but no dx, since nothing before it learns.
  return 2 * gates * (2 * INPUTS + 3 * h) + 3 * 2 * h * tags;
}

export function tokensPerSecond({ tokens, seconds }: Throughput): number {
  return tokens / seconds;
}
