import { high64, keep, low64, madd, put, sumLanes, sumLanes64, wholeEnd } from './vector';

/** See kernels.ts. Mean and variance are summed in float64, so that a large mean does not swallow the deviations. */
export function layerNormForward(
  out: usize,
  normalized: usize,
  inverseDeviation: usize,
  x: usize,
  gain: usize,
  shift: usize,
  m: usize,
  n: usize,
  epsilon: f64,
): void {
  const rowBytes = n << 2;
  const wholeBytes = (n & ~3) << 2;
  for (; m > 0; m--) {
    const mean = sum64(x, n) / <f64>n;
    const inverse = <f32>(1 / sqrt(squares64(x, mean, n) / <f64>n + epsilon));
    store<f32>(inverseDeviation, inverse);
    const scale = f64x2.splat(<f64>inverse);
    const center = f64x2.splat(mean);
    let at: usize = 0;
    for (; at < wholeBytes; at += 16) {
      normalize4(out + at, normalized + at, x + at, gain + at, shift + at, center, scale, 4);
    }
    if (n & 3) normalize4(out + at, normalized + at, x + at, gain + at, shift + at, center, scale, n & 3);
    out += rowBytes;
    normalized += rowBytes;
    x += rowBytes;
    inverseDeviation += 4;
  }
}

@inline
function normalize4(
  out: usize,
  normalized: usize,
  x: usize,
  gain: usize,
  shift: usize,
  mean: v128,
  scale: v128,
  count: usize,
): void {
  const value = v128.load(x);
  const low = f64x2.mul(f64x2.sub(low64(value), mean), scale);
  const high = f64x2.mul(f64x2.sub(high64(value), mean), scale);
  const y = v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  put(normalized, y, count);
  put(out, madd(y, v128.load(gain), v128.load(shift)), count);
}

function sum64(x: usize, n: usize): f64 {
  const zero = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = wholeEnd(x, n); x < end; x += 16) {
    low = f64x2.add(low, low64(v128.load(x)));
    high = f64x2.add(high, high64(v128.load(x)));
  }
  if (n & 3) {
    const rest = keep(v128.load(x), n & 3, zero);
    low = f64x2.add(low, low64(rest));
    high = f64x2.add(high, high64(rest));
  }
  return sumLanes64(f64x2.add(low, high));
}

/** The sum of (x - center)^2. */
export function squares64(x: usize, center: f64, n: usize): f64 {
  const c = f64x2.splat(center);
  const filler = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = wholeEnd(x, n); x < end; x += 16) {
    const value = v128.load(x);
    const a = f64x2.sub(low64(value), c);
    const b = f64x2.sub(high64(value), c);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  for (let rest = n & 3; rest > 0; rest--, x += 4) {
    const d = <f64>load<f32>(x) - center;
    low = f64x2.add(low, f64x2.replace_lane(filler, 0, d * d));
  }
  return sumLanes64(f64x2.add(low, high));
}

export function layerNormBackward(
  dX: usize,
  dGain: usize,
  dShift: usize,
  dY: usize,
  normalized: usize,
  inverseDeviation: usize,
  gain: usize,
  m: usize,
  n: usize,
): void {
  const rowBytes = n << 2;
  const wholeBytes = (n & ~3) << 2;
  const rest = n & 3;
  const zero = f32x4.splat(0);
  for (; m > 0; m--) {
    let sum = zero;
    let product = zero;
    let at: usize = 0;
    for (; at < wholeBytes; at += 16) {
      const y = v128.load(normalized + at);
      const dNormalized = f32x4.mul(v128.load(dY + at), v128.load(gain + at));
      sum = f32x4.add(sum, dNormalized);
      product = madd(dNormalized, y, product);
      addParameterGradients(dGain + at, dShift + at, v128.load(dY + at), y, 4);
    }
    if (rest) {
      const y = keep(v128.load(normalized + at), rest, zero);
      const dNormalized = keep(f32x4.mul(v128.load(dY + at), v128.load(gain + at)), rest, zero);
      sum = f32x4.add(sum, dNormalized);
      product = madd(dNormalized, y, product);
      addParameterGradients(dGain + at, dShift + at, v128.load(dY + at), y, rest);
    }
    const meanSum = f32x4.splat(sumLanes(sum) / <f32>n);
    const meanProduct = f32x4.splat(-sumLanes(product) / <f32>n);
    const inverse = f32x4.splat(load<f32>(inverseDeviation));
    for (at = 0; at < wholeBytes; at += 16) {
      inputGradient4(dX + at, dY + at, normalized + at, gain + at, meanSum, meanProduct, inverse, 4);
    }
    if (rest) inputGradient4(dX + at, dY + at, normalized + at, gain + at, meanSum, meanProduct, inverse, rest);
    dX += rowBytes;
    dY += rowBytes;
    normalized += rowBytes;
    inverseDeviation += 4;
  }
}

@inline
function addParameterGradients(dGain: usize, dShift: usize, dY: v128, y: v128, count: usize): void {
  put(dGain, madd(dY, y, v128.load(dGain)), count);
  put(dShift, f32x4.add(dY, v128.load(dShift)), count);
}

@inline
function inputGradient4(
  dX: usize,
  dY: usize,
  normalized: usize,
  gain: usize,
  meanSum: v128,
  meanProduct: v128,
  inverse: v128,
  count: usize,
): void {
  const dNormalized = f32x4.mul(v128.load(dY), v128.load(gain));
  const centered = madd(v128.load(normalized), meanProduct, f32x4.sub(dNormalized, meanSum));
  put(dX, f32x4.mul(inverse, centered), count);
}
