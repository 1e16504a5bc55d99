import { createRandom } from '#base/random.js';
import { createBatch } from '#tagging/features/batch.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import { createVocabulary } from '#tagging/features/vocabulary.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { type ALL_OPTIONS, parseRunConfig, type RunConfig } from '#training/config/training-config.js';
import { median } from './median.js';
import type { Peer, PeerRates } from './peer.js';
import { wordOf } from './random-words.js';
import { createTrainingRig, type TrainingRig } from './training-rig.js';

export const BENCH_CELLS = ['rnn', 'gru', 'lstm'] as const;
const BENCH_SIZES = [64, 128, 256] as const;
const BENCH_WORKERS = [1, 2] as const;

export interface BenchCase {
  readonly cell: (typeof BENCH_CELLS)[number];
  /** H */
  readonly hidden: number;
}

export interface SpeedRow extends BenchCase {
  /** Medians of all rounds. */
  readonly tokensPerSecond: number;
  /** Of the better number of threads; null without a peer. */
  readonly peerTokensPerSecond: number | null;
  readonly ratio: number | null;
}

export interface TrainingRow extends SpeedRow {
  readonly workers: number;
  /** 10^9 floating-point operations a second and worker, those of matrix products alone. */
  readonly gflopsPerWorker: number;
  /** Of the register-only multiply-add loop. */
  readonly fractionOfPeak: number;
}

export interface TrainingBench {
  readonly training: readonly TrainingRow[];
  /** The forward pass and the best class of every token, one thread. */
  readonly tagging: readonly SpeedRow[];
}

export interface TrainingBenchInput {
  readonly rounds: number;
  /** Of every measurement. */
  readonly seconds: number;
  readonly peer?: Peer;
  readonly progress: (text: string) => void;
}

/** I, B, T, V of every case; K = 9. */
const [INPUTS, SENTENCES, STEPS, VOCABULARY] = [100, 32, 20, 20_000];
const LABELS = ['LOC', 'MISC', 'ORG', 'PER'];
/** Of the corpus that is trained on; every epoch deals them out anew. */
const MINIBATCHES = 64;
const WARM_UP_SECONDS = 0.5;

/**
 * The plain baseline that `peers/pytorch_speed.py` measures too, trained by the program's own trainer: frozen embedding
 * (V, I) -> one recurrent layer -> linear (H, K) -> cross-entropy, Adam, global-norm clipping at 1, minibatches of B
 * sentences of exactly T tokens. Ours and the peer's runs take turns, so that both have the same share of bad moments.
 */
export async function benchTraining({ rounds, seconds, peer, progress }: TrainingBenchInput): Promise<TrainingBench> {
  const samples = BENCH_CELLS.flatMap((cell) =>
    BENCH_SIZES.map((hidden) => ({
      case: { cell, hidden },
      training: BENCH_WORKERS.map((workers) => ({ workers, rates: [] as number[] })),
      tagging: [] as number[],
      peer: [] as PeerRates[][],
    })),
  );
  let peakGflops = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const sample of samples) {
      progress(`training: round ${round} of ${rounds}, ${sample.case.cell} ${sample.case.hidden}`);
      for (const { workers, rates } of sample.training) {
        const rig = await createBaseline(sample.case, workers);
        rig.run(WARM_UP_SECONDS);
        rates.push(rig.run(seconds));
        if (workers === 1) sample.tagging.push(taggingRate(rig.model, seconds));
        rig.close();
        peakGflops = Math.max(peakGflops, peakOf(rig));
      }
      if (peer) sample.peer.push(peer.measure({ ...sample.case, seconds }));
    }
  }

  const rowOf = (bench: BenchCase, rates: readonly number[], peerRates: readonly (readonly number[])[]): SpeedRow => {
    const tokensPerSecond = Math.round(median(rates));
    const peerTokensPerSecond = peerRates.length === 0 ? null : bestThreadCount(peerRates);
    const ratio = peerTokensPerSecond === null ? null : tokensPerSecond / peerTokensPerSecond;
    return { ...bench, tokensPerSecond, peerTokensPerSecond, ratio };
  };
  return {
    training: samples.flatMap((sample) => {
      const peerRates = sample.peer.map((threads) => threads.map(({ train }) => train));
      return sample.training.map(({ workers, rates }) => {
        const row = rowOf(sample.case, rates, peerRates);
        const gflopsPerWorker = (row.tokensPerSecond * operationsPerToken(sample.case)) / workers / 1e9;
        return { ...row, workers, gflopsPerWorker, fractionOfPeak: gflopsPerWorker / peakGflops };
      });
    }),
    tagging: samples.map((sample) =>
      rowOf(
        sample.case,
        sample.tagging,
        sample.peer.map((threads) => threads.map(({ tag }) => tag)),
      ),
    ),
  };
}

