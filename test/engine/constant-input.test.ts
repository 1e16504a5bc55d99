import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { varianceOneOverInputs } from '#engine/core/initializers.js';
import { type Matrix, NO_GRADIENT, type Step } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout } from '#engine/layers/dropout.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { lookAhead } from '#engine/layers/right-context.js';
import { CELL_NAMES, recurrent, recurrentReversed, recurrentSpecs } from '#engine/recurrent/recurrent.js';
import { type RecurrentStack, recurrentStack, recurrentStackSpecs } from '#engine/recurrent/recurrent-stack.js';
import { cosineMatrix, passContext } from '../helpers/numeric-gradient.js';

/** Layers whose input cannot learn: every parameter's gradient is as ever, that of the input is not computed. */
const kernels = createReferenceKernels('float64');
const layout = createPackedLayout([5, 3, 1]);
const training = passContext(kernels, true);

const linearParameters = createParameters(kernels, linearSpecs('out', 4, 3, varianceOneOverInputs), createRandom(1));
const linearLayer = { weight: linearParameters.get('out.weight'), bias: linearParameters.get('out.bias') };

const rates = { perToken: 0.5, perSentence: 0.5 };

function stackOf(options: Partial<RecurrentStack>) {
  const stack: RecurrentStack = {
    prefix: 'rnn',
    cell: 'rnn',
    inputs: 4,
    hidden: 4,
    layers: 2,
    bidirectional: false,
    residual: false,
    normalization: 'none',
    ...options,
  };
  const parameters = createParameters(kernels, recurrentStackSpecs(stack), createRandom(2));
  return { parameters, forward: (x: Matrix) => recurrentStack(training, stack, parameters, layout, x, rates) };
}

const cells = [recurrent, recurrentReversed].flatMap((run) =>
  CELL_NAMES.map((cell) => {
    const layer = { cell, prefix: 'rnn', suffix: 'l0' };
    const specs = recurrentSpecs(layer, { inputs: 4, hidden: 3 });
    const parameters = createParameters(kernels, specs, createRandom(3));
    return {
      name: `${run.name} ${cell}`,
      parameters,
      forward: (x: Matrix) => run(training, layer, parameters, layout, x),
    };
  }),
);

describe.each([
  { name: 'linear', parameters: linearParameters, forward: (x: Matrix): Step => linear(kernels, linearLayer, x) },
  ...cells,
  { name: 'stacked', ...stackOf({}) },
  { name: 'residual', ...stackOf({ residual: true }) },
  { name: 'bidirectional', ...stackOf({ bidirectional: true }) },
  { name: 'residual, both ways', ...stackOf({ residual: true, bidirectional: true, hidden: 2 }) },
])('$name', ({ parameters, forward }) => {
  const run = (isConstant: boolean) => {
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const step = forward({ ...cosineMatrix(kernels, layout.rows, 4), isConstant });
    const output = [...step.output.values];
    const dX = step.backward(cosineMatrix(kernels, step.output.rows, step.output.columns, 0.4));
    return { output, dX, grad: [...parameters.grad], isConstant: step.output.isConstant ?? false };
  };

  test('parameters learn as ever, the input gets no gradient', () => {
    const usual = run(false);
    const constant = run(true);
    expect(usual.dX.rows).toBe(layout.rows);
    expect(constant).toEqual({ ...usual, dX: NO_GRADIENT });
  });
});

test.each<[string, (x: Matrix) => Step]>([
  ['dropout', (x) => dropout(training, 'input', 0.5, x)],
  ['look-ahead', (x) => lookAhead(training, layout, x, 2)],
])('%s of a constant is constant', (_, forward) => {
  const step = forward({ ...cosineMatrix(kernels, layout.rows, 4), isConstant: true });
  expect(step.output.isConstant).toBe(true);
  expect(step.backward(NO_GRADIENT)).toBe(NO_GRADIENT);
  expect(forward(cosineMatrix(kernels, layout.rows, 4)).output.isConstant).not.toBe(true);
});
