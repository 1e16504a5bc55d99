/*
 * What every other file here is written in: four floats at a time. The rules of this folder:
 *
 * - `usize` arguments are addresses in bytes; counts are in elements.
 * - Arrays start at any multiple of 4 bytes. A last, partial vector is read whole (up to 12 bytes too far, which memory.ts
 *   keeps readable) and written in part. Nothing is ever written outside an array.
 * - Nothing here calls the host, allocates or keeps state but the two scratch addresses of matmul.ts, so that any number
 *   of threads can each have an instance over one memory.
 * - Every sum has one fixed order.
 */

/** a b + c. The relaxed variant is compiled with FUSED=1: rounded once, where the processor has such an instruction. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a b, rounded like `madd`. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Writes the first `count` lanes, 1 to 4. */
@inline
export function put(out: usize, value: v128, count: usize): void {
  if (count >= 4) {
    v128.store(out, value);
    return;
  }
  let rest = value;
  if (count & 2) {
    v128.store64_lane(out, rest, 0);
    rest = v128.shuffle<f64>(rest, rest, 1, 1);
    out += 8;
  }
  if (count & 1) v128.store32_lane(out, rest, 0);
}

/** The first `count` lanes, 1 to 4; the others become `filler`. */
@inline
export function keep(value: v128, count: usize, filler: v128): v128 {
  if (count >= 4) return value;
  const lanes = i32x4(0, 1, 2, 3);
  return v128.bitselect(value, filler, i32x4.lt_s(lanes, i32x4.splat(<i32>count)));
}

/** Where the whole vectors of n elements at `start` end. */
@inline
export function wholeEnd(start: usize, n: usize): usize {
  return start + ((n & ~3) << 2);
}

/** (0 + 2) + (1 + 3) */
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f64>(x, x, 1, 0));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

@inline
export function sumLanes64(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Lanes 0 and 1 as float64. */
@inline
export function low64(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** Lanes 2 and 3 as float64. */
@inline
export function high64(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
}
