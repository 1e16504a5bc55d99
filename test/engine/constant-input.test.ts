import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { NO_GRADIENT, type Sequence, type Step } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout } from '#engine/layers/dropout.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { rightContext } from '#engine/layers/right-context.js';
import { layerSpecs, runLayers } from '#engine/network/layer-kinds.js';
import { planStack, type RecurrentStack } from '#engine/network/recurrent-stack.js';
import { CELL_NAMES } from '#engine/recurrent/cells.js';
import { leftToRight, recurrentSpecs, rightToLeft } from '#engine/recurrent/recurrent.js';
import { cosineMatrix, cosineSequence, NO_PARAMETERS, passContext } from '../helpers/numeric-gradient.js';

/** Layers whose input cannot learn: every parameter's gradient is as ever, that of the input is not computed. */
const kernels = createReferenceKernels('float64');
const layout = createPackedLayout([5, 3, 1]);
const training = passContext(kernels, true);

const linearParameters = createParameters(
  kernels,
  linearSpecs({ name: 'out', inputs: 4, outputs: 3 }),
  createRandom(1),
);

const rates = { perToken: 0.5, perSentence: 0.5 };

function stackOf(options: Partial<RecurrentStack>) {
  const stack: RecurrentStack = {
    name: 'rnn',
    cell: 'rnn',
    inputs: 4,
    hidden: 4,
    layers: 2,
    bidirectional: false,
    residual: false,
    normalization: 'none',
    rates,
    ...options,
  };
  const layers = planStack(stack);
  const parameters = createParameters(kernels, layerSpecs(layers), createRandom(2));
  return { parameters, forward: (x: Sequence) => runLayers(training, parameters, x, layers) };
}

const cells = [leftToRight, rightToLeft].flatMap((run) =>
  CELL_NAMES.map((cell) => {
    const layer = { cell, name: 'rnn', suffix: 'l0', inputs: 4, hidden: 3 };
    const specs = recurrentSpecs(layer);
    const parameters = createParameters(kernels, specs, createRandom(3));
    return {
      name: `${run.name} ${cell}`,
      parameters,
      forward: (x: Sequence) => run(training, parameters, x, layer),
    };
  }),
);

describe.each([
  {
    name: 'linear',
    parameters: linearParameters,
    forward: (x: Sequence): Step => linear(training, linearParameters, x, { name: 'out' }),
  },
  ...cells,
  { name: 'stacked', ...stackOf({}) },
  { name: 'residual', ...stackOf({ residual: true }) },
  { name: 'bidirectional', ...stackOf({ bidirectional: true }) },
  { name: 'residual, both ways', ...stackOf({ residual: true, bidirectional: true, hidden: 2 }) },
])('$name', ({ parameters, forward }) => {
  const run = (isConstant: boolean) => {
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const step = forward({ ...cosineSequence(kernels, layout, 4), isConstant });
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

test.each<[string, (x: Sequence) => Step]>([
  ['dropout', (x) => dropout(training, NO_PARAMETERS, x, { name: 'input', perToken: 0.5, perSentence: 0.5 })],
  ['look-ahead', (x) => rightContext(training, NO_PARAMETERS, x, { words: 2 })],
])('%s of a constant is constant', (_, forward) => {
  const step = forward({ ...cosineSequence(kernels, layout, 4), isConstant: true });
  expect(step.output.isConstant).toBe(true);
  expect(step.backward(NO_GRADIENT)).toBe(NO_GRADIENT);
  expect(forward(cosineSequence(kernels, layout, 4)).output.isConstant).not.toBe(true);
});
