import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';

/** Keeps the division away from 0; PyTorch's default. */
const EPSILON = 1e-5;

/**
 * Layer normalisation (Ba et al. 2016, https://arxiv.org/abs/1607.06450): every row to mean 0 and variance 1, then gain and
 * shift. It depends on no other row, so batches, streams and shards agree.
 *
 * x (N, C) -> (N, C)
 */
export function layerNormalization(
  { kernels }: PassContext,
  parameters: Parameters,
  x: Sequence,
  { name }: { readonly name: string },
): Step {
  const gain = parameters.get(`${name}.weight`);
  const shift = parameters.get(`${name}.bias`);
  const { rows, columns } = x;
  const output = allocateSequence(kernels, x);
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
