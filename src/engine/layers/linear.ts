import { varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import {
  allocateMatrix,
  type Matrix,
  NO_GRADIENT,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import { type LayerKind, type Parameters, rowByRow } from '#engine/core/layer-kind.js';
import type { Initializer, Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createProjection } from './linear-inference.js';

export interface LinearOptions {
  /** Prefix of its parameters: `output`. */
  readonly name: string;
  /** I */
  readonly inputs: number;
  /** O */
  readonly outputs: number;
  /** False where a bias could change nothing; true unless told. */
  readonly hasBias?: boolean;
}

export interface LinearParameters {
  /** (O, I) */
  readonly weight: Parameter;
  /** (O) */
  readonly bias?: Parameter | undefined;
}

export function linearSpecs(
  { name, inputs, outputs, hasBias = true }: LinearOptions,
  initializer: Initializer = varianceOneOverInputs,
): ParameterSpec[] {
  const weight = { name: `${name}.weight`, shape: [outputs, inputs], initializer };
  return hasBias ? [weight, { name: `${name}.bias`, shape: [outputs], initializer: zeros, decays: false }] : [weight];
}

/**
 * Fully connected layer: y = x W^T + b.
 *
 * x (N, I), weight (O, I), bias (O), y (N, O)
 */
export function linear(
  { kernels }: PassContext,
  parameters: Parameters,
  x: Sequence,
  { name, hasBias = true }: Pick<LinearOptions, 'name' | 'hasBias'>,
): Step {
  const weight = parameters.get(`${name}.weight`);
  const bias = hasBias ? parameters.get(`${name}.bias`) : undefined;
  const { output, backward } = affine(kernels, { weight, bias }, x);
  return { output: { ...output, layout: x.layout }, backward };
}

/** The arithmetic of `linear` over any rows: tokens, or the places of characters in words. */
export function affine(kernels: Kernels, { weight, bias }: LinearParameters, x: Matrix): Step<Matrix> {
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

export const linearKind: LayerKind<LinearOptions> = {
  inputs: ({ inputs }) => inputs,
  outputs: ({ outputs }) => outputs,
  parameters: (options) => linearSpecs(options),
  forward: linear,
  describe: ({ outputs }) => `linear to ${outputs}`,
  whyNotCausal: () => undefined,
  tagging(kernels, parameters, { name }) {
    const weight = parameters.get(`${name}.weight`);
    const { apply, refresh } = createProjection(kernels, { weight, bias: parameters.get(`${name}.bias`) });
    return rowByRow(apply, refresh);
  },
};
