import { madd, nmadd } from './vector';

/*
 * exp, sigmoid, tanh and log from + - * / and bit operations alone, so that a result does not depend on the machine's
 * mathematical library. The bounds in the comments are measured by test/engine/kernels/accuracy.test.ts over a dense grid of
 * all magnitudes; one ulp is 2^-23 of the power of two below the value.
 */

/*
 * Constants come from memory, each as a whole vector, at an address below everything that is ever reserved: V8 builds a
 * constant in a loop anew with three instructions every time it is used, which took half of the time of a tanh.
 */
const CONSTANTS: usize = 64;
const HIGHEST: usize = 0;
const LOWEST: usize = 16;
const ONE: usize = 32;
const MINUS_TWO: usize = 48;
const ABSOLUTE: usize = 64;
const MAGIC: usize = 80;
const INVERSE_LN2: usize = 96;
const MINUS_LN2_HIGH: usize = 112;
const MINUS_LN2_LOW: usize = 128;
const Q4: usize = 144;
const Q3: usize = 160;
const Q2: usize = 176;
const Q1: usize = 192;
const Q0: usize = 208;

/** Before anything else here. Writes the same values however many threads do it. */
export function writeConstants(): void {
  v128.store(CONSTANTS, f32x4.splat(88.6), HIGHEST);
  v128.store(CONSTANTS, f32x4.splat(-88), LOWEST);
  v128.store(CONSTANTS, f32x4.splat(1), ONE);
  v128.store(CONSTANTS, f32x4.splat(-2), MINUS_TWO);
  v128.store(CONSTANTS, i32x4.splat(0x7fffffff), ABSOLUTE);
  // 1.5 2^23: added to a small number, it leaves that number's nearest integer in the lowest bits.
  v128.store(CONSTANTS, f32x4.splat(12582912), MAGIC);
  v128.store(CONSTANTS, f32x4.splat(1.4426950408889634), INVERSE_LN2);
  // The first part of ln 2 has so few bits that small integers times it are exact.
  v128.store(CONSTANTS, f32x4.splat(-0.693359375), MINUS_LN2_HIGH);
  v128.store(CONSTANTS, f32x4.splat(2.1219444e-4), MINUS_LN2_LOW);
  // Minimax for the relative error of e^r, 3e-9.
  v128.store(CONSTANTS, f32x4.splat(0.001381459878757596), Q4);
  v128.store(CONSTANTS, f32x4.splat(0.008368716575205326), Q3);
  v128.store(CONSTANTS, f32x4.splat(0.04166838899254799), Q2);
  v128.store(CONSTANTS, f32x4.splat(0.1666652113199234), Q1);
  v128.store(CONSTANTS, f32x4.splat(0.4999999403953552), Q0);
}

/**
 * e^x within 1.1 ulp; 0 below -87.69 and Infinity above 88.37.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^n e^r.
 */
@inline
export function exp4(x: v128): v128 {
  // In this order pmin and pmax pass NaN on.
  const bounded = f32x4.pmax(f32x4.pmin(x, v128.load(CONSTANTS, HIGHEST)), v128.load(CONSTANTS, LOWEST));
  const shifted = shiftedExponent(bounded);
  const e = f32x4.add(expMinusOne(remainder(bounded, shifted)), v128.load(CONSTANTS, ONE));
  return f32x4.mul(e, powerOfTwo(shifted));
}

/** 1 / (1 + e^-x) within 2.5 ulp; 0 below -88.37, where it would be a denormal number. */
@inline
export function sigmoid4(x: v128): v128 {
  const one = v128.load(CONSTANTS, ONE);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.sub(f32x4.splat(0), x))));
}

/**
 * tanh x within 2.5 ulp, exactly 1 from 9.02 on, odd to the bit.
 *
 * tanh |x| = -d / (2 + d) with d = e^(-2 |x|) - 1 = 2^n (e^r - 1) + (2^n - 1), which loses nothing when x is small.
 */
@inline
export function tanh4(x: v128): v128 {
  const absolute = v128.load(CONSTANTS, ABSOLUTE);
  const minusTwo = v128.load(CONSTANTS, MINUS_TWO);
  const bounded = f32x4.pmax(f32x4.mul(v128.and(x, absolute), minusTwo), v128.load(CONSTANTS, LOWEST));
  const shifted = shiftedExponent(bounded);
  const power = powerOfTwo(shifted);
  const d = madd(power, expMinusOne(remainder(bounded, shifted)), f32x4.sub(power, v128.load(CONSTANTS, ONE)));
  const y = f32x4.div(d, f32x4.sub(minusTwo, d));
  return v128.bitselect(y, x, absolute);
}

/** 1 - y^2, the slope of y = tanh x. */
@inline
export function tanhSlope(y: v128): v128 {
  return nmadd(y, y, v128.load(CONSTANTS, ONE));
}

/** y (1 - y), the slope of y = sigmoid x. */
@inline
export function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, oneMinus(y));
}

@inline
export function oneMinus(x: v128): v128 {
  return f32x4.sub(v128.load(CONSTANTS, ONE), x);
}

@inline
function shiftedExponent(x: v128): v128 {
  return madd(x, v128.load(CONSTANTS, INVERSE_LN2), v128.load(CONSTANTS, MAGIC));
}

/** x - n ln 2 */
@inline
function remainder(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, v128.load(CONSTANTS, MAGIC));
  const high = madd(n, v128.load(CONSTANTS, MINUS_LN2_HIGH), x);
  return madd(n, v128.load(CONSTANTS, MINUS_LN2_LOW), high);
}

/** 2^n, by adding n to the exponent of 1; 0 for n = -127, Infinity for n = 128. */
@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), v128.load(CONSTANTS, ONE));
}

/** e^r - 1 = r + r^2 q(r) for |r| <= ln 2 / 2, with q in two halves that need not wait for each other. */
@inline
function expMinusOne(r: v128): v128 {
  const square = f32x4.mul(r, r);
  const low = madd(r, v128.load(CONSTANTS, Q1), v128.load(CONSTANTS, Q0));
  const high = madd(r, v128.load(CONSTANTS, Q3), v128.load(CONSTANTS, Q2));
  const q = madd(madd(square, v128.load(CONSTANTS, Q4), high), square, low);
  return madd(square, q, r);
}

/**
 * ln x in float64 for a normal x > 0, within 2 ulp of float64; NaN for NaN, Infinity for Infinity.
 *
 * x = 2^n m with m in [sqrt(1/2), sqrt 2); ln m = 2 atanh s = 2 (s + s^3 / 3 + …), s = (m - 1) / (m + 1), |s| < 0.172.
 */
export function log(x: f64): f64 {
  if (!(x < f64.MAX_VALUE)) return x;
  const bits = reinterpret<i64>(x);
  const n = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const m = reinterpret<f64>(bits - (n << 52));
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum = 1.0 / 23;
  sum = sum * t + 1.0 / 21;
  sum = sum * t + 1.0 / 19;
  sum = sum * t + 1.0 / 17;
  sum = sum * t + 1.0 / 15;
  sum = sum * t + 1.0 / 13;
  sum = sum * t + 1.0 / 11;
  sum = sum * t + 1.0 / 9;
  sum = sum * t + 1.0 / 7;
  sum = sum * t + 1.0 / 5;
  sum = sum * t + 1.0 / 3;
  return <f64>n * 0.6931471805599453 + (2 * s + 2 * s * t * sum);
}
