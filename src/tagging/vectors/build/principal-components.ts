import { momentsOf } from './covariance.js';
import { symmetricEigen } from './symmetric-eigen.js';

export interface Reduced {
  /** (V, K): y = P (x - mean), whose dimensions are uncorrelated and the one of the largest variance first. */
  readonly values: Float32Array;
  /** (K, D): the rows are orthogonal unit vectors. */
  readonly components: Float64Array;
  /** (D) */
  readonly mean: Float64Array;
  /** How much of the variance is left, 0 to 1. */
  readonly kept: number;
}

/**
 * Rows (V, D) in K dimensions, at most D, with the least squared error that a projection can have: principal components.
 * The scale stays as it is.
 */
export function principalComponents(
  rows: Float32Array,
  { dimension, count }: { readonly dimension: number; readonly count: number },
): Reduced {
  const { mean, covariance } = momentsOf(rows, dimension);
  const eigen = symmetricEigen(covariance, dimension);
  const components = eigen.vectors.slice(0, count * dimension);
  const axes = Array.from({ length: count }, (_, k) => components.subarray(k * dimension, (k + 1) * dimension));
  const origin = axes.map((axis) => dot(axis, mean));
  const values = new Float32Array((rows.length / dimension) * count);
  for (let from = 0, to = 0; from < rows.length; from += dimension, to += count) {
    const row = rows.subarray(from, from + dimension);
    axes.forEach((axis, k) => {
      values[to + k] = dot(axis, row) - origin[k];
    });
  }
  const all = sum(eigen.values);
  return { values, components, mean, kept: all === 0 ? 1 : sum(eigen.values.subarray(0, count)) / all };
}

function dot(a: Float64Array, b: Float32Array | Float64Array): number {
  let result = 0;
  for (let d = 0; d < a.length; d++) result += a[d] * b[d];
  return result;
}

/** Rounding makes some values that are zero negative. */
function sum(variances: Float64Array): number {
  return variances.reduce((total, value) => total + Math.max(0, value), 0);
}
