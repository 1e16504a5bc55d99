import type { Random } from '#base/random.js';
import { type LabelCounts, scoresOf } from './span-scores.js';

/** Lower and upper end. */
export type Interval = readonly [number, number];

export interface F1Intervals {
  readonly micro: Interval;
  /** In code-unit order of the label. */
  readonly labels: Readonly<Record<string, Interval>>;
}

export interface BootstrapOptions {
  readonly random: Random;
  readonly resamples?: number;
  /** Share of the resamples that lie in the interval. */
  readonly level?: number;
}

/** correct, predicted, gold */
const COUNTS = 3;

/**
 * Between which values F1 would lie if the corpus had been gathered again: percentiles over resamples of its sentences,
 * drawn with replacement (Efron 1979).
 */
export function bootstrapIntervals(
  sentences: readonly LabelCounts[],
  { random, resamples = 1000, level = 0.95 }: BootstrapOptions,
): F1Intervals {
  const labels = [...new Set(sentences.flatMap((counts) => [...counts.keys()]))].sort();
  const width = labels.length * COUNTS;
  const withNames = sentences.filter(({ size }) => size > 0);
  const rows = new Uint32Array(withNames.length * width);
  withNames.forEach((counts, row) => {
    labels.forEach((label, l) => {
      const { correct, predicted, gold } = counts.get(label) ?? { correct: 0, predicted: 0, gold: 0 };
      rows.set([correct, predicted, gold], row * width + l * COUNTS);
    });
  });

  const f1s = Array.from({ length: labels.length + 1 }, () => new Float64Array(resamples)); // the last is micro
  const sums = new Float64Array(width);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < sentences.length; draw++) {
      const row = random.integer(sentences.length); // those with names come first, the others add nothing
      if (row < withNames.length) for (let i = 0; i < width; i++) sums[i] += rows[row * width + i];
    }
    labels.forEach((_, l) => {
      f1s[l][resample] = f1Of(sums.subarray(l * COUNTS, (l + 1) * COUNTS));
    });
    f1s[labels.length][resample] = f1Of(sums);
  }
  const outside = Math.round((resamples * (1 - level)) / 2); // at either end
  const intervals = f1s.map((values): Interval => {
    values.sort();
    return [values[outside], values[resamples - 1 - outside]];
  });
  return {
    micro: intervals[labels.length],
    labels: Object.fromEntries(labels.map((label, l) => [label, intervals[l]])),
  };
}

/** Of counts of one or several labels, one after the other. */
function f1Of(counts: Float64Array): number {
  let [correct, predicted, gold] = [0, 0, 0];
  for (let i = 0; i < counts.length; i += COUNTS) {
    correct += counts[i];
    predicted += counts[i + 1];
    gold += counts[i + 2];
  }
  return scoresOf({ correct, predicted, gold }).f1;
}
