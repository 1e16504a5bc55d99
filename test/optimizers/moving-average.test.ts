import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '../../src/kernels/reference.js';
import { createMovingAverage, createWeightAverage } from '../../src/optimizers/moving-average.js';
import { expectClose } from '../helpers/closeness.js';

describe('createMovingAverage', () => {
  test('is not a number before the first value', () => {
    expect(createMovingAverage(0.9).value).toBeNaN();
  });

  test('by hand: v is 0.1 x1 and then 0.09 x1 + 0.1 x2, divided by 1 - 0.9 and by 1 - 0.81', () => {
    const average = createMovingAverage(0.9);
    expect(average.add(4)).toBeCloseTo(4, 12);
    expect(average.add(8)).toBeCloseTo((0.09 * 4 + 0.1 * 8) / 0.19, 12);
    expect(average.value).toBeCloseTo((0.09 * 4 + 0.1 * 8) / 0.19, 12);
  });

  test.each([0, 0.5, 0.98])('is right from the start: with beta %d the average of 7, 7, 7, … is 7', (beta) => {
    const average = createMovingAverage(beta);
    for (let t = 0; t < 50; t++) expect(average.add(7)).toBeCloseTo(7, 10);
  });

  test('beta 0 forgets everything but the last value', () => {
    const average = createMovingAverage(0);
    average.add(5);
    expect(average.add(2)).toBe(2);
  });
});

describe('createWeightAverage', () => {
  const kernels = createReferenceKernels('float64');

  test('starts at the weights themselves, in memory of its own', () => {
    const values = Float64Array.of(1, 2);
    const { average, reset } = createWeightAverage(kernels, values, 0.99);
    reset();
    values[0] = 9;
    expect([...average]).toEqual([1, 2]);
  });

  test('by hand: shares of the past of 1/10 and 2/11, then beta, for four steps at once', () => {
    const values = Float64Array.of(0);
    const { average, update } = createWeightAverage(kernels, values, 0.2);
    const whole = { from: 0, to: 1 };
    values[0] = 1;
    update({ ...whole, step: 1 });
    expectClose(average, [0.9], 1e-15);
    values[0] = 2;
    update({ ...whole, step: 2 });
    const ramped = (2 / 11) * 0.9 + (9 / 11) * 2;
    expectClose(average, [ramped], 1e-15);
    values[0] = 3;
    update({ ...whole, step: 3 });
    expectClose(average, [ramped], 1e-15);
    update({ ...whole, step: 4 });
    expectClose(average, [0.2 ** 4 * ramped + (1 - 0.2 ** 4) * 3], 1e-15);
  });

  test('moves nothing outside its range', () => {
    const { average, update } = createWeightAverage(kernels, Float64Array.of(8, 8), 0.15);
    update({ from: 1, to: 2, step: 1 });
    expect([...average]).toEqual([0, 7.2]);
  });
});
