import type { Kernels } from '#engine/kernels/kernels.js';
import type { ParameterSet } from './parameter.js';

/**
 * L2 regularisation: adds (lambda / 2) |w|^2 to the loss and lambda w to the gradient, for weights but not for biases.
 * Returns the addition to the loss.
 */
export function addL2(kernels: Kernels, parameters: ParameterSet, lambda: number): number {
  if (lambda === 0) return 0;
  const { values, grad, decayingCount } = parameters;
  kernels.addScaled(grad, values, lambda, decayingCount);
  return 0.5 * lambda * kernels.sumOfSquares(values, decayingCount);
}
