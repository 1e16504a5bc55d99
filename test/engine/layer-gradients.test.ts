import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { unitRows } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type Sequence } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout, sentenceMasks } from '#engine/layers/dropout.js';
import { embedding } from '#engine/layers/embedding.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { rightContext } from '#engine/layers/right-context.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import { CELL_NAMES, type CellName } from '#engine/recurrent/cells.js';
import { leftToRight, recurrentSpecs, rightToLeft } from '#engine/recurrent/recurrent.js';
import { fillCosine } from '../helpers/cosine.js';
import {
  cosineMatrix,
  cosineSequence,
  gradientDistance,
  NO_PARAMETERS,
  numericGradient,
  passContext,
} from '../helpers/numeric-gradient.js';

/** Every layer's gradients against two-sided differences in float64, over sentences of 5, 3 and 1 tokens. */
const kernels = createReferenceKernels('float64');
const layout = createPackedLayout([5, 3, 1]);
const context = passContext(kernels);
const TOLERANCE = 1e-6;

/** Away from 0 everywhere, biases included: at 0 a wrong sign or a missing factor would not show. */
function filled(parameters: ParameterSet): ParameterSet {
  parameters.list.forEach(({ values }, p) => {
    fillCosine(values, 0.6, 0.7, 1 + p);
  });
  return parameters;
}

test('linear', () => {
  const parameters = filled(createParameters(kernels, linearSpecs({ name: 'out', inputs: 4, outputs: 3 }), undefined));
  const x = cosineSequence(kernels, layout, 4);
  const forward = (input: Sequence) => linear(passContext(kernels), parameters, input, { name: 'out' });
  expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
});

describe.each([
  ['left to right', leftToRight],
  ['right to left', rightToLeft],
] as const)('recurrent, %s', (_, direction) => {
  test.each(CELL_NAMES)('%s', (cell) => {
    const layer = { cell, name: 'rnn', suffix: 'l0', inputs: 3, hidden: 4 };
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer), undefined));
    const x = cosineSequence(kernels, layout, 3);
    const forward = (input: Sequence) => direction(passContext(kernels), parameters, input, layer);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test.each([[[1]], [[4, 4]], [[2, 1, 1, 1]]])('of sentences of %j tokens', (lengths) => {
    const other = createPackedLayout(lengths);
    const layer = { cell: 'lstm', name: 'rnn', suffix: 'l0', inputs: 2, hidden: 3 } as const;
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer), undefined));
    const x = cosineSequence(kernels, other, 2);
    const forward = (input: Sequence) => direction(passContext(kernels), parameters, input, layer);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });
});

