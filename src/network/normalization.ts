import type { Floats } from '../kernels/kernels.js';
import { constant, zeros } from './initializers.js';
import { allocateMatrix, type Matrix, type PassContext, type Step } from './layer.js';
import type { Parameter, ParameterSet, ParameterSpec } from './parameter.js';

export const NORMALIZATION_NAMES = ['none', 'layer', 'batch'] as const;
export type NormalizationName = (typeof NORMALIZATION_NAMES)[number];

interface NormalizationParameters {
  /** (C); PyTorch's `weight` */
  readonly gain: Parameter;
  /** (C); PyTorch's `bias` */
  readonly shift: Parameter;
}

interface BatchNormalizationParameters extends NormalizationParameters {
  /** (C); statistics */
  readonly runningMean: Parameter;
  readonly runningVariance: Parameter;
}

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
  const running = {
    runningMean: parameters.get(`${name}.running_mean`),
    runningVariance: parameters.get(`${name}.running_var`),
  };
  return batchNormalization(context, { ...learned, ...running }, x);
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

/**
 * Batch normalisation (Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167): every column to mean 0 and variance 1, then
 * gain and shift. Rows are real tokens only, so no padding is counted. In training the mean and variance are those of the
 * rows at hand, which are also left in the statistics' `grad` for whoever keeps the running ones; otherwise they are the
 * running ones, so that no sentence depends on its neighbours.
 *
 * x (N, C) -> (N, C)
 */
function batchNormalization(context: PassContext, parameters: BatchNormalizationParameters, x: Matrix): Step {
  const { kernels, training } = context;
  const { gain, shift, runningMean, runningVariance } = parameters;
  const { rows, columns } = x;
  const n = rows * columns;
  const spread = (row: Floats): Floats => {
    const out = kernels.arena.floats(n);
    kernels.fillRows(out, row, rows, columns);
    return out;
  };
  const meanOfRows = (values: Floats): Floats => {
    const mean = kernels.arena.floats(columns);
    kernels.fill(mean, 0, columns);
    kernels.addColumnSums(mean, values, rows, columns);
    kernels.scale(mean, 1 / rows, columns);
    return mean;
  };

  const mean = training ? meanOfRows(x.values) : runningMean.values;
  const normalized = kernels.arena.floats(n); // x - mean until it is scaled
  kernels.copy(normalized, x.values, n);
  kernels.addScaled(normalized, spread(mean), -1, n);
  const output = allocateMatrix(kernels, rows, columns);
  let variance = runningVariance.values;
  if (training) {
    kernels.multiply(output.values, normalized, normalized, n);
    variance = meanOfRows(output.values);
    kernels.copy(runningMean.grad, mean, columns);
    kernels.copy(runningVariance.grad, variance, columns);
    kernels.scale(runningVariance.grad, rows / Math.max(1, rows - 1), columns); // unbiased, as PyTorch keeps it
  }
  const inverseDeviation = kernels.arena.floats(columns);
  for (let c = 0; c < columns; c++) inverseDeviation[c] = 1 / Math.sqrt(variance[c] + EPSILON);
  kernels.multiply(normalized, normalized, spread(inverseDeviation), n);
  kernels.multiply(output.values, normalized, spread(gain.values), n);
  kernels.addScaled(output.values, spread(shift.values), 1, n);

  const backward = (dOutput: Matrix): Matrix => {
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.multiply(dX.values, dOutput.values, normalized, n);
    kernels.addColumnSums(gain.grad, dX.values, rows, columns);
    kernels.addColumnSums(shift.grad, dOutput.values, rows, columns);
    if (training) {
      // Mean and variance depend on x too: what they take away is the part of dOutput along 1 and along `normalized`.
      const along = spread(meanOfRows(dX.values));
      kernels.multiply(along, along, normalized, n);
      kernels.copy(dX.values, dOutput.values, n);
      kernels.addScaled(dX.values, along, -1, n);
      kernels.addScaled(dX.values, spread(meanOfRows(dOutput.values)), -1, n);
    } else {
      kernels.copy(dX.values, dOutput.values, n);
    }
    const factors = kernels.arena.floats(columns);
    kernels.multiply(factors, gain.values, inverseDeviation, columns);
    kernels.multiply(dX.values, dX.values, spread(factors), n);
    return dX;
  };
  return { output, backward };
}
