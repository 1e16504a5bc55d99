import { madd, put } from './vector';

/*
 * The inner loops of the matrix products: out (rows, 8) (+)= a (rows, k) b (k, 8), all of out held in registers.
 *
 * a is interleaved: the `rows` factors of step p are neighbours at a + p stepA. b has one row of 8 every stepB bytes. Each
 * element of out is one chain of multiply-adds over p = 0, 1, …, whatever the tile's height, so that a row's result does
 * not depend on how many rows were multiplied with it.
 *
 * 6 x 8 is what 16 registers hold: 12 sums, 2 vectors of b, 1 factor of a, and one the engine keeps. Each height is a
 * function of its own, not inlined, and the loop is not unrolled by hand: V8's scheduler lifts all loads of an unrolled
 * or nested body above its arithmetic, and a third of the speed is lost to spilled registers (measured in Node 20).
 */

@inline
function tile(
  rows: i32,
  out: usize,
  stepOut: usize,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  k: usize,
  accumulate: bool,
): void {
  const out1 = out + stepOut;
  const out2 = out1 + stepOut;
  const out3 = out2 + stepOut;
  const out4 = out3 + stepOut;
  const out5 = out4 + stepOut;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  if (accumulate) {
    c00 = v128.load(out);
    c01 = v128.load(out, 16);
    if (rows > 1) {
      c10 = v128.load(out1);
      c11 = v128.load(out1, 16);
    }
    if (rows > 2) {
      c20 = v128.load(out2);
      c21 = v128.load(out2, 16);
    }
    if (rows > 3) {
      c30 = v128.load(out3);
      c31 = v128.load(out3, 16);
    }
    if (rows > 4) {
      c40 = v128.load(out4);
      c41 = v128.load(out4, 16);
    }
    if (rows > 5) {
      c50 = v128.load(out5);
      c51 = v128.load(out5, 16);
    }
  }
  for (const end = a + k * stepA; a < end; a += stepA) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    if (rows > 1) {
      x = v128.load32_splat(a, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.load32_splat(a, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
    }
    if (rows > 3) {
      x = v128.load32_splat(a, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
    }
    if (rows > 4) {
      x = v128.load32_splat(a, 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
    }
    if (rows > 5) {
      x = v128.load32_splat(a, 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    b += stepB;
  }
  // The last row last: V8 then also finds the sums in this order, which is what keeps them in registers.
  v128.store(out, c00);
  v128.store(out, c01, 16);
  if (rows > 1) {
    v128.store(out1, c10);
    v128.store(out1, c11, 16);
  }
  if (rows > 2) {
    v128.store(out2, c20);
    v128.store(out2, c21, 16);
  }
  if (rows > 3) {
    v128.store(out3, c30);
    v128.store(out3, c31, 16);
  }
  if (rows > 4) {
    v128.store(out4, c40);
    v128.store(out4, c41, 16);
  }
  if (rows > 5) {
    v128.store(out5, c50);
    v128.store(out5, c51, 16);
  }
}

function tile1(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(1, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

function tile2(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(2, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

function tile3(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(3, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

function tile4(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(4, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

function tile5(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(5, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

function tile6(out: usize, stepOut: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  tile(6, out, stepOut, a, stepA, b, stepB, k, accumulate);
}

/** The same for three rows and 12 columns, where 8 would leave the multiply-adds waiting for each other. */
function tile3x12(
  out: usize,
  stepOut: usize,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  k: usize,
  accumulate: bool,
): void {
  const out1 = out + stepOut;
  const out2 = out1 + stepOut;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c02 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c12 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c22 = f32x4.splat(0);
  if (accumulate) {
    c00 = v128.load(out);
    c01 = v128.load(out, 16);
    c02 = v128.load(out, 32);
    c10 = v128.load(out1);
    c11 = v128.load(out1, 16);
    c12 = v128.load(out1, 32);
    c20 = v128.load(out2);
    c21 = v128.load(out2, 16);
    c22 = v128.load(out2, 32);
  }
  for (const end = a + k * stepA; a < end; a += stepA) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
    b += stepB;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c02, 32);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out1, c12, 32);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out2, c22, 32);
}

/** The same for one row and 32 columns. */
export function tile1x32(out: usize, a: usize, stepA: usize, b: usize, stepB: usize, k: usize, accumulate: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  if (accumulate) {
    c0 = v128.load(out);
    c1 = v128.load(out, 16);
    c2 = v128.load(out, 32);
    c3 = v128.load(out, 48);
    c4 = v128.load(out, 64);
    c5 = v128.load(out, 80);
    c6 = v128.load(out, 96);
    c7 = v128.load(out, 112);
  }
  for (const end = a + k * stepA; a < end; a += stepA) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, 16), c1);
    c2 = madd(x, v128.load(b, 32), c2);
    c3 = madd(x, v128.load(b, 48), c3);
    c4 = madd(x, v128.load(b, 64), c4);
    c5 = madd(x, v128.load(b, 80), c5);
    c6 = madd(x, v128.load(b, 96), c6);
    c7 = madd(x, v128.load(b, 112), c7);
    b += stepB;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

/**
 * out (rows, n) (+)= a (rows, k) b (k, n), rows 1 to 6, where columns 8 q .. 8 q + 8 of b begin at b + q panelStep.
 * `edge` is room for one tile, used when n is not a multiple of 8.
 */
export function strip(
  rows: usize,
  out: usize,
  stepOut: usize,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  panelStep: usize,
  n: usize,
  k: usize,
  accumulate: bool,
  edge: usize,
): void {
  if (panelStep == 32) {
    if (rows == 1) for (; n >= 32; n -= 32, out += 128, b += 128) tile1x32(out, a, stepA, b, stepB, k, accumulate);
    if (rows == 3) for (; n >= 12; n -= 12, out += 48, b += 48) tile3x12(out, stepOut, a, stepA, b, stepB, k, accumulate);
  }
  const end = out + ((n & ~7) << 2);
  switch (<i32>rows) {
    case 6:
      for (; out < end; out += 32, b += panelStep) tile6(out, stepOut, a, stepA, b, stepB, k, accumulate);
      break;
    case 5:
      for (; out < end; out += 32, b += panelStep) tile5(out, stepOut, a, stepA, b, stepB, k, accumulate);
      break;
    case 4:
      for (; out < end; out += 32, b += panelStep) tile4(out, stepOut, a, stepA, b, stepB, k, accumulate);
      break;
    case 3:
      for (; out < end; out += 32, b += panelStep) tile3(out, stepOut, a, stepA, b, stepB, k, accumulate);
      break;
    case 2:
      for (; out < end; out += 32, b += panelStep) tile2(out, stepOut, a, stepA, b, stepB, k, accumulate);
      break;
    default:
      for (; out < end; out += 32, b += panelStep) tile1(out, stepOut, a, stepA, b, stepB, k, accumulate);
  }
  const width = n & 7;
  if (width == 0) return;
  if (accumulate) copyTile(edge, 32, out, stepOut, rows, 8);
  switch (<i32>rows) {
    case 6:
      tile6(edge, 32, a, stepA, b, stepB, k, accumulate);
      break;
    case 5:
      tile5(edge, 32, a, stepA, b, stepB, k, accumulate);
      break;
    case 4:
      tile4(edge, 32, a, stepA, b, stepB, k, accumulate);
      break;
    case 3:
      tile3(edge, 32, a, stepA, b, stepB, k, accumulate);
      break;
    case 2:
      tile2(edge, 32, a, stepA, b, stepB, k, accumulate);
      break;
    default:
      tile1(edge, 32, a, stepA, b, stepB, k, accumulate);
  }
  copyTile(out, stepOut, edge, 32, rows, width);
}

/** Copies (rows, width), width 1 to 8. */
function copyTile(to: usize, stepTo: usize, from: usize, stepFrom: usize, rows: usize, width: usize): void {
  for (; rows > 0; rows--, to += stepTo, from += stepFrom) {
    put(to, v128.load(from), width);
    if (width > 4) put(to + 16, v128.load(from, 16), width - 4);
  }
}
