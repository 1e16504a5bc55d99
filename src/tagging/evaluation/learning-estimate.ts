import type { Random } from '#base/random.js';
import type { Interval } from './confidence-interval.js';
import { type SpanCounts, scoresOf } from './span-scores.js';

/** What trainings on growing parts of a project's data have scored. */
export interface TrainedPoint {
  readonly sentences: number;
  /** 0 to 1, on the dev part of that training. */
  readonly f1: number;
}

/** What more sentences would bring, if the curve goes on as it went. */
export interface LearningEstimate {
  readonly sentences: number;
  readonly now: number;
  readonly later: number;
  /** Of the difference: where 95 of 100 resamples of the sentences lie. Only where the sentences were at hand. */
  readonly interval?: Interval;
}

/** Between the sizes of two trainings; closer together, chance decides. */
const LEAST_RATIO = 1.25;

/**
 * Fits a power law to the error, 1 - F1 = a n^-b (Hestness et al. 2017), by least squares of the logarithms.
 *
 * @param from Sentences that there are now; those of the largest training unless told.
 * @returns `undefined` where fewer than two sizes far enough apart were trained, or more sentences did not help.
 */
export function estimateOf(
  points: readonly TrainedPoint[],
  more: number,
  from = Math.max(...points.map(({ sentences }) => sentences)),
): LearningEstimate | undefined {
  const errorAt = errorCurve(points);
  if (!errorAt) return undefined;
  return { sentences: from, now: 1 - errorAt(from), later: 1 - errorAt(from + more) };
}

/** What one or several trainings on so many sentences made of each sentence of one corpus. */
export interface ScoredSize {
  readonly sentences: number;
  readonly trainings: readonly (readonly SpanCounts[])[];
}

const RESAMPLES = 1000;
const OUTSIDE = 25; // of 1000 at either end

/**
 * The same with its uncertainty: the sentences are drawn anew with replacement, the same for all sizes, and the trainings of each
 * size too, and the law is fitted each time. Where a resample says that more sentences do not help, they bring nothing. Where a
 * size has one training, the chance of training is not in the interval.
 */
export function estimateWithInterval(
  sizes: readonly ScoredSize[],
  { from, more, random }: { readonly from: number; readonly more: number; readonly random: Random },
): LearningEstimate | undefined {
  const [one] = sizes[0].trainings;
  /** @param pick Which of so many are taken. */
  const pointsOf = (pick: (count: number) => readonly number[]): TrainedPoint[] => {
    const places = pick(one.length);
    return sizes.map(({ sentences, trainings }) => {
      const sum = { correct: 0, predicted: 0, gold: 0 };
      for (const training of pick(trainings.length))
        for (const place of places) {
          const { correct, predicted, gold } = trainings[training][place];
          sum.correct += correct;
          sum.predicted += predicted;
          sum.gold += gold;
        }
      return { sentences, f1: scoresOf(sum).f1 };
    });
  };
  const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const drawn = (count: number): number[] => Array.from({ length: count }, () => random.integer(count));
  const found = estimateOf(pointsOf(all), more, from);
  if (!found) return undefined;
  const gains = Float64Array.from({ length: RESAMPLES }, () => {
    const resample = estimateOf(pointsOf(drawn), more, from);
    return resample ? resample.later - resample.now : 0;
  }).sort();
  return { ...found, interval: [gains[OUTSIDE], gains[RESAMPLES - 1 - OUTSIDE]] };
}

function errorCurve(points: readonly TrainedPoint[]): ((sentences: number) => number) | undefined {
  const useful = points.filter(({ sentences, f1 }) => sentences > 0 && f1 < 1);
  const sizes = useful.map(({ sentences }) => sentences);
  const largest = Math.max(...sizes);
  if (useful.length < 2 || largest < LEAST_RATIO * Math.min(...sizes)) return undefined;
  const xs = useful.map(({ sentences }) => Math.log(sentences));
  const ys = useful.map(({ f1 }) => Math.log(1 - f1));
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const slope =
    xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i] - meanY), 0) / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  if (!(slope < 0)) return undefined;
  return (sentences) => Math.min(1, Math.exp(meanY + slope * (Math.log(sentences) - meanX)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
