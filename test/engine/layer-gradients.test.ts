import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { unitRows, varianceOneOverInputs } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout, sentenceMasks } from '#engine/layers/dropout.js';
import { embedInto } from '#engine/layers/embedding.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { lookAhead } from '#engine/layers/right-context.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import {
  CELL_NAMES,
  type CellName,
  recurrent,
  recurrentReversed,
  recurrentSpecs,
} from '#engine/recurrent/recurrent.js';
import { fillCosine } from '../helpers/cosine.js';
import { cosineMatrix, gradientDistance, numericGradient, passContext } from '../helpers/numeric-gradient.js';

/** Every layer's gradients against two-sided differences in float64, over sentences of 5, 3 and 1 tokens. */
const kernels = createReferenceKernels('float64');
const layout = createPackedLayout([5, 3, 1]);
const TOLERANCE = 1e-6;

/** Away from 0 everywhere, biases included: at 0 a wrong sign or a missing factor would not show. */
function filled(parameters: ParameterSet): ParameterSet {
  parameters.list.forEach(({ values }, p) => {
    fillCosine(values, 0.6, 0.7, 1 + p);
  });
  return parameters;
}

test('linear', () => {
  const parameters = filled(createParameters(kernels, linearSpecs('out', 4, 3, varianceOneOverInputs), undefined));
  const layer = { weight: parameters.get('out.weight'), bias: parameters.get('out.bias') };
  const x = cosineMatrix(kernels, layout.rows, 4);
  expect(gradientDistance(kernels, (input) => linear(kernels, layer, input), x, parameters)).toBeLessThan(TOLERANCE);
});

describe.each([
  ['left to right', recurrent],
  ['right to left', recurrentReversed],
] as const)('recurrent, %s', (_, direction) => {
  test.each(CELL_NAMES)('%s', (cell) => {
    const layer = { cell, prefix: 'rnn', suffix: 'l0' };
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer, { inputs: 3, hidden: 4 }), undefined));
    const x = cosineMatrix(kernels, layout.rows, 3);
    const forward = (input: Matrix) => direction(passContext(kernels), layer, parameters, layout, input);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test.each([[[1]], [[4, 4]], [[2, 1, 1, 1]]])('of sentences of %j tokens', (lengths) => {
    const other = createPackedLayout(lengths);
    const layer = { cell: 'lstm', prefix: 'rnn', suffix: 'l0' } as const;
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer, { inputs: 2, hidden: 3 }), undefined));
    const x = cosineMatrix(kernels, other.rows, 2);
    const forward = (input: Matrix) => direction(passContext(kernels), layer, parameters, other, input);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });
});

describe.each([
  ['left to right', recurrent],
  ['right to left', recurrentReversed],
] as const)('variational dropout of the state, %s', (_, direction) => {
  const x = cosineMatrix(kernels, layout.rows, 3);
  const setUp = (cell: CellName, stateDropout: number) => {
    const layer = { cell, prefix: 'rnn', suffix: 'l0', stateDropout };
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer, { inputs: 3, hidden: 8 }), undefined));
    const forward = (input: Matrix) => direction(passContext(kernels, true), layer, parameters, layout, input);
    return { layer, parameters, forward };
  };

  test.each(CELL_NAMES)('%s: gradients, the masks held fixed', (cell) => {
    const { parameters, forward } = setUp(cell, 0.5);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test.each(CELL_NAMES)('%s: hides the same units of a sentence at every timestep, before W_hh sees them', (cell) => {
    const { layer, parameters, forward } = setUp(cell, 0.5);
    const hidden = sentenceMasks(passContext(kernels, true), 'state-l0', 0.5, layout, 8);
    const dropped = hidden.findIndex((value, i) => i < 8 && value === 0); // of the longest sentence
    const before = [...forward(x).output.values];
    const weightHh = parameters.get('rnn.weight_hh_l0');
    for (let row = 0; row < weightHh.shape[0]; row++) weightHh.values[row * 8 + dropped] += 1;
    const after = [...forward(x).output.values];
    const rowOf = (values: readonly number[], t: number) =>
      values.slice(layout.offsets[t] * 8, layout.offsets[t] * 8 + 8);
    for (let t = 0; t < 5; t++) expect(rowOf(after, t)).toEqual(rowOf(before, t));
    expect(layer.stateDropout).toBe(0.5);
  });

  test.each(CELL_NAMES)('%s: nothing is hidden in evaluation', (cell) => {
    const { layer, parameters } = setUp(cell, 0.5);
    const outputOf = (stateDropout: number) => [
      ...direction(passContext(kernels), { ...layer, stateDropout }, parameters, layout, x).output.values,
    ];
    expect(outputOf(0.5)).toEqual(outputOf(0));
  });
});

