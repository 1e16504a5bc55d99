import type { Random } from '#base/random.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import { subwordBuckets } from './subwords.js';
import type { WordCount } from './word-counts.js';

export interface SkipGramSettings {
  /** D */
  readonly dimension: number;
  /** Words to the left and to the right that a word is to foretell, at most. */
  readonly window: number;
  /** Drawn words for each true one. */
  readonly negatives: number;
  /** Rows that the character n-grams share; 0 for none, which is word2vec. */
  readonly buckets: number;
  readonly learningRate: number;
  /** Share of the text above which a word is left out now and then. */
  readonly subsampling: number;
}

export const SKIP_GRAM: SkipGramSettings = {
  dimension: 100,
  window: 5,
  negatives: 5,
  buckets: 200_000,
  learningRate: 0.05,
  subsampling: 1e-4,
};

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
}

/**
 * Centres of a step, at most. All its gradients are taken before any is followed, so that in a small vocabulary a word would
 * be moved many times in the same direction: there are at most so many centres as the words divided by this.
 */
const CENTRES = 128;
const WORDS_PER_CENTRE = 16;
/** Words drawn for a step; its centres share them (Ji et al. 2016, https://arxiv.org/abs/1604.04661). */
const DRAWN = 128;
/** Steps after which the loss of one is looked at. */
const LOOK = 16;
/** Of the counts, for the drawing: that of fastText. */
const NOISE_POWER = 0.5;

/**
 * Word vectors from plain text: skip-gram with negative sampling (Mikolov et al. 2013) over the sums of the vectors of a word
 * and of its character n-grams (Bojanowski et al. 2017), so that words which are built alike begin alike.
 *
 * fastText draws words for each pair and learns from one pair after another. Here the centres of a step share the words
 * drawn, weighted so that the expected gradient is the same: their products become matrix products. One thread learns, so
 * the same text, seed and kernels give the same vectors.
 */
