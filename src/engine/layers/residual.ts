import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, type Step } from '#engine/core/layer.js';

/**
 * Residual connection (He et al. 2015, https://arxiv.org/abs/1512.03385): output = layer(x) + x, so that the gradient has a
 * way past the layer. The layer must keep the width of its input.
 */
export function residual({ kernels }: PassContext, layer: (x: Matrix) => Step, x: Matrix): Step {
  const step = layer(x);
  const n = x.rows * x.columns;
  const output = allocateMatrix(kernels, x.rows, x.columns);
  kernels.copy(output.values, step.output.values, n);
  kernels.addScaled(output.values, x.values, 1, n);

  const backward = (dOutput: Matrix): Matrix => {
    if (x.isConstant) {
      step.backward(dOutput);
      return NO_GRADIENT;
    }
    // The layer may overwrite its dOutput, which the short cut still needs.
    const through: Matrix = { ...dOutput, values: kernels.arena.floats(n) };
    kernels.copy(through.values, dOutput.values, n);
    const dX = step.backward(through);
    kernels.addScaled(dX.values, dOutput.values, 1, n);
    return dX;
  };
  return { output, backward };
}
