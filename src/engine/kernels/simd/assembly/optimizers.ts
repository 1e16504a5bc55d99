import { squares64 } from './normalization';
import { madd, put, wholeEnd } from './vector';

/*
 * Updates of n parameters. A running average that is no longer fed, such as the moments of a word that does not come up,
 * would sink into the denormal numbers and stay there, and each operation on those costs over a hundred cycles. Averages
 * below 2^-100 are therefore set to 0, and gradients below 2^-50 are 0 before they are squared.
 */

@inline
function flush(x: v128, least: f32): v128 {
  // NaN is not below anything: written so that it stays.
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(least)));
}

@inline
function flushAverage(x: v128): v128 {
  return flush(x, 7.888609052210118e-31);
}

/** beta average + (1 - beta) x^2 */
@inline
function averageOfSquares(average: usize, x: v128, beta: v128, rest: v128): v128 {
  const large = flush(x, 8.881784197001252e-16);
  return flushAverage(madd(beta, v128.load(average), f32x4.mul(rest, f32x4.mul(large, large))));
}

/** The sum of x^2, in float64. */
export function sumOfSquares(x: usize, n: usize): f64 {
  return squares64(x, 0, n);
}

/** values -= learningRate gradient */
export function sgdUpdate(values: usize, gradient: usize, n: usize, learningRate: f32): void {
  const rate = f32x4.splat(-learningRate);
  for (const end = wholeEnd(values, n); values < end; values += 16, gradient += 16) sgd4(values, gradient, rate, 4);
  if (n & 3) sgd4(values, gradient, rate, n & 3);
}

@inline
function sgd4(values: usize, gradient: usize, negativeRate: v128, count: usize): void {
  put(values, madd(v128.load(gradient), negativeRate, v128.load(values)), count);
}

export function momentumUpdate(
  values: usize,
  gradient: usize,
  velocity: usize,
  n: usize,
  learningRate: f32,
  beta: f32,
  oneMinusBeta: f32,
): void {
  const rate = f32x4.splat(-learningRate);
  const b = f32x4.splat(beta);
  const r = f32x4.splat(oneMinusBeta);
  for (const end = wholeEnd(values, n); values < end; values += 16, gradient += 16, velocity += 16) {
    momentum4(values, gradient, velocity, rate, b, r, 4);
  }
  if (n & 3) momentum4(values, gradient, velocity, rate, b, r, n & 3);
}

@inline
function momentum4(
  values: usize,
  gradient: usize,
  velocity: usize,
  negativeRate: v128,
  beta: v128,
  rest: v128,
  count: usize,
): void {
  const v = flushAverage(madd(beta, v128.load(velocity), f32x4.mul(rest, v128.load(gradient))));
  put(velocity, v, count);
  put(values, madd(v, negativeRate, v128.load(values)), count);
}

export function rmspropUpdate(
  values: usize,
  gradient: usize,
  secondMoment: usize,
  n: usize,
  learningRate: f32,
  beta: f32,
  oneMinusBeta: f32,
  epsilon: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const b = f32x4.splat(beta);
  const r = f32x4.splat(oneMinusBeta);
  const e = f32x4.splat(epsilon);
  for (const end = wholeEnd(values, n); values < end; values += 16, gradient += 16, secondMoment += 16) {
    rmsprop4(values, gradient, secondMoment, rate, b, r, e, 4);
  }
  if (n & 3) rmsprop4(values, gradient, secondMoment, rate, b, r, e, n & 3);
}

@inline
function rmsprop4(
  values: usize,
  gradient: usize,
  secondMoment: usize,
  rate: v128,
  beta: v128,
  rest: v128,
  epsilon: v128,
  count: usize,
): void {
  const g = v128.load(gradient);
  const s = averageOfSquares(secondMoment, g, beta, rest);
  const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(s), epsilon));
  put(secondMoment, s, count);
  put(values, f32x4.sub(v128.load(values), step), count);
}

/** `rate` is learningRate correction1. */
export function adamUpdate(
  values: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  n: usize,
  rate: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  correction2: f32,
  decay: f32,
): void {
  const rate4 = f32x4.splat(rate);
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(oneMinusBeta1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(oneMinusBeta2);
  const e = f32x4.splat(epsilon);
  const c2 = f32x4.splat(correction2);
  const d = f32x4.splat(decay);
  for (const end = wholeEnd(values, n); values < end; values += 16) {
    adam4(values, gradient, firstMoment, secondMoment, rate4, b1, r1, b2, r2, e, c2, d, 4);
    gradient += 16;
    firstMoment += 16;
    secondMoment += 16;
  }
  if (n & 3) adam4(values, gradient, firstMoment, secondMoment, rate4, b1, r1, b2, r2, e, c2, d, n & 3);
}

@inline
function adam4(
  values: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  rate: v128,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  epsilon: v128,
  correction2: v128,
  decay: v128,
  count: usize,
): void {
  const g = v128.load(gradient);
  const first = flushAverage(madd(beta1, v128.load(firstMoment), f32x4.mul(rest1, g)));
  const second = averageOfSquares(secondMoment, g, beta2, rest2);
  const step = f32x4.div(f32x4.mul(rate, first), f32x4.add(f32x4.sqrt(f32x4.mul(correction2, second)), epsilon));
  const value = v128.load(values);
  put(firstMoment, first, count);
  put(secondMoment, second, count);
  put(values, f32x4.sub(value, madd(decay, value, step)), count);
}

/** average += rest (x - average) */
export function moveAverage(average: usize, x: usize, rest: f32, n: usize): void {
  const r = f32x4.splat(rest);
  for (const end = wholeEnd(average, n); average < end; average += 16, x += 16) moveAverage4(average, x, r, 4);
  if (n & 3) moveAverage4(average, x, r, n & 3);
}

@inline
function moveAverage4(average: usize, x: usize, rest: v128, count: usize): void {
  const a = v128.load(average);
  put(average, madd(rest, f32x4.sub(v128.load(x), a), a), count);
}
