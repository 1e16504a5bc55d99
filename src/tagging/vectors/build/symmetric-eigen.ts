export interface Eigen {
  /** (D), the largest first. */
  readonly values: Float64Array;
  /** (D, D): row i is the unit vector that belongs to value i; its largest number is positive. */
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;
/** Of the squares off the diagonal, as a share of all; below it a rotation changes nothing that float64 can hold. */
const NEGLIGIBLE = 1e-30;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix (D, D) by Jacobi's rotations, row by row through all pairs until
 * nothing is left beside the diagonal (Golub and Van Loan, Matrix Computations, 8.5).
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const q = new Float64Array(size * size);
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  const total = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, size) > NEGLIGIBLE * total; sweep++) {
    for (let p = 0; p < size - 1; p++) for (let r = p + 1; r < size; r++) rotate(a, q, size, p, r);
  }
  return sorted(a, q, size);
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) sum += 2 * a[i * size + j] ** 2;
  return sum;
}

/** a <- J^T a J and q <- J^T q with the J that makes a[p][r] zero. Both halves of a are kept. */
function rotate(a: Float64Array, q: Float64Array, size: number, p: number, r: number): void {
  const off = a[p * size + r];
  if (off === 0) return;
  const tau = (a[r * size + r] - a[p * size + p]) / (2 * off);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  turnRows(a, size, { p, r, c, s });
  for (let i = 0; i < size; i++) {
    const [ip, ir] = [i * size + p, i * size + r];
    const [x, y] = [a[ip], a[ir]];
    a[ip] = c * x - s * y;
    a[ir] = s * x + c * y;
  }
  a[p * size + r] = 0;
  a[r * size + p] = 0;
  turnRows(q, size, { p, r, c, s });
}

interface Rotation {
  readonly p: number;
  readonly r: number;
  readonly c: number;
  readonly s: number;
}

function turnRows(m: Float64Array, size: number, { p, r, c, s }: Rotation): void {
  for (let i = 0; i < size; i++) {
    const x = m[p * size + i];
    const y = m[r * size + i];
    m[p * size + i] = c * x - s * y;
    m[r * size + i] = s * x + c * y;
  }
}

function sorted(a: Float64Array, q: Float64Array, size: number): Eigen {
  const value = (i: number): number => a[i * size + i];
  const order = Array.from({ length: size }, (_, i) => i).sort((x, y) => value(y) - value(x) || x - y);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    const row = q.subarray(from * size, (from + 1) * size);
    const largest = row.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    vectors.set(largest < 0 ? row.map((x) => -x) : row, to * size);
  });
  return { values: Float64Array.from(order, value), vectors };
}
