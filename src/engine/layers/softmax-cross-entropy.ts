import { allocateMatrix, type Matrix } from '#engine/core/layer.js';
import type { Ints, Kernels } from '#engine/kernels/kernels.js';

/** A loss over the rows of one minibatch (or of one shard of it) and its gradient. */
export interface Loss {
  /** Sum over the rows, times `factor`. */
  readonly value: number;
  readonly dLogits: Matrix;
}

/**
 * Softmax cross-entropy: -log softmax(logits)[target], summed over rows and multiplied by `factor`, usually 1 / (tokens of
 * the whole minibatch). Near ln K before training.
 *
 * logits (N, K), targets (N)
 */
export function softmaxCrossEntropy(kernels: Kernels, logits: Matrix, targets: Ints, factor: number): Loss {
  const dLogits = allocateMatrix(kernels, logits.rows, logits.columns);
  const sum = kernels.softmaxCrossEntropy(dLogits.values, logits.values, targets, logits.rows, logits.columns, factor);
  return { value: sum * factor, dLogits };
}
