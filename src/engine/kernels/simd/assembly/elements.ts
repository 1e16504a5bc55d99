import { tanh4, tanhSlope } from './functions';
import { madd, put, wholeEnd } from './vector';

/*
 * Element by element, n elements each; `out` may be an input. Every operation has its body in a function of the number of
 * lanes to write, used for the whole vectors and once more for the rest.
 */

export function fill(out: usize, value: f32, n: usize): void {
  const vector = f32x4.splat(value);
  for (const end = wholeEnd(out, n); out < end; out += 16) v128.store(out, vector);
  if (n & 3) put(out, vector, n & 3);
}

export function copy(out: usize, x: usize, n: usize): void {
  memory.copy(out, x, n << 2);
}

/** out += factor x */
export function addScaled(out: usize, x: usize, factor: f32, n: usize): void {
  const f = f32x4.splat(factor);
  for (const end = wholeEnd(out, n); out < end; out += 16, x += 16) addScaled4(out, x, f, 4);
  if (n & 3) addScaled4(out, x, f, n & 3);
}

@inline
function addScaled4(out: usize, x: usize, factor: v128, count: usize): void {
  put(out, madd(v128.load(x), factor, v128.load(out)), count);
}

/** out *= factor */
export function scale(out: usize, factor: f32, n: usize): void {
  const f = f32x4.splat(factor);
  for (const end = wholeEnd(out, n); out < end; out += 16) v128.store(out, f32x4.mul(v128.load(out), f));
  if (n & 3) put(out, f32x4.mul(v128.load(out), f), n & 3);
}

/** out = x y */
export function multiply(out: usize, x: usize, y: usize, n: usize): void {
  for (const end = wholeEnd(out, n); out < end; out += 16, x += 16, y += 16) {
    v128.store(out, f32x4.mul(v128.load(x), v128.load(y)));
  }
  if (n & 3) put(out, f32x4.mul(v128.load(x), v128.load(y)), n & 3);
}

export function tanh(out: usize, x: usize, n: usize): void {
  for (const end = wholeEnd(out, n); out < end; out += 16, x += 16) v128.store(out, tanh4(v128.load(x)));
  if (n & 3) put(out, tanh4(v128.load(x)), n & 3);
}

/** dX = dY (1 - y^2) */
export function tanhBackward(dX: usize, dY: usize, y: usize, n: usize): void {
  for (const end = wholeEnd(dX, n); dX < end; dX += 16, dY += 16, y += 16) tanhBackward4(dX, dY, y, 4);
  if (n & 3) tanhBackward4(dX, dY, y, n & 3);
}

@inline
function tanhBackward4(dX: usize, dY: usize, y: usize, count: usize): void {
  put(dX, f32x4.mul(v128.load(dY), tanhSlope(v128.load(y))), count);
}

/** out = max(x, 0) */
export function relu(out: usize, x: usize, n: usize): void {
  for (const end = wholeEnd(out, n); out < end; out += 16, x += 16) v128.store(out, relu4(v128.load(x)));
  if (n & 3) put(out, relu4(v128.load(x)), n & 3);
}

/** f32x4.pmax keeps a NaN in this order but would keep -0 too, which adding 0 turns into 0. */
@inline
function relu4(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.pmax(x, zero), zero);
}

/** dX = dY where y > 0, else 0 */
export function reluBackward(dX: usize, dY: usize, y: usize, n: usize): void {
  for (const end = wholeEnd(dX, n); dX < end; dX += 16, dY += 16, y += 16) reluBackward4(dX, dY, y, 4);
  if (n & 3) reluBackward4(dX, dY, y, n & 3);
}

@inline
function reluBackward4(dX: usize, dY: usize, y: usize, count: usize): void {
  put(dX, v128.and(v128.load(dY), f32x4.gt(v128.load(y), f32x4.splat(0))), count);
}

/** mask[i] = `kept` where lowbias32(i 0x9e3779b1 + seed) >= threshold as unsigned integers, else 0 */
export function dropoutMask(mask: usize, threshold: u32, kept: f32, seed: i32, n: usize): void {
  const least = i32x4.splat(<i32>threshold);
  const factor = f32x4.splat(kept);
  const step = <i32>0x9e3779b1;
  const four = i32x4.splat(4 * step);
  let x = i32x4.add(i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step)), i32x4.splat(seed));
  for (const end = wholeEnd(mask, n); mask < end; mask += 16) {
    v128.store(mask, v128.and(factor, i32x4.ge_u(lowbias32(x), least)));
    x = i32x4.add(x, four);
  }
  if (n & 3) put(mask, v128.and(factor, i32x4.ge_u(lowbias32(x), least)), n & 3);
}

/** As in random.ts. */
@inline
function lowbias32(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
