import type { Kernels } from '../kernels/kernels.js';
import type { ParameterSet } from '../network/parameter.js';

/**
 * Scales the whole gradient down so that its Euclidean norm is at most `maxNorm` (Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063, algorithm 1): the remedy for exploding gradients. 0 turns it off. Returns the norm
 * before clipping, which is NaN or infinite when a gradient is.
 */
export function clipGlobalNorm(kernels: Kernels, { grad }: ParameterSet, maxNorm: number): number {
  const norm = Math.sqrt(kernels.sumOfSquares(grad, grad.length));
  if (maxNorm > 0 && norm > maxNorm && Number.isFinite(norm)) kernels.scale(grad, maxNorm / norm, grad.length);
  return norm;
}
