import { constant, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext, type Step } from '#engine/core/layer.js';
import type { ParameterSet, ParameterSpec } from '#engine/core/parameter.js';
import { batchNormalization, type NormalizationParameters } from './batch-normalization.js';

export const NORMALIZATION_NAMES = ['none', 'layer', 'batch'] as const;
export type NormalizationName = (typeof NORMALIZATION_NAMES)[number];

/** Keeps the division away from 0; PyTorch's default. */
const EPSILON = 1e-5;

export function normalizationSpecs(kind: NormalizationName, name: string, columns: number): ParameterSpec[] {
  if (kind === 'none') return [];
  const shape = [columns];
  const learned: ParameterSpec[] = [
    { name: `${name}.weight`, shape, initializer: constant(1), decays: false },
    { name: `${name}.bias`, shape, initializer: zeros, decays: false },
  ];
  const measured: ParameterSpec[] = [
    { name: `${name}.running_mean`, shape, initializer: zeros, isStatistic: true },
    { name: `${name}.running_var`, shape, initializer: constant(1), isStatistic: true },
  ];
  return kind === 'batch' ? [...learned, ...measured] : learned;
}

/** x (N, C) -> (N, C) */
export function normalization(
  context: PassContext,
  kind: NormalizationName,
  name: string,
  parameters: ParameterSet,
  x: Matrix,
): Step {
  if (kind === 'none') return { output: x, backward: (dOutput) => dOutput };
  const learned = { gain: parameters.get(`${name}.weight`), shift: parameters.get(`${name}.bias`) };
  if (kind === 'layer') return layerNormalization(context, learned, x);
  const runningMean = parameters.get(`${name}.running_mean`);
  const runningVariance = parameters.get(`${name}.running_var`);
  return batchNormalization(context, { ...learned, runningMean, runningVariance }, x);
}

/**
 * Layer normalisation (Ba et al. 2016, https://arxiv.org/abs/1607.06450): every row to mean 0 and variance 1, then gain and
 * shift. It depends on no other row, so batches, streams and shards agree.
 *
 * x (N, C) -> (N, C)
 */
function layerNormalization({ kernels }: PassContext, { gain, shift }: NormalizationParameters, x: Matrix): Step {
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
