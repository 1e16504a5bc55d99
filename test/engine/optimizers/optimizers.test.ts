import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { constant, unitRows } from '#engine/core/initializers.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { OPTIMIZER_NAMES, type Optimizer, type OptimizerName } from '#engine/optimizers/optimizer.js';
import { expectClose } from '../../helpers/closeness.js';
import { updating } from '../../helpers/updating.js';

/** One weight, which decays, and one bias, which does not; both start at 1. The hyper-parameters are easy to reckon with. */
function made(name: OptimizerName): { optimizer: Optimizer; parameters: ParameterSet } {
  const kernels = createReferenceKernels('float64');
  const parameters = createParameters(
    kernels,
    [
      { name: 'weight', shape: [1], initializer: constant(1) },
      { name: 'bias', shape: [1], initializer: constant(1), decays: false },
    ],
    createRandom(0),
  );
  const options = { beta1: 0.9, beta2: 0.75, epsilon: 1e-8, weightDecay: 0.5 };
  return { optimizer: createOptimizer(name, { kernels, parameters, options }), parameters };
}

/** The values after steps with these gradients of weight and bias alike. */
function valuesAfter(name: OptimizerName, learningRate: number, gradients: readonly number[]): number[] {
  const { optimizer, parameters } = made(name);
  const step = updating(optimizer, parameters.values.length);
  for (const gradient of gradients) {
    parameters.grad.fill(gradient);
    step(learningRate);
  }
  return [...parameters.values];
}

describe('by hand', () => {
  test('sgd: w -= 0.1 dw', () => {
    expectClose(valuesAfter('sgd', 0.1, [2, -1]), [1 - 0.2 + 0.1, 1 - 0.2 + 0.1], 1e-15);
  });

  test('momentum, two steps: v = 0.9 v + 0.1 dw, so v is 0.2 and then 0.08', () => {
    expectClose(valuesAfter('momentum', 0.5, [2]), [0.9, 0.9], 1e-15);
    expectClose(valuesAfter('momentum', 0.5, [2, -1]), [0.9 - 0.04, 0.9 - 0.04], 1e-15);
  });

  test('rmsprop, two steps: s = 0.75 s + 0.25 dw^2, so s is 1 and then 1', () => {
    expectClose(valuesAfter('rmsprop', 0.1, [2]), [1 - 0.2, 1 - 0.2], 1e-8);
    expectClose(valuesAfter('rmsprop', 0.1, [2, -1]), [0.8 + 0.1, 0.8 + 0.1], 1e-8);
  });

  test.each([2, -0.003, 1e5])(
    'adam: the first step is the learning rate, whatever the size of the gradient %d',
    (gradient) => {
      const step = 1 - 0.01 * Math.sign(gradient);
      expectClose(valuesAfter('adam', 0.01, [gradient]), [step, step], 1e-7);
    },
  );

  test('adam, second step: moments 0.08 / 0.19 and 1 / (7/16), corrected for having started at 0', () => {
    const step = 0.01 * (0.08 / 0.19 / Math.sqrt((0.75 * 1 + 0.25) / (7 / 16)));
    expectClose(valuesAfter('adam', 0.01, [2, -1]), [0.99 - step, 0.99 - step], 1e-9);
  });

  test('adamw also takes its share of the weight, apart from the gradient, but not of the bias', () => {
    expectClose(valuesAfter('adamw', 0.01, [0]), [1 - 0.01 * 0.5, 1], 1e-15);
    expectClose(valuesAfter('adamw', 0.01, [2]), [1 - 0.01 - 0.005, 0.99], 1e-9);
  });

  test('its decay alone', () => {
    const { optimizer, parameters } = made('adamw');
    optimizer.decay({ from: 0, to: 2, learningRate: 0.01 });
    expectClose(parameters.values, [1 - 0.01 * 0.5, 1], 1e-15);
    optimizer.decay({ from: 1, to: 2, learningRate: 0.01 });
    expectClose(parameters.values, [1 - 0.01 * 0.5, 1], 1e-15);
  });

  test('adam has no decay', () => {
    expect(valuesAfter('adam', 0.01, [0])).toEqual([1, 1]);
  });
});

