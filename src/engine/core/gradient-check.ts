import { AppError } from '#base/errors.js';
import type { Floats, Precision } from '#engine/kernels/kernels.js';
import type { Parameter, ParameterSet } from './parameter.js';

/**
 * Gradient checking by two-sided differences, after the rules of the course notes: never in training (it costs two
 * forward passes a parameter), look at the components when it fails, include the regularisation, never with dropout,
 * and again after some training, since some faults only show away from w, b near 0.
 */
export interface GradientCheckOptions {
  readonly parameters: ParameterSet;
  /** Computes the loss and leaves the gradient in every `parameter.grad` (overwriting what was there). */
  readonly lossAndGradient: () => number;
  /** The loss alone, at the parameters as they are now. */
  readonly loss: () => number;
  /** Half the width of the difference; the notes' 1e-7, for a loss in float64. */
  readonly epsilon?: number;
  /** The precision of the analytic gradient, float64 unless told: it decides how much distance rounding explains. */
  readonly precision?: Precision;
  /** Whether any dropout is active; the check refuses then, for every pass would have another mask. */
  readonly dropoutActive: boolean;
}

export type Verdict = 'great' | 'acceptable' | 'look again' | 'wrong';

export interface GradientCheckRow {
  readonly name: string;
  readonly count: number;
  /** |analytic - numeric| / (|analytic| + |numeric|), Euclidean norms over the tensor; 0 where both are 0. */
  readonly distance: number;
  readonly verdict: Verdict;
  /** The component whose difference is greatest. */
  readonly worst: { readonly index: readonly number[]; readonly analytic: number; readonly numeric: number };
}

export interface GradientCheckReport {
  readonly epsilon: number;
  readonly loss: number;
  readonly distance: number;
  readonly verdict: Verdict;
  readonly worst: GradientCheckRow['worst'] & { readonly name: string };
  readonly rows: readonly GradientCheckRow[];
}

/**
 * The notes' verdicts on the distance: 1e-7 is great, 1e-5 may be right but look at the components, 1e-3 is a fault. A number
 * in float32 is itself rounded to one part in 1e7.
 */
export const VERDICTS = {
  float64: { greatBelow: 1e-7, acceptableBelow: 1e-5, wrongFrom: 1e-3 },
  float32: { greatBelow: 1e-5, acceptableBelow: 1e-3, wrongFrom: 1e-2 },
} as const satisfies Readonly<Record<Precision, object>>;

export function checkGradients(options: GradientCheckOptions): GradientCheckReport {
  const { parameters, loss, lossAndGradient, epsilon = 1e-7, precision = 'float64', dropoutActive } = options;
  if (dropoutActive) {
    throw new AppError(
      'invalid_argument',
      'gradcheck: dropout must be 0 while gradients are checked: every pass would draw another mask',
    );
  }
  if (!(epsilon > 0)) throw new AppError('invalid_argument', `gradcheck: epsilon must be positive, found ${epsilon}`);

  const lossAtStart = lossAndGradient();
  const trainable = parameters.list.filter((parameter) => parameter.trainable);
  const analytic = trainable.map((parameter) => Float64Array.from(parameter.grad));
  const numeric = trainable.map((parameter) => numericGradient(parameter.values, loss, epsilon));

  const rows = trainable.map((parameter, p) => compare(parameter, analytic[p], numeric[p], precision));
  const worstRow = trainable.reduce((worst, _, p) => (difference(rows[p]) > difference(rows[worst]) ? p : worst), 0);
  const distance = relativeDistance(concatenate(analytic), concatenate(numeric));
  return {
    epsilon,
    loss: lossAtStart,
    distance,
    verdict: verdictOf(distance, precision),
    worst: { name: rows[worstRow].name, ...rows[worstRow].worst },
    rows,
  };
}

export function verdictOf(distance: number, precision: Precision = 'float64'): Verdict {
  const { greatBelow, acceptableBelow, wrongFrom } = VERDICTS[precision];
  if (distance < greatBelow) return 'great';
  if (distance < acceptableBelow) return 'acceptable';
  return distance < wrongFrom ? 'look again' : 'wrong';
}

function numericGradient(values: Floats, loss: () => number, epsilon: number): Float64Array {
  const gradient = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const original = values[i];
    values[i] = original + epsilon;
    const upper = values[i];
    const lossAbove = loss();
    values[i] = original - epsilon;
    const lower = values[i];
    const lossBelow = loss();
    values[i] = original;
    gradient[i] = (lossAbove - lossBelow) / (upper - lower); // the width that was representable, not the one wished for
  }
  return gradient;
}

function compare(
  parameter: Parameter,
  analytic: Float64Array,
  numeric: Float64Array,
  precision: Precision,
): GradientCheckRow {
  let worst = 0;
  for (let i = 1; i < analytic.length; i++) {
    if (gap(analytic[i], numeric[i]) > gap(analytic[worst], numeric[worst])) worst = i;
  }
  const distance = relativeDistance(analytic, numeric);
  return {
    name: parameter.name,
    count: analytic.length,
    distance,
    verdict: verdictOf(distance, precision),
    worst: { index: unravel(worst, parameter.shape), analytic: analytic[worst], numeric: numeric[worst] },
  };
}

function relativeDistance(x: Float64Array, y: Float64Array): number {
  let difference = 0;
  let xSquares = 0;
  let ySquares = 0;
  for (let i = 0; i < x.length; i++) {
    difference += (x[i] - y[i]) ** 2;
    xSquares += x[i] ** 2;
    ySquares += y[i] ** 2;
  }
  const scale = Math.sqrt(xSquares) + Math.sqrt(ySquares);
  return scale === 0 ? 0 : Math.sqrt(difference) / scale;
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let side = shape.length - 1; side >= 0; side--) {
    index.unshift(flat % shape[side]);
    flat = Math.floor(flat / shape[side]);
  }
  return index;
}

function concatenate(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

const difference = ({ worst }: GradientCheckRow): number => gap(worst.analytic, worst.numeric);

/** Nothing is worse than a NaN, which would otherwise lose every comparison. */
function gap(analytic: number, numeric: number): number {
  const distance = Math.abs(analytic - numeric);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
