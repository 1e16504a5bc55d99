import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, type Step } from './layer.js';

/**
 * Inverted dropout (Srivastava et al. 2014, section 10): in training each element is dropped with probability
 * `rate` and the rest are scaled up by 1 / (1 - rate); in evaluation the identity. `name` addresses the random stream.
 */
export function dropout(context: PassContext, name: string, rate: number, x: Matrix): Step {
  if (!context.training || rate === 0) return { output: x, backward: (dOutput) => dOutput };
  const { kernels, random } = context;
  const n = x.rows * x.columns;
  const mask = kernels.arena.floats(n);
  kernels.dropoutMask(mask, rate, random.fork('dropout', name).uint32(), n);
  const output = { ...allocateMatrix(kernels, x.rows, x.columns), isConstant: x.isConstant };
  kernels.multiply(output.values, x.values, mask, n);

  const backward = (dOutput: Matrix): Matrix => {
    if (x.isConstant) return NO_GRADIENT;
    kernels.multiply(dOutput.values, dOutput.values, mask, n);
    return dOutput;
  };
  return { output, backward };
}
