import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { constant, unitRows } from '#engine/core/initializers.js';
import { createParameters, type ParameterSet, withOwnGradients } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { createWeightAverage } from '#engine/optimizers/moving-average.js';
import type { OptimizerName } from '#engine/optimizers/optimizer.js';
import { createGradientBlocks } from '#training/step/gradient-blocks.js';
import { expectClose } from '../../helpers/closeness.js';
import { fillCosine } from '../../helpers/cosine.js';

/** Two shards over a table, a weight and a bias; two passes, of which the second touches other rows than the first. */
const kernels = createReferenceKernels('float64');
const [ROWS, WIDTH] = [50_000, 3];
interface Setting {
  readonly isSparse: boolean;
  readonly l2?: number;
  readonly optimizerName?: OptimizerName;
}
const TOUCHED = [
  [
    [0, 7, 49_999],
    [7, 30_000],
  ],
  [[], [1, 30_000]],
];

function setUp({ isSparse, l2 = 0, optimizerName = 'sgd' }: Setting) {
  const specs = [
    { name: 'weight', shape: [5, 4], initializer: unitRows },
    { name: 'table', shape: [ROWS, WIDTH], initializer: unitRows, isSparse },
    { name: 'bias', shape: [5], initializer: constant(1), decays: false },
  ];
  const first = createParameters(kernels, specs, createRandom(1));
  const shards = [first, withOwnGradients(kernels, first)];
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
  const optimizer = createOptimizer(optimizerName, { kernels, parameters: first, options });
  const average = createWeightAverage(kernels, first.values, 0.5);
  average.reset();
  const blocks = createGradientBlocks({ kernels, shards, optimizer, average, l2 });
  return { parameters: first, shards, average, blocks };
}

/** What a backward pass does: adds to the gradient and says which rows it touched. */
function addGradients(parameters: ParameterSet, rows: readonly number[], seed: number): void {
  const table = parameters.get('table');
  for (const row of rows) {
    for (let j = 0; j < WIDTH; j++) table.grad[row * WIDTH + j] += Math.cos(seed + row + j);
    if (table.touched) table.touched[row] = 1;
  }
  for (const name of ['weight', 'bias']) fillCosine(parameters.get(name).grad, 1, 0.3, seed);
}

function train(setting: Setting) {
  const { shards, average, blocks } = setUp(setting);
  const sums = TOUCHED.map((touched, pass) => {
    // Sparse tables are 0 again after an update; the rest is cleared before every pass.
    const clearFrom = setting.isSparse && !setting.l2 ? shards[0].sparseCount : 0;
    for (const { grad } of shards) grad.fill(0, clearFrom);
    shards.forEach((shard, s) => {
      addGradients(shard, touched[s], 10 * pass + s);
    });
    const reduced = blocks.map((block) => block.reduce());
    const whole = Object.fromEntries(['table', 'weight', 'bias'].map((name) => [name, [...shards[0].get(name).grad]]));
    for (const block of blocks.toReversed()) block.update({ scale: 0.5, step: pass + 1, learningRate: 0.1 });
    return {
      squares: reduced.reduce((sum, { squares }) => sum + squares, 0),
      penalty: reduced.reduce((sum, { penalty }) => sum + penalty, 0),
      whole,
    };
  });
  const [parameters] = shards;
  const valuesOf = (array: Floats) =>
    ['table', 'weight', 'bias'].flatMap((name) => {
      const { values } = parameters.get(name);
      const at = (values.byteOffset - parameters.values.byteOffset) / values.BYTES_PER_ELEMENT;
      return [...array.subarray(at, at + values.length)];
    });
  return { sums, values: valuesOf(parameters.values), average: valuesOf(average.average), shards, blocks };
}

describe.each([0, 0.1])('L2 of %d', (l2) => {
  const dense = train({ isSparse: false, l2 });
  const sparse = train({ isSparse: true, l2 });

  test('a sparse table trains as a dense one where the optimiser leaves values without a gradient alone', () => {
    expectClose(sparse.values, dense.values, 1e-15);
    expectClose(sparse.average, dense.average, 1e-15);
    sparse.sums.forEach(({ whole, squares, penalty }, pass) => {
      expect(whole).toEqual(dense.sums[pass].whole);
      expect(squares).toBeCloseTo(dense.sums[pass].squares, 10);
      expect(penalty).toBeCloseTo(dense.sums[pass].penalty, 10);
    });
  });

  test('the sums are the squared norm of the gradient and the penalty', () => {
    const { whole, squares, penalty } = sparse.sums[0];
    const all = Object.values(whole).flat();
    expect(squares).toBeCloseTo(
      all.reduce((sum, x) => sum + x * x, 0),
      10,
    );
    expect(penalty > 0).toBe(l2 > 0);
  });
});

test('weight decay takes its share of every row of a sparse table, as of a dense one, touched or not', () => {
  const { parameters: before } = setUp({ isSparse: true });
  const [sparse, dense] = [true, false].map((isSparse) => train({ isSparse, optimizerName: 'adamw' }).shards[0]);
  const rowOf = (set: ParameterSet, row: number) => [
    ...set.get('table').values.subarray(row * WIDTH, (row + 1) * WIDTH),
  ];
  const factor = (1 - 0.1 * 0.5) ** TOUCHED.length;
  for (const row of [2, 29_999, 49_998]) {
    const expected = rowOf(before, row).map((value) => value * factor);
    expectClose(rowOf(sparse, row), expected, 1e-15);
    expectClose(rowOf(dense, row), expected, 1e-15);
  }
  // Row 1 is touched once, in the last step: by the sign of its gradient, but for the bias correction of the second moment.
  const moved = rowOf(sparse, 1).map((value, j) => value - rowOf(before, 1)[j] * factor);
  moved.forEach((step, j) => {
    expect(Math.sign(step)).toBe(-Math.sign(Math.cos(11 + 1 + j)));
  });
});

test('a sparse table is cut into several blocks and leaves no gradient and no flag behind', () => {
  const { blocks, shards } = train({ isSparse: true });
  expect(blocks.length).toBe(1 + Math.ceil((ROWS * WIDTH) / 65_536));
  for (const shard of shards) {
    const { grad, touched } = shard.get('table');
    expect(grad.every((x) => x === 0)).toBe(true);
    expect(touched?.every((flag) => flag === 0)).toBe(true);
  }
});
