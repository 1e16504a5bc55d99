import { allocateMatrix, type Matrix, type PassContext } from '#engine/core/layer.js';
import type { Parameter } from '#engine/core/parameter.js';

export const SCORING_NAMES = ['dot', 'additive'] as const;
export type ScoringName = (typeof SCORING_NAMES)[number];

/** How well every query (T, C) of a sentence fits every key (T, C). */
export interface AttentionScores {
  /** (T, T), a row a query. Where the future is hidden it holds anything. */
  readonly output: Matrix;
  /** dOutput (T, T) must be 0 where the future is hidden. */
  backward(dOutput: Matrix): { readonly dQueries: Matrix; readonly dKeys: Matrix };
}

/** Scaled dot product (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2.1): q k^T / sqrt(C). */
export function dotScores({ kernels }: PassContext, queries: Matrix, keys: Matrix): AttentionScores {
  const { rows: length, columns } = queries;
  const scale = 1 / Math.sqrt(columns);
  const output = allocateMatrix(kernels, length, length);
  kernels.matmulTransposedB(output.values, queries.values, keys.values, length, length, columns, false);
  kernels.scale(output.values, scale, length * length);
  return {
    output,
    backward(dOutput) {
      kernels.scale(dOutput.values, scale, length * length);
      const dQueries = allocateMatrix(kernels, length, columns);
      kernels.matmul(dQueries.values, dOutput.values, keys.values, length, columns, length, false);
      const dKeys = allocateMatrix(kernels, length, columns);
      kernels.matmulTransposedA(dKeys.values, dOutput.values, queries.values, length, columns, length, false);
      return { dQueries, dKeys };
    },
  };
}

export interface AdditiveInput {
  readonly queries: Matrix;
  readonly keys: Matrix;
  /** w (1, C) */
  readonly weight: Parameter;
  /** Keys after the query's own place are hidden and not looked at. */
  readonly isCausal: boolean;
}

/**
 * Additive (Bahdanau et al. 2014, https://arxiv.org/abs/1409.0473, appendix A.1.2): w tanh(q + k), one hidden layer for
 * each pair of words. The T T C units of that layer are never held at once: they are computed query by query, and again on
 * the way back.
 */
export function additiveScores(
  { kernels }: PassContext,
  { queries, keys, weight, isCausal }: AdditiveInput,
): AttentionScores {
  const { rows: length, columns } = queries;
  const output = allocateMatrix(kernels, length, length);
  const hidden = kernels.arena.floats(length * columns);
  const seenBy = (t: number): number => (isCausal ? t + 1 : length);
  const rowOf = ({ values, columns: width }: Matrix, t: number, n = width) => values.subarray(t * width, t * width + n);

  /** tanh(q + k) of query t with every key that it sees, (n, C). */
  const computeHidden = (t: number, n: number): void => {
    kernels.fillRows(hidden, rowOf(queries, t), n, columns);
    kernels.addScaled(hidden, keys.values, 1, n * columns);
    kernels.tanh(hidden, hidden, n * columns);
  };

  for (let t = 0; t < length; t++) {
    const n = seenBy(t);
    computeHidden(t, n);
    kernels.matmulTransposedB(rowOf(output, t, n), weight.values, hidden, 1, n, columns, false);
  }
  return {
    output,
    backward(dOutput) {
      const [dQueries, dKeys] = [queries, keys].map(() => {
        const gradient = allocateMatrix(kernels, length, columns);
        kernels.fill(gradient.values, 0, length * columns);
        return gradient;
      });
      const dHidden = kernels.arena.floats(length * columns);
      for (let t = 0; t < length; t++) {
        const n = seenBy(t);
        const dScores = rowOf(dOutput, t, n);
        computeHidden(t, n);
        kernels.matmul(weight.grad, dScores, hidden, 1, columns, n, true);
        kernels.matmul(dHidden, dScores, weight.values, n, columns, 1, false);
        kernels.tanhBackward(dHidden, dHidden, hidden, n * columns);
        kernels.addColumnSums(rowOf(dQueries, t), dHidden, n, columns);
        kernels.addScaled(dKeys.values, dHidden, 1, n * columns);
      }
      return { dQueries, dKeys };
    },
  };
}
