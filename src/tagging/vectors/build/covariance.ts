export interface Moments {
  /** (D) */
  readonly mean: Float64Array;
  /** (D, D), symmetric; divided by the number of rows. */
  readonly covariance: Float64Array;
}

/** Of rows (V, D), V at least 1. */
export function momentsOf(rows: Float32Array, dimension: number): Moments {
  const count = rows.length / dimension;
  const mean = new Float64Array(dimension);
  for (let at = 0; at < rows.length; at++) mean[at % dimension] += rows[at] / count;

  const covariance = new Float64Array(dimension * dimension);
  const centred = new Float64Array(dimension);
  for (let start = 0; start < rows.length; start += dimension) {
    for (let d = 0; d < dimension; d++) centred[d] = rows[start + d] - mean[d];
    for (let i = 0; i < dimension; i++) {
      const value = centred[i];
      const row = i * dimension;
      for (let j = 0; j <= i; j++) covariance[row + j] += value * centred[j];
    }
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[i * dimension + j] /= count;
      covariance[j * dimension + i] = covariance[i * dimension + j];
    }
  }
  return { mean, covariance };
}
