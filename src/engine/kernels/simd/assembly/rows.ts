import { put, wholeEnd } from './vector';

/** out (N, M) = x (M, N)^T */
export function transpose(out: usize, x: usize, m: usize, n: usize): void {
  const stepIn = n << 2;
  const stepOut = m << 2;
  const wholeRows = m & ~3;
  const wholeColumns = n & ~3;
  for (let i: usize = 0; i < wholeRows; i += 4) {
    let from = x + i * stepIn;
    let to = out + (i << 2);
    for (const end = from + (wholeColumns << 2); from < end; from += 16, to += stepOut << 2) {
      const x0 = v128.load(from);
      const x1 = v128.load(from + stepIn);
      const x2 = v128.load(from + (stepIn << 1));
      const x3 = v128.load(from + stepIn * 3);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to + stepOut, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(to + (stepOut << 1), v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(to + stepOut * 3, v128.shuffle<f64>(high01, high23, 1, 3));
    }
  }
  transposeRest(out, x, m, n, 0, wholeRows, wholeColumns);
  transposeRest(out, x, m, n, wholeRows, m, 0);
}

function transposeRest(out: usize, x: usize, m: usize, n: usize, row: usize, rowEnd: usize, column: usize): void {
  for (let i = row; i < rowEnd; i++) {
    for (let j = column; j < n; j++) {
      store<f32>(out + ((j * m + i) << 2), load<f32>(x + ((i * n + j) << 2)));
    }
  }
}

/** Every row of out (M, N) = row (N). */
export function fillRows(out: usize, row: usize, m: usize, n: usize): void {
  for (; m > 0; m--, out += n << 2) copyRow(out, row, n);
}

@inline
function copyRow(out: usize, x: usize, n: usize): void {
  let to = out;
  for (const end = wholeEnd(to, n); to < end; to += 16, x += 16) v128.store(to, v128.load(x));
  if (n & 3) put(to, v128.load(x), n & 3);
}

/** out (N) += the column sums of x (M, N), from the first row to the last; four rows a pass. */
export function addColumnSums(out: usize, x: usize, m: usize, n: usize): void {
  const step = n << 2;
  for (; m >= 4; m -= 4, x += step << 2) {
    let to = out;
    let from = x;
    for (const end = wholeEnd(to, n); to < end; to += 16, from += 16) addFourRows(to, from, step, 4);
    if (n & 3) addFourRows(to, from, step, n & 3);
  }
  for (; m > 0; m--, x += step) addRow(out, x, n);
}

@inline
function addFourRows(to: usize, from: usize, step: usize, count: usize): void {
  let sum = f32x4.add(v128.load(to), v128.load(from));
  sum = f32x4.add(sum, v128.load(from + step));
  sum = f32x4.add(sum, v128.load(from + (step << 1)));
  put(to, f32x4.add(sum, v128.load(from + step * 3)), count);
}

@inline
function addRow(out: usize, x: usize, n: usize): void {
  let to = out;
  for (const end = wholeEnd(to, n); to < end; to += 16, x += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(x)));
  }
  if (n & 3) put(to, f32x4.add(v128.load(to), v128.load(x)), n & 3);
}

/** Row i of `width` at out + i step = row ids[i] of table (…, width), or zeros if ids[i] < 0. */
export function gatherRows(out: usize, table: usize, ids: usize, m: usize, width: usize, step: usize): void {
  for (; m > 0; m--, out += step, ids += 4) {
    const id = load<i32>(ids);
    if (id < 0) clearRow(out, width);
    else copyRow(out, table + ((<usize>id * width) << 2), width);
  }
}

/** Row i of `width` at out + i step += row ids[i] of table (…, width), or nothing if ids[i] < 0. */
export function gatherAddRows(out: usize, table: usize, ids: usize, m: usize, width: usize, step: usize): void {
  for (; m > 0; m--, out += step, ids += 4) {
    const id = load<i32>(ids);
    if (id >= 0) addRow(out, table + ((<usize>id * width) << 2), width);
  }
}

@inline
function clearRow(out: usize, n: usize): void {
  let to = out;
  for (const end = wholeEnd(to, n); to < end; to += 16) v128.store(to, f32x4.splat(0));
  if (n & 3) put(to, f32x4.splat(0), n & 3);
}

/** Row ids[i] of table (…, width) += row i of `width` at dOut + i step, in the order of i. */
export function scatterAddRows(table: usize, dOut: usize, ids: usize, m: usize, width: usize, step: usize): void {
  for (; m > 0; m--, dOut += step, ids += 4) {
    const id = load<i32>(ids);
    if (id >= 0) addRow(table + ((<usize>id * width) << 2), dOut, width);
  }
}

/** Row i of rows (M, width) += row ids[i] of table (…, width), which becomes 0. */
export function takeRows(rows: usize, table: usize, ids: usize, m: usize, width: usize): void {
  for (const rowBytes = width << 2; m > 0; m--, rows += rowBytes, ids += 4) {
    const from = table + <usize>load<i32>(ids) * rowBytes;
    addRow(rows, from, width);
    memory.fill(from, 0, rowBytes);
  }
}

/** Row ids[i] of table (…, width) = row i of rows (M, width). */
export function putRows(table: usize, rows: usize, ids: usize, m: usize, width: usize): void {
  for (const rowBytes = width << 2; m > 0; m--, rows += rowBytes, ids += 4) {
    copyRow(table + <usize>load<i32>(ids) * rowBytes, rows, width);
  }
}
