import type { Random } from '#base/random.js';
import type { Interval } from './confidence-interval.js';
import { type SpanCounts, scoresOf } from './span-scores.js';

/** What two taggers made of one sentence. */
export interface CountsOfPair {
  readonly left: SpanCounts;
  readonly right: SpanCounts;
}

export interface PairedDifference {
  /** F1 of the right one less that of the left one, micro, -1 to 1. */
  readonly difference: number;
  /** Where 95 of 100 resamples lie. */
  readonly interval: Interval;
  /** Share of the resamples in which the right one scores higher, 0 to 1; a tie counts half. */
  readonly share: number;
}

const RESAMPLES = 1000;
const OUTSIDE = 25; // of 1000 at either end
/** correct, predicted and gold of the left one, then of the right one */
const COUNTS = 6;

/**
 * Whether a difference between two taggers would be seen again on other sentences: both are scored on the same resamples of
 * the sentences, drawn with replacement (Efron & Tibshirani 1993; Koehn 2004 for comparing systems).
 */
export function pairedBootstrap(pairs: readonly CountsOfPair[], random: Random): PairedDifference {
  const rows = new Uint32Array(pairs.length * COUNTS);
  pairs.forEach(({ left, right }, i) => {
    rows.set([left.correct, left.predicted, left.gold, right.correct, right.predicted, right.gold], i * COUNTS);
  });
  const sums = new Float64Array(COUNTS);
  const add = (row: number): void => {
    for (let i = 0; i < COUNTS; i++) sums[i] += rows[row * COUNTS + i];
  };
  for (let row = 0; row < pairs.length; row++) add(row);
  const difference = differenceOf(sums);
  const found = new Float64Array(RESAMPLES);
  let better = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < pairs.length; draw++) add(random.integer(pairs.length));
    found[resample] = differenceOf(sums);
    better += found[resample] > 0 ? 1 : found[resample] === 0 ? 0.5 : 0;
  }
  found.sort();
  return { difference, interval: [found[OUTSIDE], found[RESAMPLES - 1 - OUTSIDE]], share: better / RESAMPLES };
}

function differenceOf(sums: Float64Array): number {
  const f1 = (from: number): number =>
    scoresOf({ correct: sums[from], predicted: sums[from + 1], gold: sums[from + 2] }).f1;
  return f1(COUNTS / 2) - f1(0);
}
