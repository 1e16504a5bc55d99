import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { constant, varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { createParameters, withOwnGradients } from '#engine/core/parameter.js';
import { addL2 } from '#engine/core/regularization.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const kernels = createReferenceKernels('float64');
const SPECS = [
  { name: 'a.bias', shape: [2], initializer: constant(1), decays: false },
  { name: 'a.weight', shape: [2, 3], initializer: constant(2) },
  { name: 'frozen', shape: [4], initializer: constant(3), trainable: false },
  { name: 'b.weight', shape: [1, 2], initializer: constant(4) },
];

describe('createParameters', () => {
  const parameters = createParameters(kernels, SPECS, createRandom(1));

  test('lists parameters as they were given', () => {
    expect(parameters.list.map(({ name }) => name)).toEqual(['a.bias', 'a.weight', 'frozen', 'b.weight']);
    expect(parameters.list.map(({ decays, trainable }) => [decays, trainable])).toEqual([
      [false, true],
      [true, true],
      [true, false],
      [true, true],
    ]);
  });

  test('lays them out flat, those that decay first, the frozen ones apart', () => {
    expect([...parameters.values]).toEqual([2, 2, 2, 2, 2, 2, 4, 4, 1, 1]);
    expect(parameters.decayingCount).toBe(8);
    expect([...parameters.get('frozen').values]).toEqual([3, 3, 3, 3]);
    expect(parameters.get('frozen').grad.length).toBe(0);
  });

  test('values and gradients are views of the flat arrays', () => {
    parameters.values[8] = 42;
    parameters.get('b.weight').grad[1] = 7;
    expect(parameters.get('a.bias').values[0]).toBe(42);
    expect(parameters.grad[7]).toBe(7);
  });

  test('draws the same weights whatever other parameters there are', () => {
    const weight = { name: 'w', shape: [3, 3], initializer: varianceOneOverInputs };
    const alone = createParameters(kernels, [weight], createRandom(1));
    const second = createParameters(kernels, [...SPECS, weight], createRandom(1));
    expect(second.get('w').values).toEqual(alone.get('w').values);
  });

  test('leaves zeros without a random stream', () => {
    expect(createParameters(kernels, SPECS, undefined).values.every((value) => value === 0)).toBe(true);
  });

  test('refuses two of one name, and a name it does not have', () => {
    const twice = [SPECS[0], SPECS[0]];
    expect(() => createParameters(kernels, twice, undefined)).toThrow(
      'parameters: expected distinct names, found a.bias, a.bias',
    );
    expect(thrownBy(() => parameters.get('c')).message).toBe(
      'parameters: there is no "c", only a.weight, b.weight, a.bias, frozen',
    );
  });
});

describe('statistics', () => {
  const specs = [
    { name: 'mean', shape: [3], initializer: constant(5), isStatistic: true },
    { name: 'weight', shape: [2], initializer: constant(1) },
    { name: 'frozen', shape: [1], initializer: constant(9), trainable: false },
  ];
  const parameters = createParameters(kernels, specs, createRandom(1));

  test('lie behind what is learned: kept with it, not trained with it', () => {
    expect([...parameters.values]).toEqual([1, 1]);
    expect([...parameters.statistics]).toEqual([5, 5, 5]);
    expect([...parameters.state]).toEqual([1, 1, 5, 5, 5]);
    expect([parameters.grad.length, parameters.measured.length, parameters.decayingCount]).toEqual([2, 3, 2]);
    expect(parameters.get('mean')).toMatchObject({ trainable: false, decays: false });
  });

  test('a replica shares them and measures for itself', () => {
    const replica = withOwnGradients(kernels, parameters);
    replica.get('mean').grad[1] = 7;
    expect([...replica.measured]).toEqual([0, 7, 0]);
    expect([...parameters.measured]).toEqual([0, 0, 0]);
    parameters.get('mean').values[0] = 4;
    expect(replica.statistics[0]).toBe(4);
    expect(replica.get('frozen').grad.length).toBe(0);
  });
});

describe('addL2', () => {
  const specs = [
    { name: 'weight', shape: [3], initializer: zeros },
    { name: 'bias', shape: [1], initializer: zeros, decays: false },
  ];
  const made = () => {
    const parameters = createParameters(kernels, specs, undefined);
    parameters.values.set([1, -2, 3, 10]);
    parameters.grad.fill(0.5);
    return parameters;
  };

  test('adds lambda / 2 times the squared weights to the loss and lambda w to the gradient, biases left out', () => {
    const parameters = made();
    expect(addL2(kernels, parameters, 0.1)).toBeCloseTo(0.05 * 14, 12);
    expect([...parameters.grad]).toEqual([0.5 + 0.1, 0.5 - 0.2, 0.5 + 0.1 * 3, 0.5]);
  });

  test('lambda 0 changes nothing', () => {
    const parameters = made();
    expect(addL2(kernels, parameters, 0)).toBe(0);
    expect([...parameters.grad]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});