describe.each(OPTIMIZER_NAMES)('%s', (name) => {
  test('says its name and leaves the gradient alone', () => {
    const { optimizer, parameters } = made(name);
    parameters.grad.fill(0.5);
    updating(optimizer, 2)(0.1);
    expect(optimizer.name).toBe(name);
    expect([...parameters.grad]).toEqual([0.5, 0.5]);
  });

  test('an update in two ranges is the update of the whole', () => {
    const gradients = [2, -1, 0.5];
    const { optimizer, parameters } = made(name);
    gradients.forEach((gradient, i) => {
      parameters.grad.fill(gradient);
      for (const from of [1, 0]) optimizer.update({ from, to: from + 1, step: i + 1, learningRate: 0.1 });
    });
    expect([...parameters.values]).toEqual(valuesAfter(name, 0.1, gradients));
  });

  test('an update of rows is that of their ranges without momentum; other rows only decay, their moments rest', () => {
    const kernels = createReferenceKernels('float64');
    const [rows, width] = [4, 3];
    const table = (beta1: number) => {
      const specs = [
        { name: 'before', shape: [2], initializer: constant(1) },
        { name: 'table', shape: [rows, width], initializer: unitRows },
      ];
      const parameters = createParameters(kernels, specs, createRandom(1));
      const options = { beta1, beta2: 0.75, epsilon: 1e-8, weightDecay: 0.5 };
      return { parameters, optimizer: createOptimizer(name, { kernels, parameters, options }) };
    };
    const [byRows, byRanges] = [table(0.9), table(0)];
    const from = 2;
    for (let step = 1; step <= 3; step++) {
      const ids = Int32Array.of(3, step % 3);
      const gradient = Float64Array.from({ length: ids.length * width }, (_, i) => Math.cos(step + i));
      byRows.optimizer.decay({ from, to: from + rows * width, learningRate: 0.1 });
      byRows.optimizer.updateRows({ from, width, ids, gradient, step, learningRate: 0.1 });
      ids.forEach((id, i) => {
        const at = from + id * width;
        byRanges.parameters.grad.set(gradient.subarray(i * width, (i + 1) * width), at);
        byRanges.optimizer.update({ from: at, to: at + width, step, learningRate: 0.1 });
      });
      for (let id = 0; id < rows; id++) {
        if (ids.includes(id)) continue;
        const at = from + id * width;
        const factor = name === 'adamw' ? 1 - 0.1 * 0.5 : 1;
        for (let i = at; i < at + width; i++) byRanges.parameters.values[i] *= factor;
      }
    }
    expectClose(byRows.parameters.values, byRanges.parameters.values, 1e-14);
    expect(byRows.optimizer.state).toEqual(byRanges.optimizer.state);
    expect([...byRows.parameters.grad]).toEqual(Array(byRows.parameters.grad.length).fill(0));
  });

  test('moves nothing outside its range', () => {
    const { optimizer, parameters } = made(name);
    parameters.grad.fill(2);
    optimizer.update({ from: 1, to: 2, step: 1, learningRate: 0.1 });
    expect(parameters.values[0]).toBe(1);
    expect(parameters.values[1]).not.toBe(1);
  });

  test('goes on exactly from its state and step count', () => {
    const gradients = [2, -1, 0.5, 3, -2];
    const first = made(name);
    const stepFirst = updating(first.optimizer, 2);
    for (const gradient of gradients.slice(0, 2)) {
      first.parameters.grad.fill(gradient);
      stepFirst(0.1);
    }
    const second = made(name);
    second.parameters.values.set(first.parameters.values);
    for (const [key, moments] of Object.entries(first.optimizer.state)) second.optimizer.state[key].set(moments);
    const stepSecond = updating(second.optimizer, 2, 2);
    for (const gradient of gradients.slice(2)) {
      second.parameters.grad.fill(gradient);
      stepSecond(0.1);
    }
    expect([...second.parameters.values]).toEqual(valuesAfter(name, 0.1, gradients));
  });

  test('finds the lowest point of a bowl that is a hundred times steeper one way', () => {
    const { optimizer, parameters } = made(name);
    const { values, grad } = parameters;
    const update = updating(optimizer, 2);
    for (let step = 0; step < 2000; step++) {
      grad[0] = 10 * values[0];
      grad[1] = 0.1 * values[1];
      update(0.05 * (1 - step / 2000));
    }
    expect(Math.abs(values[0])).toBeLessThan(0.02);
    expect(Math.abs(values[1])).toBeLessThan(0.02);
  });
});
