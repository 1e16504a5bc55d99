import { allocateMatrix, type Matrix, type PassContext } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { Ints } from '#engine/kernels/kernels.js';

/** A loss over the rows of one minibatch (or of one shard of it) and its gradient. */
export interface Loss {
  /** The sum over the rows, times `factor`. */
  readonly value: number;
  readonly dLogits: Matrix;
}

export interface LossTargets {
  /** (N), in memory of the kernels: the class of every row, -1 where there is none. */
  readonly targets: Ints;
  /** Usually 1 / (tokens of the whole minibatch). */
  readonly factor: number;
}

/**
 * Softmax cross-entropy: -log softmax(logits)[target], summed over rows and multiplied by `factor`. Near ln K before
 * training.
 *
 * logits (N, K)
 */
export function softmaxCrossEntropy(
  { kernels }: Pick<PassContext, 'kernels'>,
  _: Parameters,
  logits: Matrix,
  { targets, factor }: LossTargets,
): Loss {
  const dLogits = allocateMatrix(kernels, logits.rows, logits.columns);
  const sum = kernels.softmaxCrossEntropy(dLogits.values, logits.values, targets, logits.rows, logits.columns, factor);
  return { value: sum * factor, dLogits };
}
