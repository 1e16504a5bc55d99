import { writeConstants } from './functions';
import { strip } from './tiles';

/*
 * Matrix products as in Goto & van de Geijn 2008 (Anatomy of high-performance matrix multiplication), without the outer
 * levels that matrices of this program's size do not need: k is cut so that what a tile reads stays in the first cache,
 * up to 6 rows of a are interleaved, and b is read where it lies unless it has to be transposed. Cutting k does not change
 * a bit of the result: a sum goes on from the float32 that it was left at.
 */

/** At most this much of k at once. */
const DEPTH: usize = 160;
/** At most this many rows of a transposed b at once. */
const PANEL_COLUMNS: usize = 512;

const INTERLEAVED_BYTES: usize = DEPTH * 32;
const EDGE_BYTES: usize = 6 * 32;
const PANELS_BYTES: usize = PANEL_COLUMNS * DEPTH * 4;

let interleaved: usize = 0;
let edge: usize = 0;
let panels: usize = 0;

export function scratchBytes(): usize {
  return INTERLEAVED_BYTES + EDGE_BYTES + PANELS_BYTES;
}

/** Gives this instance a room of its own of `scratchBytes()`; to be called before anything else. */
export function useScratch(pointer: usize): void {
  writeConstants();
  interleaved = pointer;
  edge = pointer + INTERLEAVED_BYTES;
  panels = edge + EDGE_BYTES;
}

/** out (M, N) (+)= a (M, K) b (K, N) */
export function matmul(out: usize, a: usize, b: usize, m: usize, n: usize, k: usize, accumulate: bool): void {
  if (k == 0 && !accumulate) memory.fill(out, 0, (m * n) << 2);
  const depth = depthFor(k);
  for (let p: usize = 0; p < k; p += depth) {
    const part = min(depth, k - p);
    rowBlocks(out, n << 2, a + (p << 2), k << 2, 4, b + ((p * n) << 2), n << 2, 32, m, n, part, accumulate || p > 0);
  }
}

/** out (M, N) (+)= a^T b, a (K, M), b (K, N) */
export function matmulTransposedA(out: usize, a: usize, b: usize, m: usize, n: usize, k: usize, accumulate: bool): void {
  if (k == 0 && !accumulate) memory.fill(out, 0, (m * n) << 2);
  const depth = depthFor(k);
  for (let p: usize = 0; p < k; p += depth) {
    const part = min(depth, k - p);
    const aPart = a + ((p * m) << 2);
    const bPart = b + ((p * n) << 2);
    rowBlocks(out, n << 2, aPart, 4, m << 2, bPart, n << 2, 32, m, n, part, accumulate || p > 0);
  }
}

/** out (M, N) (+)= a (M, K) b^T, b (N, K) */
export function matmulTransposedB(out: usize, a: usize, b: usize, m: usize, n: usize, k: usize, accumulate: bool): void {
  if (k == 0 && !accumulate) memory.fill(out, 0, (m * n) << 2);
  if (m == 0) return;
  const depth = depthFor(k);
  for (let j: usize = 0; j < n; j += PANEL_COLUMNS) {
    const columns = min(PANEL_COLUMNS, n - j);
    for (let p: usize = 0; p < k; p += depth) {
      const part = min(depth, k - p);
      transposePanels(panels, b + ((j * k + p) << 2), k << 2, columns, part);
      const outPart = out + (j << 2);
      const aPart = a + (p << 2);
      rowBlocks(outPart, n << 2, aPart, k << 2, 4, panels, 32, part << 5, m, columns, part, accumulate || p > 0);
    }
  }
}

/** k in equal parts of at most DEPTH, multiples of 4. */
function depthFor(k: usize): usize {
  const parts = (k + DEPTH - 1) / DEPTH;
  return parts == 0 ? DEPTH : ((k + parts - 1) / parts + 3) & ~3;
}

/**
 * out (m, n) (+)= a b for a k that fits. Element (i, p) of a is at a + i rowStepA + p stepA, one of the steps being 4
 * bytes; b as in `strip`. Rows go in blocks of 5 and 6 as far as they go,
 * 32 = 6 + 6 + 5 + 5 + 5 + 5; 5 + 3 are faster than 4 + 4.
 */