/**
 * The baseline spelt out: the type asks for every option there is, so that no default of the program, present or future,
 * becomes part of what is compared.
 */
function baselineConfig({ cell, hidden }: BenchCase): RunConfig {
  const settings: Record<keyof typeof ALL_OPTIONS, unknown> = {
    rnn_type: cell,
    layers: 1,
    bidirectional: false,
    residual: false,
    normalization: 'none',
    attention: 'none',
    attention_scoring: 'dot',
    crf: false,
    hidden_size: hidden,
    look_ahead: 0,
    tag_format: 'bio',
    vectors: 'none',
    fine_tune_vectors: false,
    quantize_embeddings: false,
    word_dimension: INPUTS,
    freeze_words: true,
    word_min_count: 1,
    word_limit: VOCABULARY,
    affix_dimension: 0,
    affix_buckets: 1,
    shape_dimension: 0,
    char_filters: 0,
    char_dimension: 1,
    char_width: 1,
    max_epochs: 100_000,
    stop_epoch: 0,
    max_steps: 0,
    patience: 100_000,
    eval_frequency: 1000,
    batch_size: SENTENCES,
    shards: 2,
    optimizer: 'adam',
    learn_rate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    schedule: 'constant',
    warmup_steps: 0,
    lr_decay: 0,
    grad_clip: 1,
    L2: 0,
    weight_decay: 0,
    weight_average: 0,
    fit_bias: false,
    memory: '0',
    name_replacement: 0,
    dropout: 0,
    variational_dropout: 0,
    case_augmentation: 0,
    word_dropout: 0,
  };
  return parseRunConfig(settings, 'bench');
}

function createBaseline(bench: BenchCase, workers: number): Promise<TrainingRig> {
  const words = Array.from({ length: VOCABULARY - 1 }, (_, n) => wordOf(n));
  return createTrainingRig({
    config: baselineConfig(bench),
    vocabularies: { words: createVocabulary(words), shapes: createVocabulary([]), characters: createVocabulary([]) },
    labels: LABELS,
    sentences: (model) => randomSentences(model, SENTENCES * MINIBATCHES),
    workers,
  });
}

function randomSentences({ tagSet }: TaggerModel, count: number): EncodedSentence[] {
  const random = createRandom(count);
  const integers = (limit: number): Int32Array => Int32Array.from({ length: STEPS }, () => random.integer(limit));
  return Array.from({ length: count }, () => ({
    length: STEPS,
    ids: [integers(VOCABULARY)],
    tags: integers(tagSet.tags.length),
  }));
}

function taggingRate(model: TaggerModel, seconds: number): number {
  const { kernels, network } = model;
  const batch = createBatch(randomSentences(model, SENTENCES));
  const context = { kernels, training: false, random: createRandom(0) };
  const tag = (): void => {
    const position = kernels.arena.position;
    const { values, rows, columns } = network.forward(batch, context).output;
    for (let row = 0; row < rows; row++) bestOf(values, row * columns, columns);
    kernels.arena.release(position);
  };
  for (let run = 0; run < 50; run++) tag();
  const start = performance.now();
  let tokens = 0;
  let elapsed = 0;
  for (; elapsed < seconds; elapsed = (performance.now() - start) / 1000) {
    tag();
    tokens += batch.layout.rows;
  }
  return tokens / elapsed;
}

function bestOf(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i;
  return best;
}

/** Operations that one token costs in training, a multiply-add being two: products alone, not the nonlinearities. */
function operationsPerToken({ cell, hidden: h }: BenchCase): number {
  const gates = { rnn: 1, gru: 3, lstm: 4 }[cell] * h;
  const tags = 2 * LABELS.length + 1;
  // Forward of x and h; backward dW_ih, dW_hh and dh, but no dx, since nothing before it learns.
  return 2 * gates * (2 * INPUTS + 3 * h) + 3 * 2 * h * tags;
}

function peakOf({ kernels }: TrainingRig): number {
  let best = 0;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    const operations = kernels.runRegisterLoop(200_000);
    best = Math.max(best, operations / (performance.now() - start) / 1e6);
  }
  return best;
}

/** Of one list of rates a round, in each the same thread counts in the same order. */
function bestThreadCount(rounds: readonly (readonly number[])[]): number {
  return Math.max(...rounds[0].map((_, threads) => median(rounds.map((rates) => rates[threads]))));
}
