import { exp4, log } from './functions';
import { keep, put, sumLanes, wholeEnd } from './vector';

/*
 * Row-wise softmax and its relatives. x - max comes first everywhere: it is exact where it matters, while
 * x - (max + log sum) would round away what is left when x is large.
 */

/** out (M, N) = log softmax of x */
export function logSoftmax(out: usize, x: usize, m: usize, n: usize): void {
  const rowBytes = n << 2;
  for (; m > 0; m--, out += rowBytes, x += rowBytes) {
    const max = rowMax(x, n);
    const logSum = f32x4.splat(<f32>log(<f64>sumOfExp(x, max, n)));
    const m4 = f32x4.splat(max);
    let from = x;
    let to = out;
    for (const end = wholeEnd(to, n); to < end; to += 16, from += 16) {
      v128.store(to, f32x4.sub(f32x4.sub(v128.load(from), m4), logSum));
    }
    if (n & 3) put(to, f32x4.sub(f32x4.sub(v128.load(from), m4), logSum), n & 3);
  }
}

/** out (M, N) = softmax of x */
export function softmax(out: usize, x: usize, m: usize, n: usize): void {
  const rowBytes = n << 2;
  for (; m > 0; m--, out += rowBytes, x += rowBytes) {
    const max = rowMax(x, n);
    scaledExp(out, x, max, 1 / sumOfExp(x, max, n), n);
  }
}

/** See kernels.ts. The loss is summed in float64. */
export function softmaxCrossEntropy(
  dLogits: usize,
  logits: usize,
  targets: usize,
  m: usize,
  k: usize,
  factor: f32,
): f64 {
  const rowBytes = k << 2;
  let loss: f64 = 0;
  for (; m > 0; m--, dLogits += rowBytes, logits += rowBytes, targets += 4) {
    const target = load<i32>(targets);
    if (target < 0) {
      memory.fill(dLogits, 0, rowBytes);
      continue;
    }
    const max = rowMax(logits, k);
    const sum = sumOfExp(logits, max, k);
    loss += log(<f64>sum) - (<f64>load<f32>(logits + (<usize>target << 2)) - <f64>max);
    scaledExp(dLogits, logits, max, factor / sum, k);
    const at = dLogits + (<usize>target << 2);
    store<f32>(at, load<f32>(at) - factor);
  }
  return loss;
}

/** NaN elements are passed over, as in the reference; they come out through the sum. */
function rowMax(x: usize, n: usize): f32 {
  const least = f32x4.splat(-f32.MAX_VALUE * 2);
  let max = least;
  for (const end = wholeEnd(x, n); x < end; x += 16) max = f32x4.pmax(max, v128.load(x));
  if (n & 3) max = f32x4.pmax(max, keep(v128.load(x), n & 3, least));
  max = f32x4.pmax(max, v128.shuffle<f64>(max, max, 1, 0));
  const first = f32x4.extract_lane(max, 0);
  const second = f32x4.extract_lane(max, 1);
  return second > first ? second : first;
}

/** The sum of e^(x - max). */
function sumOfExp(x: usize, max: f32, n: usize): f32 {
  const m4 = f32x4.splat(max);
  let sum = f32x4.splat(0);
  for (const end = wholeEnd(x, n); x < end; x += 16) sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(x), m4)));
  if (n & 3) sum = f32x4.add(sum, keep(exp4(f32x4.sub(v128.load(x), m4)), n & 3, f32x4.splat(0)));
  return sumLanes(sum);
}

/** out = factor e^(x - max) */
@inline
function scaledExp(out: usize, x: usize, max: f32, factor: f32, n: usize): void {
  const m4 = f32x4.splat(max);
  const f4 = f32x4.splat(factor);
  let from = x;
  let to = out;
  for (const end = wholeEnd(to, n); to < end; to += 16, from += 16) {
    v128.store(to, f32x4.mul(exp4(f32x4.sub(v128.load(from), m4)), f4));
  }
  if (n & 3) put(to, f32x4.mul(exp4(f32x4.sub(v128.load(from), m4)), f4), n & 3);
}
