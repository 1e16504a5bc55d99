import { constant, zeros } from './initializers.js';
import { allocateMatrix, type Matrix, type PassContext, type Step } from './layer.js';
import type { Parameter, ParameterSpec } from './parameter.js';

export const NORMALIZATION_NAMES = ['none', 'layer'] as const;
export type NormalizationName = (typeof NORMALIZATION_NAMES)[number];

export interface NormalizationParameters {
  /** (C); PyTorch's `weight` */
  readonly gain: Parameter;
  /** (C); PyTorch's `bias` */
  readonly shift: Parameter;
}

/** Keeps the division away from 0; PyTorch's default. */
const EPSILON = 1e-5;

export function normalizationSpecs(name: string, columns: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [columns], initializer: constant(1), decays: false },
    { name: `${name}.bias`, shape: [columns], initializer: zeros, decays: false },
  ];
}

/**
 * Layer normalisation (Ba et al. 2016, https://arxiv.org/abs/1607.06450): every row to mean 0 and variance 1, then gain and
 * shift. It depends on no other row, so batches, streams and shards agree.
 *
 * x (N, C) -> (N, C)
 */
export function layerNormalization(
  { kernels }: PassContext,
  { gain, shift }: NormalizationParameters,
  x: Matrix,
): Step {
  const { rows, columns } = x;
  const output = allocateMatrix(kernels, rows, columns);
  const normalized = kernels.arena.floats(rows * columns);
  const inverseDeviation = kernels.arena.floats(rows);
  kernels.layerNormForward(
    output.values,
    normalized,
    inverseDeviation,
    x.values,
    gain.values,
    shift.values,
    rows,
    columns,
    EPSILON,
  );

  const backward = (dOutput: Matrix): Matrix => {
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.layerNormBackward(
      dX.values,
      gain.grad,
      shift.grad,
      dOutput.values,
      normalized,
      inverseDeviation,
      gain.values,
      rows,
      columns,
    );
    return dX;
  };
  return { output, backward };
}
