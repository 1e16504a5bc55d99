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
}

/** Between the sizes of two trainings; closer together, chance decides. */
const LEAST_RATIO = 1.25;

/**
 * Fits a power law to the error, 1 - F1 = a n^-b (Hestness et al. 2017), by least squares of the logarithms.
 *
 * @returns `undefined` where fewer than two sizes far enough apart were trained, or more sentences did not help.
 */
export function estimateOf(points: readonly TrainedPoint[], more: number): LearningEstimate | undefined {
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
  const errorAt = (sentences: number): number => Math.min(1, Math.exp(meanY + slope * (Math.log(sentences) - meanX)));
  return { sentences: largest, now: 1 - errorAt(largest), later: 1 - errorAt(largest + more) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
