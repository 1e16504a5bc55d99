import type { Random } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import type { SkipGramSettings } from './skip-gram-settings.js';
import { CENTRES, createSkipGramStep, DRAWN, type SkipGramSizes, type SkipGramStep } from './skip-gram-step.js';
import { subwordBuckets } from './subwords.js';
import type { WordCount } from './word-counts.js';

export interface SkipGramInput {
  readonly kernels: Kernels;
  /** The V words that are learned, most frequent first. */
  readonly words: readonly WordCount[];
  readonly settings: SkipGramSettings;
  readonly random: Random;
}

export interface SkipGram {
  /** Learns from the rows of one sentence's words. */
  train(sentence: readonly number[]): void;
  /** Learns what was handed over and still waits. */
  flush(): void;
  /** What `settings.learningRate` is multiplied with from now on. */
  setRate(factor: number): void;
  /** Mean loss of a true word and its drawn ones since the last call, of some steps; `undefined` if there was none. */
  takeLoss(): number | undefined;
  /** The vector (D) of any word: of one that is not among the learned, by its n-grams alone; of zeros without any. */
  vector(word: string, out: Float32Array): void;
  /** What other threads need to share its steps: they make a step of the same sizes over the same memory. */
  readonly sizes: SkipGramSizes;
  readonly step: SkipGramStep;
  /** Has its steps run by `run` from now on, which shares them among threads. */
  runWith(run: StepRun): void;
}

/** Runs a step over the minibatch of M centres that lies in the step's arrays. `losses` (M) as in `foretell`. */
export type StepRun = (m: number, rate: number, losses: Float64Array | undefined) => void;

/**
 * All gradients of a step are taken before any is followed, so that in a small vocabulary a word would be moved many times in the
 * same direction: there are at most so many centres as the words divided by this.
 */
const WORDS_PER_CENTRE = 16;
/** Steps after which the loss of one is looked at. */
const LOOK = 16;
/** Of the counts, for the drawing: that of fastText. */
const NOISE_POWER = 0.5;

/**
 * Word vectors from plain text: skip-gram with negative sampling (Mikolov et al. 2013) over the sums of the vectors of a word
 * and of its character n-grams (Bojanowski et al. 2017), so that words which are built alike begin alike.
 *
 * fastText draws words for each pair and learns from one pair after another. Here the centres of a step share the words
 * drawn, weighted so that the expected gradient is the same: their products become matrix products. The same text, seed and
 * kernels give the same vectors, however many threads share the steps.
 */
export function createSkipGram({ kernels, words, settings, random }: SkipGramInput): SkipGram {
  const { dimension: d, window, buckets } = settings;
  const rows = new Map(words.map(({ word }, row) => [word, row]));
  const total = words.reduce((sum, { count }) => sum + count, 0);
  const kept = words.map(({ count }) => keptShare(count / total, settings.subsampling));
  const stepCentres = Math.max(1, Math.min(CENTRES, Math.floor(words.length / WORDS_PER_CENTRE)));
  const draw = createSampler(
    words.map(({ count }) => count ** NOISE_POWER),
    random.fork('negatives'),
  );
  const sampling = random.fork('sampling');

  const parts = words.map(({ word }, row) => [row, ...bucketsOf(word)]);
  const sizes = { words: words.length, parts: parts.reduce((sum, { length }) => sum + length, 0) };
  const step = createSkipGramStep(kernels, sizes, settings);
  const { input, centres, contextStarts, contexts, drawn } = step.arrays;
  const initial = random.fork('initial');
  for (let i = 0; i < input.length; i++) input[i] = (2 * initial.next() - 1) / d;
  let end = 0;
  parts.forEach((own, row) => {
    step.arrays.parts.set(own, end);
    end += own.length;
    step.arrays.partStarts[row + 1] = end;
  });

  /** M and P of the minibatch. */
  let m = 0;
  let p = 0;
  let rate = settings.learningRate;
  let steps = 0;
  const losses = new Float64Array(CENTRES);
  let loss = 0;
  let lossPairs = 0;
  const alone = { index: 0, shares: 1 };
  let run: StepRun = (...args) => {
    step.foretell(alone, ...args);
    step.follow(alone, args[0]);
    step.followDrawn();
  };

  function bucketsOf(word: string): number[] {
    return buckets === 0 ? [] : subwordBuckets(word, buckets).map((bucket) => words.length + bucket);
  }

  function train(sentence: readonly number[]): void {
    const present = sentence.filter((row) => kept[row] >= 1 || sampling.next() < kept[row]);
    present.forEach((row, position) => {
      const reach = 1 + sampling.integer(window);
      const from = Math.max(0, position - reach);
      const to = Math.min(present.length, position + reach + 1);
      if (to - from < 2) return;
      for (let at = from; at < to; at++) if (at !== position) contexts[p++] = present[at];
      centres[m++] = row;
      contextStarts[m] = p;
      if (m === stepCentres) flush();
    });
  }

  function flush(): void {
    if (m === 0) return;
    for (let j = 0; j < DRAWN; j++) drawn[j] = draw();
    const isLooked = steps++ % LOOK === 0;
    run(m, rate, isLooked ? losses : undefined);
    if (isLooked) {
      for (let i = 0; i < m; i++) loss += losses[i];
      lossPairs += p;
    }
    m = p = 0;
  }

  return {
    train,
    flush,
    setRate(factor) {
      rate = settings.learningRate * factor;
    },
    takeLoss() {
      const mean = lossPairs === 0 ? undefined : loss / lossPairs;
      loss = lossPairs = 0;
      return mean;
    },
    vector(word, out) {
      const row = rows.get(word);
      const own = row === undefined ? bucketsOf(word) : parts[row];
      out.fill(0);
      for (const part of own) for (let i = 0; i < d; i++) out[i] += input[part * d + i] / own.length;
    },
    sizes,
    step,
    runWith(shared) {
      run = shared;
    },
  };
}

/** How many of a word's occurrences are learned from (fastText): all of a rare one's. */
function keptShare(share: number, subsampling: number): number {
  const ratio = subsampling / share;
  return Math.sqrt(ratio) + ratio;
}

/** Draws a place with a probability in proportion to its weight. */
function createSampler(weights: readonly number[], random: Random): () => number {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, i) => {
    sum += weight;
    sums[i] = sum;
  });
  return () => {
    const target = random.next() * sum;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
