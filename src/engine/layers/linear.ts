import { zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, NO_GRADIENT, type Step } from '#engine/core/layer.js';
import type { Initializer, Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';

export interface LinearParameters {
  /** (O, I) */
  readonly weight: Parameter;
  /** (O); absent where it could change nothing */
  readonly bias?: Parameter;
}

export function linearSpecs(name: string, inputs: number, outputs: number, initializer: Initializer): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], initializer },
    { name: `${name}.bias`, shape: [outputs], initializer: zeros, decays: false },
  ];
}

/**
 * Fully connected layer: y = x W^T + b.
 *
 * x (N, I), weight (O, I), bias (O), y (N, O); N is any number of rows.
 */
export function linear(kernels: Kernels, { weight, bias }: LinearParameters, x: Matrix): Step {
  const [outputs, inputs] = weight.shape;
  const y = allocateMatrix(kernels, x.rows, outputs);
  if (bias) kernels.fillRows(y.values, bias.values, x.rows, outputs);
  kernels.matmulTransposedB(y.values, x.values, weight.values, x.rows, outputs, inputs, bias !== undefined);

  const backward = (dY: Matrix): Matrix => {
    kernels.matmulTransposedA(weight.grad, dY.values, x.values, outputs, inputs, x.rows, true); // dW += dY^T x
    if (bias) kernels.addColumnSums(bias.grad, dY.values, x.rows, outputs);
    if (x.isConstant) return NO_GRADIENT;
    const dX = allocateMatrix(kernels, x.rows, inputs);
    kernels.matmul(dX.values, dY.values, weight.values, x.rows, inputs, outputs, false);
    return dX;
  };
  return { output: y, backward };
}
