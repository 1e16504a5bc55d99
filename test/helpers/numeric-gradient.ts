import { createRandom } from '#base/random.js';
import { type Matrix, type PassContext, rowsOf, type Sequence, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSet } from '#engine/core/parameter.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import { fillCosine } from './cosine.js';

/** A pass outside training, so that nothing is random. */
export function passContext(kernels: Kernels, training = false): PassContext {
  return { kernels, training, random: createRandom(5) };
}

export function cosineMatrix(kernels: Kernels, rows: number, columns: number, shift = 0.1): Matrix {
  return { values: fillCosine(kernels.floats(rows * columns), 1, 0.3, shift), rows, columns };
}

export function cosineSequence(kernels: Kernels, layout: PackedLayout, columns: number, shift = 0.1): Sequence {
  return { ...cosineMatrix(kernels, layout.rows, columns, shift), layout };
}

/** For layers that have none. */
export const NO_PARAMETERS: Pick<ParameterSet, 'get'> = {
  get: (name) => {
    throw new Error(`no parameter was expected, asked for ${name}`);
  },
};

/**
 * The greatest relative distance between a layer's gradients and two-sided differences, over its input and each of its
 * trainable parameters. The loss is the sum of the output times fixed cosines, so every element of dOutput differs.
 */
export function gradientDistance<X extends Matrix>(
  kernels: Kernels,
  forward: (x: X) => Step<Matrix>,
  x: X,
  parameters?: ParameterSet,
  epsilon = 1e-5,
): number {
  const weightsOf = (output: Matrix): Floats => fillCosine(new Float64Array(output.rows * output.columns), 1, 0.9, 0.2);
  const loss = (): number => {
    const position = kernels.arena.position;
    const { output } = forward(x);
    const weights = weightsOf(output);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += output.values[i] * weights[i];
    kernels.arena.release(position);
    return sum;
  };
  if (parameters) kernels.fill(parameters.grad, 0, parameters.grad.length);
  const step = forward(x);
  const dOutput = { ...step.output, values: kernels.floats(step.output.values.length) };
  dOutput.values.set(weightsOf(step.output));
  const dX = Float64Array.from(rowsOf(step.backward(dOutput), 0, x.rows));

  const tensors = [{ values: x.values, analytic: dX }];
  for (const { values, grad, trainable } of parameters?.list ?? []) {
    if (trainable) tensors.push({ values, analytic: Float64Array.from(grad) });
  }
  return Math.max(...tensors.map(({ values, analytic }) => distance(analytic, numericGradient(values, loss, epsilon))));
}

export function numericGradient(values: Floats, loss: () => number, epsilon: number): Float64Array {
  return Float64Array.from(values, (original, i) => {
    values[i] = original + epsilon;
    const above = loss();
    values[i] = original - epsilon;
    const below = loss();
    values[i] = original;
    return (above - below) / (2 * epsilon);
  });
}

function distance(x: Float64Array, y: Float64Array): number {
  const norm = (array: Float64Array): number => Math.sqrt(array.reduce((sum, value) => sum + value * value, 0));
  const scale = norm(x) + norm(y);
  return scale === 0 ? 0 : norm(x.map((value, i) => value - y[i])) / scale;
}