export function createSkipGram({ kernels, words, settings, random }: SkipGramInput): SkipGram {
  const { dimension: d, window, negatives, buckets } = settings;
  const { arena } = kernels;
  const rows = new Map(words.map(({ word }, row) => [word, row]));
  const total = words.reduce((sum, { count }) => sum + count, 0);
  const kept = words.map(({ count }) => keptShare(count / total, settings.subsampling));
  const parts = words.map(({ word }, row) => Int32Array.from([row, ...partsOf(word)]));
  const stepCentres = Math.max(1, Math.min(CENTRES, Math.floor(words.length / WORDS_PER_CENTRE)));
  const draw = createSampler(
    words.map(({ count }) => count ** NOISE_POWER),
    random.fork('negatives'),
  );
  const sampling = random.fork('sampling');

  const input = kernels.floats((words.length + buckets) * d);
  const output = kernels.floats(words.length * d);
  const initial = random.fork('initial');
  for (let i = 0; i < input.length; i++) input[i] = (2 * initial.next() - 1) / d;

  const centres: number[] = [];
  const pairCentres: number[] = [];
  const pairContexts: number[] = [];
  let rate = settings.learningRate;
  let steps = 0;
  let loss = 0;
  let lossPairs = 0;

  function partsOf(word: string): number[] {
    return buckets === 0 ? [] : subwordBuckets(word, buckets).map((bucket) => words.length + bucket);
  }

  function train(sentence: readonly number[]): void {
    const present = sentence.filter((row) => kept[row] >= 1 || sampling.next() < kept[row]);
    present.forEach((row, position) => {
      const reach = 1 + sampling.integer(window);
      const from = Math.max(0, position - reach);
      const to = Math.min(present.length, position + reach + 1);
      if (to - from < 2) return;
      for (let at = from; at < to; at++) {
        if (at === position) continue;
        pairCentres.push(centres.length);
        pairContexts.push(present[at]);
      }
      centres.push(row);
      if (centres.length === stepCentres) flush();
    });
  }

  function flush(): void {
    if (centres.length === 0) return;
    const start = arena.position;
    step();
    arena.release(start);
    centres.length = pairCentres.length = pairContexts.length = 0;
  }

  /** Shapes: M centres, P pairs, N drawn words, D. */
  function step(): void {
    const m = centres.length;
    const p = pairCentres.length;
    const isLooked = steps++ % LOOK === 0;
    const partIds = columnsOfParts();
    const hidden = arena.floats(m * d);
    kernels.fill(hidden, 0, m * d);
    for (const ids of partIds) kernels.gatherAddRows(hidden, input, ids, m, d, d, 0);
    for (let i = 0; i < m; i++) kernels.scale(hidden.subarray(i * d, (i + 1) * d), 1 / parts[centres[i]].length, d);

    const centreIds = arena.ints(p);
    centreIds.set(pairCentres);
    const contextIds = arena.ints(p);
    contextIds.set(pairContexts);
    const from = arena.floats(p * d);
    kernels.gatherRows(from, hidden, centreIds, p, d, d, 0);
    const to = arena.floats(p * d);
    kernels.gatherRows(to, output, contextIds, p, d, d, 0);
    const products = arena.floats(p * d);
    kernels.multiply(products, from, to, p * d);
    const ones = arena.floats(d);
    kernels.fill(ones, 1, d);
    const truths = arena.floats(p);
    kernels.matmulTransposedB(truths, products, ones, p, 1, d, false);
    sigmoid(truths, p);
    if (isLooked) {
      for (let i = 0; i < p; i++) loss -= Math.log(Math.max(truths[i], 1e-7));
      lossPairs += p;
    }
    for (let i = 0; i < p; i++) truths[i] = rate * (1 - truths[i]);
    const steepness = products; // no longer needed: (P, D), each row one number
    kernels.matmul(steepness, truths, ones, p, d, 1, false);
    kernels.multiply(from, from, steepness, p * d);
    kernels.multiply(to, to, steepness, p * d);
    const dHidden = arena.floats(m * d);
    kernels.fill(dHidden, 0, m * d);
    kernels.scatterAddRows(dHidden, to, centreIds, p, d, d, 0);

    const drawnIds = arena.ints(DRAWN);
    for (let j = 0; j < DRAWN; j++) drawnIds[j] = draw();
    const drawn = arena.floats(DRAWN * d);
    kernels.gatherRows(drawn, output, drawnIds, DRAWN, d, d, 0);
    const falsehoods = arena.floats(m * DRAWN);
    kernels.matmulTransposedB(falsehoods, hidden, drawn, m, DRAWN, d, false);
    sigmoid(falsehoods, m * DRAWN);
    const contexts = new Float64Array(m);
    for (const centre of pairCentres) contexts[centre]++;
    for (let i = 0; i < m; i++) {
      const weight = (negatives * contexts[i]) / DRAWN;
      for (let j = i * DRAWN; j < (i + 1) * DRAWN; j++) {
        if (isLooked) loss -= weight * Math.log(Math.max(1 - falsehoods[j], 1e-7));
        falsehoods[j] *= -rate * weight;
      }
    }
    kernels.matmul(dHidden, falsehoods, drawn, m, d, DRAWN, true);
    kernels.matmulTransposedA(drawn, falsehoods, hidden, DRAWN, d, m, false);
    kernels.scatterAddRows(output, from, contextIds, p, d, d, 0);
    kernels.scatterAddRows(output, drawn, drawnIds, DRAWN, d, d, 0);
    // Undivided, as in fastText: every part learns as if it were the whole word.
    for (const ids of partIds) kernels.scatterAddRows(input, dHidden, ids, m, d, d, 0);
  }

  /** The first parts of all centres, the second ones, and so on; -1 where a word has no more. */
  function columnsOfParts(): Int32Array[] {
    const most = centres.reduce((length, row) => Math.max(length, parts[row].length), 0);
    return Array.from({ length: most }, (_, part) => {
      const ids = arena.ints(centres.length);
      for (let i = 0; i < centres.length; i++) ids[i] = parts[centres[i]][part] ?? -1;
      return ids;
    });
  }

  function sigmoid(x: Floats, n: number): void {
    kernels.scale(x, 0.5, n);
    kernels.tanh(x, x, n);
    for (let i = 0; i < n; i++) x[i] = 0.5 + 0.5 * x[i];
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
      const own = row === undefined ? partsOf(word) : parts[row];
      out.fill(0);
      for (const part of own) for (let i = 0; i < d; i++) out[i] += input[part * d + i] / own.length;
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