test.each([0, 1, 2, 3])('look-ahead of %i', (k) => {
  const x = cosineMatrix(kernels, layout.rows, 2);
  const forward = (input: Matrix) => lookAhead(passContext(kernels), layout, input, k);
  expect(gradientDistance(kernels, forward, x)).toBeLessThan(TOLERANCE);
});

test('embedding: two tables side by side, a row used twice, an id that stands for nothing', () => {
  const specs = [
    { name: 'left', shape: [4, 2], initializer: unitRows },
    { name: 'right', shape: [3, 3], initializer: unitRows },
  ];
  const parameters = filled(createParameters(kernels, specs, undefined));
  const noInput: Matrix = { values: kernels.floats(0), rows: 0, columns: 0 };
  const forward = () => {
    const output = allocateMatrix(kernels, 4, 5);
    const backwards = [
      embedInto(kernels, parameters.get('left'), Int32Array.of(3, 0, 3, -1), output, 0),
      embedInto(kernels, parameters.get('right'), Int32Array.of(1, -1, 2, 2), output, 2),
    ];
    return {
      output,
      backward: (dOutput: Matrix) => {
        for (const backward of backwards) backward(dOutput);
        return noInput;
      },
    };
  };
  expect(gradientDistance(kernels, forward, noInput, parameters)).toBeLessThan(TOLERANCE);
  expect([...forward().output.values.subarray(5 + 2, 10)]).toEqual([0, 0, 0]);
});

test('a sparse table says which of its rows were used', () => {
  const specs = [{ name: 'sparse', shape: [4, 2], initializer: unitRows, isSparse: true }];
  const table = createParameters(kernels, specs, createRandom(1)).get('sparse');
  const output = allocateMatrix(kernels, 3, 2);
  const backward = embedInto(kernels, table, Int32Array.of(3, -1, 1), output, 0);
  expect([...table.touched!]).toEqual([0, 0, 0, 0]);
  backward(output);
  expect([...table.touched!]).toEqual([0, 1, 0, 1]);
});

test('a table that is not trainable gets no gradient', () => {
  const specs = [{ name: 'frozen', shape: [4, 2], initializer: unitRows, trainable: false }];
  const parameters = createParameters(kernels, specs, createRandom(1));
  const output = allocateMatrix(kernels, 1, 2);
  embedInto(kernels, parameters.get('frozen'), Int32Array.of(1), output, 0)(output);
  expect(parameters.grad.length).toBe(0);
  expect(parameters.get('frozen').values.some((value) => value !== 0)).toBe(true);
});

test('dropout, its mask held fixed', () => {
  const x = cosineMatrix(kernels, layout.rows, 6);
  const forward = (input: Matrix) => dropout(passContext(kernels, true), 'input', 0.4, input);
  expect(gradientDistance(kernels, forward, x)).toBeLessThan(TOLERANCE);
});

describe('softmax cross-entropy', () => {
  const targets = Int32Array.of(2, 0, -1, 1);
  const logits = cosineMatrix(kernels, targets.length, 3);

  test('gradient, one row without a target', () => {
    const numeric = numericGradient(
      logits.values,
      () => softmaxCrossEntropy(kernels, logits, targets, 0.25).value,
      1e-5,
    );
    const { dLogits } = softmaxCrossEntropy(kernels, logits, targets, 0.25);
    expect(distanceOf(dLogits.values, numeric)).toBeLessThan(TOLERANCE);
    expect([...dLogits.values.subarray(6, 9)]).toEqual([0, 0, 0]);
  });

  test('is ln K per token when nothing is known', () => {
    const even: Matrix = { values: kernels.floats(12), rows: 4, columns: 3 };
    expect(softmaxCrossEntropy(kernels, even, Int32Array.of(0, 1, 2, 0), 1 / 4).value).toBeCloseTo(Math.log(3), 12);
  });

  test('stays finite for logits far apart', () => {
    const far: Matrix = { values: Float64Array.of(1000, 0, -1000), rows: 1, columns: 3 };
    expect(softmaxCrossEntropy(kernels, far, Int32Array.of(2), 1).value).toBe(2000);
  });
});

function distanceOf(x: Floats, y: Floats): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < x.length; i++) {
    difference += (x[i] - y[i]) ** 2;
    scale += x[i] ** 2 + y[i] ** 2;
  }
  return Math.sqrt(difference / scale);
}
