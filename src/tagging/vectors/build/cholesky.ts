import { AppError } from '#base/errors.js';

/**
 * The x with A x = b, by A = L L^T.
 *
 * A (D, D) symmetric, positive definite; b (D); neither is altered.
 *
 * @throws {AppError} `numerical_failure` if A is not positive definite.
 */
export function solveCholesky(matrix: Float64Array, rightSide: Float64Array): Float64Array {
  const size = rightSide.length;
  const lower = factor(matrix, size);
  const x = rightSide.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) x[i] -= lower[i * size + j] * x[j];
    x[i] /= lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) x[i] -= lower[j * size + i] * x[j];
    x[i] /= lower[i * size + i];
  }
  return x;
}

/** L (D, D), of which only the lower half is meant. */
function factor(matrix: Float64Array, size: number): Float64Array {
  const lower = matrix.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j];
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k];
      if (i > j) lower[i * size + j] = sum / lower[j * size + j];
      else if (sum > 0) lower[i * size + i] = Math.sqrt(sum);
      else throw new AppError('numerical_failure', `matrix: expected a positive definite one, found pivot ${sum}`);
    }
  }
  return lower;
}