function rowBlocks(
  out: usize,
  stepOut: usize,
  a: usize,
  rowStepA: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  panelStep: usize,
  m: usize,
  n: usize,
  k: usize,
  accumulate: bool,
): void {
  for (let blocks = (m + 5) / 6; blocks > 0; blocks--) {
    let rows = (m + blocks - 1) / blocks;
    if (rows == 4 && m > 4) rows = 5;
    if (rows == 1) {
      strip(1, out, stepOut, a, stepA, b, stepB, panelStep, n, k, accumulate, edge);
    } else {
      if (stepA == 4) interleaveRows(interleaved, a, rowStepA, rows, k);
      else copyColumns(interleaved, a, stepA, k);
      strip(rows, out, stepOut, interleaved, 32, b, stepB, panelStep, n, k, accumulate, edge);
    }
    out += rows * stepOut;
    a += rows * rowStepA;
    m -= rows;
  }
}

/** to (k, 8) = 2 to 6 rows of k elements, transposed; the columns beyond `rows` are not defined. */
function interleaveRows(to: usize, from: usize, stepFrom: usize, rows: usize, k: usize): void {
  const last = from + (rows - 1) * stepFrom;
  let row0 = from;
  let row1 = from + stepFrom;
  let row2 = min(row1 + stepFrom, last);
  let row3 = min(row2 + stepFrom, last);
  let row4 = min(row3 + stepFrom, last);
  let row5 = last;
  for (const end = to + (k << 5); to < end; to += 128) {
    const x0 = v128.load(row0);
    const x1 = v128.load(row1);
    const x2 = v128.load(row2);
    const x3 = v128.load(row3);
    storeTransposed(to, x0, x1, x2, x3);
    const x4 = v128.load(row4);
    const x5 = v128.load(row5);
    const low = v128.shuffle<f32>(x4, x5, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(x4, x5, 2, 6, 3, 7);
    v128.store64_lane(to, low, 0, 16);
    v128.store64_lane(to, low, 1, 48);
    v128.store64_lane(to, high, 0, 80);
    v128.store64_lane(to, high, 1, 112);
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    row4 += 16;
    row5 += 16;
  }
}

/** to (k, 8) = the first 8 elements of k rows. */
function copyColumns(to: usize, from: usize, stepFrom: usize, k: usize): void {
  for (const end = to + (k << 5); to < end; to += 32, from += stepFrom) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
  }
}

/** to: for every 8 rows of b (n, k) a panel (k, 8), their transposed; the last panel repeats row n - 1. */
function transposePanels(to: usize, b: usize, stepB: usize, n: usize, k: usize): void {
  const last = b + (n - 1) * stepB;
  const panelBytes = k << 5;
  for (let count = (n + 7) >> 3; count > 0; count--, b += stepB << 3, to += panelBytes) {
    let row0 = b;
    let row1 = min(row0 + stepB, last);
    let row2 = min(row1 + stepB, last);
    let row3 = min(row2 + stepB, last);
    let row4 = min(row3 + stepB, last);
    let row5 = min(row4 + stepB, last);
    let row6 = min(row5 + stepB, last);
    let row7 = min(row6 + stepB, last);
    // Whole groups of 4 first: a panel has no room for more than k rows.
    let at = to;
    for (const end = to + ((k & ~3) << 5); at < end; at += 128) {
      storeTransposed(at, v128.load(row0), v128.load(row1), v128.load(row2), v128.load(row3));
      storeTransposed(at + 16, v128.load(row4), v128.load(row5), v128.load(row6), v128.load(row7));
      row0 += 16;
      row1 += 16;
      row2 += 16;
      row3 += 16;
      row4 += 16;
      row5 += 16;
      row6 += 16;
      row7 += 16;
    }
    for (const end = to + panelBytes; at < end; at += 32) {
      v128.store(at, f32x4(load<f32>(row0), load<f32>(row1), load<f32>(row2), load<f32>(row3)));
      v128.store(at, f32x4(load<f32>(row4), load<f32>(row5), load<f32>(row6), load<f32>(row7)), 16);
      row0 += 4;
      row1 += 4;
      row2 += 4;
      row3 += 4;
      row4 += 4;
      row5 += 4;
      row6 += 4;
      row7 += 4;
    }
  }
}

/** Writes the columns of the 4 x 4 block x0 … x3, 32 bytes apart. */
@inline
function storeTransposed(to: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<f64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<f64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<f64>(high01, high23, 1, 3), 96);
}
