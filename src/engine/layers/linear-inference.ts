import { allocateMatrix, type Matrix } from '#engine/core/layer.js';
import type { Parameter } from '#engine/core/parameter.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';

/** `linear` for tagging: y = x W^T + b with W transposed beforehand, and no way back. */
export interface Projection {
  /** (I, O) */
  readonly weightTransposed: Floats;
  /** (O) */
  readonly bias: Floats;
  /** Takes over weights that have changed. */
  refresh(): void;
  /** x (N, I) -> (N, O) */
  apply(x: Matrix): Matrix;
}

export function createProjection(
  kernels: Kernels,
  { weight, bias }: { readonly weight: Parameter; readonly bias: Parameter },
): Projection {
  const [outputs, inputs] = weight.shape;
  const weightTransposed = kernels.floats(outputs * inputs);
  return {
    weightTransposed,
    bias: bias.values,
    refresh: () => kernels.transpose(weightTransposed, weight.values, outputs, inputs),
    apply(x) {
      const y = allocateMatrix(kernels, x.rows, outputs);
      kernels.fillRows(y.values, bias.values, x.rows, outputs);
      kernels.matmul(y.values, x.values, weightTransposed, x.rows, outputs, inputs, true);
      return y;
    },
  };
}