describe.each([
  ['left to right', leftToRight],
  ['right to left', rightToLeft],
] as const)('variational dropout of the state, %s', (_, direction) => {
  const x = cosineSequence(kernels, layout, 3);
  const setUp = (cell: CellName, stateDropout: number) => {
    const layer = { cell, name: 'rnn', suffix: 'l0', inputs: 3, hidden: 8, stateDropout };
    const parameters = filled(createParameters(kernels, recurrentSpecs(layer), undefined));
    const forward = (input: Sequence) => direction(passContext(kernels, true), parameters, input, layer);
    return { layer, parameters, forward };
  };

  test.each(CELL_NAMES)('%s: gradients, the masks held fixed', (cell) => {
    const { parameters, forward } = setUp(cell, 0.5);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test.each(CELL_NAMES)('%s: hides the same units of a sentence at every timestep, before W_hh sees them', (cell) => {
    const { layer, parameters, forward } = setUp(cell, 0.5);
    const hidden = sentenceMasks(passContext(kernels, true), { name: 'state-l0', rate: 0.5, layout, columns: 8 });
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
      ...direction(passContext(kernels), parameters, x, { ...layer, stateDropout }).output.values,
    ];
    expect(outputOf(0.5)).toEqual(outputOf(0));
  });
});

test.each([0, 1, 2, 3])('right context of %i', (words) => {
  const x = cosineSequence(kernels, layout, 2);
  const forward = (input: Sequence) => rightContext(passContext(kernels), NO_PARAMETERS, input, { words });
  expect(gradientDistance(kernels, forward, x)).toBeLessThan(TOLERANCE);
});

test('embedding: two tables side by side, a row used twice, an id that stands for nothing', () => {
  const specs = [
    { name: 'left.weight', shape: [4, 2], initializer: unitRows },
    { name: 'right.weight', shape: [3, 3], initializer: unitRows },
  ];
  const parameters = filled(createParameters(kernels, specs, undefined));
  const noInput: Matrix = { values: kernels.floats(0), rows: 0, columns: 0 };
  const forward = () => {
    const output = allocateMatrix(kernels, 4, 5);
    const backwards = [
      embedding(context, parameters, Int32Array.of(3, 0, 3, -1), { name: 'left', out: output, column: 0 }),
      embedding(context, parameters, Int32Array.of(1, -1, 2, 2), { name: 'right', out: output, column: 2 }),
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
  const specs = [{ name: 'sparse.weight', shape: [4, 2], initializer: unitRows, isSparse: true }];
  const parameters = createParameters(kernels, specs, createRandom(1));
  const table = parameters.get('sparse.weight');
  const output = allocateMatrix(kernels, 3, 2);
  const backward = embedding(context, parameters, Int32Array.of(3, -1, 1), { name: 'sparse', out: output, column: 0 });
  expect([...table.touched!]).toEqual([0, 0, 0, 0]);
  backward(output);
  expect([...table.touched!]).toEqual([0, 1, 0, 1]);
});

test('a table that is not trainable gets no gradient', () => {
  const specs = [{ name: 'frozen.weight', shape: [4, 2], initializer: unitRows, trainable: false }];
  const parameters = createParameters(kernels, specs, createRandom(1));
  const output = allocateMatrix(kernels, 1, 2);
  embedding(context, parameters, Int32Array.of(1), { name: 'frozen', out: output, column: 0 })(output);
  expect(parameters.grad.length).toBe(0);
  expect(parameters.get('frozen.weight').values.some((value) => value !== 0)).toBe(true);
});

test('dropout, its mask held fixed', () => {
  const x = cosineSequence(kernels, layout, 6);
  const options = { name: 'input', perToken: 0.4, perSentence: 0 };
  const forward = (input: Sequence) => dropout(passContext(kernels, true), NO_PARAMETERS, input, options);
  expect(gradientDistance(kernels, forward, x)).toBeLessThan(TOLERANCE);
});

describe('softmax cross-entropy', () => {
  const targets = Int32Array.of(2, 0, -1, 1);
  const logits = cosineMatrix(kernels, targets.length, 3);

  test('gradient, one row without a target', () => {
    const numeric = numericGradient(
      logits.values,
      () => softmaxCrossEntropy(context, NO_PARAMETERS, logits, { targets, factor: 0.25 }).value,
      1e-5,
    );
    const { dLogits } = softmaxCrossEntropy(context, NO_PARAMETERS, logits, { targets, factor: 0.25 });
    expect(distanceOf(dLogits.values, numeric)).toBeLessThan(TOLERANCE);
    expect([...dLogits.values.subarray(6, 9)]).toEqual([0, 0, 0]);
  });

  test('is ln K per token when nothing is known', () => {
    const even: Matrix = { values: kernels.floats(12), rows: 4, columns: 3 };
    expect(
      softmaxCrossEntropy(context, NO_PARAMETERS, even, { targets: Int32Array.of(0, 1, 2, 0), factor: 1 / 4 }).value,
    ).toBeCloseTo(Math.log(3), 12);
  });

  test('stays finite for logits far apart', () => {
    const far: Matrix = { values: Float64Array.of(1000, 0, -1000), rows: 1, columns: 3 };
    expect(softmaxCrossEntropy(context, NO_PARAMETERS, far, { targets: Int32Array.of(2), factor: 1 }).value).toBe(2000);
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
