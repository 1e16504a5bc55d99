import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { Floats } from '#engine/kernels/kernels.js';

/** Keeps the division away from 0; PyTorch's default. */
const EPSILON = 1e-5;

/**
 * Batch normalisation (Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167): every column to mean 0 and variance 1, then
 * gain and shift. Rows are real tokens only, so no padding is counted. In training the mean and variance are those of the
 * rows at hand, which are also left in the statistics' `grad` for whoever keeps the running ones; otherwise they are the
 * running ones, so that no sentence depends on its neighbours.
 *
 * x (N, C) -> (N, C)
 */
export function batchNormalization(
  { kernels, training }: PassContext,
  parameters: Parameters,
  x: Sequence,
  { name }: { readonly name: string },
): Step {
  const [gain, shift] = ['weight', 'bias'].map((part) => parameters.get(`${name}.${part}`));
  const [runningMean, runningVariance] = ['running_mean', 'running_var'].map((part) =>
    parameters.get(`${name}.${part}`),
  );
  const { rows, columns } = x;
  const n = rows * columns;
  const broadcast = (row: Floats): Floats => {
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
  kernels.addScaled(normalized, broadcast(mean), -1, n);
  const output = allocateSequence(kernels, x);
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
  kernels.multiply(normalized, normalized, broadcast(inverseDeviation), n);
  kernels.multiply(output.values, normalized, broadcast(gain.values), n);
  kernels.addScaled(output.values, broadcast(shift.values), 1, n);

  const backward = (dOutput: Matrix): Matrix => {
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.multiply(dX.values, dOutput.values, normalized, n);
    kernels.addColumnSums(gain.grad, dX.values, rows, columns);
    kernels.addColumnSums(shift.grad, dOutput.values, rows, columns);
    if (training) {
      // Mean and variance depend on x too: what they take away is the part of dOutput along 1 and along `normalized`.
      const along = broadcast(meanOfRows(dX.values));
      kernels.multiply(along, along, normalized, n);
      kernels.copy(dX.values, dOutput.values, n);
      kernels.addScaled(dX.values, along, -1, n);
      kernels.addScaled(dX.values, broadcast(meanOfRows(dOutput.values)), -1, n);
    } else {
      kernels.copy(dX.values, dOutput.values, n);
    }
    const factors = kernels.arena.floats(columns);
    kernels.multiply(factors, gain.values, inverseDeviation, columns);
    kernels.multiply(dX.values, dX.values, broadcast(factors), n);
    return dX;
  };
  return { output, backward };
}
