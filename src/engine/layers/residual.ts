import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  NO_GRADIENT,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import { inSequence, type TaggingLayer } from '#engine/core/layer-kind.js';
import type { Kernels } from '#engine/kernels/kernels.js';

/**
 * Residual connection (He et al. 2015, https://arxiv.org/abs/1512.03385): output = layer(x) + x, so that the gradient has a
 * way past the layer. The layer must keep the width of its input.
 */
export function residual({ kernels }: PassContext, layer: (x: Sequence) => Step, x: Sequence): Step {
  const step = layer(x);
  const n = x.rows * x.columns;
  const output = allocateSequence(kernels, x);
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

/** The tagging form of layers with a residual connection around them. */
export function residualTagging(kernels: Kernels, layers: readonly TaggingLayer[]): TaggingLayer {
  const inner = inSequence(layers);
  const added = (output: Matrix, x: Matrix): Matrix => {
    const n = x.rows * x.columns;
    const sum = allocateMatrix(kernels, x.rows, x.columns);
    kernels.copy(sum.values, output.values, n);
    kernels.addScaled(sum.values, x.values, 1, n);
    return sum;
  };
  return {
    stateSize: inner.stateSize,
    refresh: inner.refresh,
    sequence: (x) => ({ ...added(inner.sequence(x), x), layout: x.layout }),
    step: (x, state) => added(inner.step(x, state), x),
  };
}
