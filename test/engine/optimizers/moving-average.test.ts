import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createMovingAverage, createWeightAverage } from '#engine/optimizers/moving-average.js';
import { expectClose } from '../../helpers/closeness.js';

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

  test('by hand: shares of the past of 1/10 and 2/11, then beta', () => {
    const values = Float64Array.of(0);
    const { average, update } = createWeightAverage(kernels, values, 0.2);
    let expected = 0;
    [0.1, 2 / 11, 0.2, 0.2, 0.2].forEach((share, i) => {
      values[0] = i + 1;
      update({ from: 0, to: 1, step: i + 1 });
      expected = share * expected + (1 - share) * values[0];
      expectClose(average, [expected], 1e-15);
    });
  });

  test('a long one looks at every fourth step after its ramp, for four', () => {
    const values = Float64Array.of(0);
    const { average, update } = createWeightAverage(kernels, values, 0.95);
    const [ramped] = [170, 171, 172, 175].map((step) => {
      values[0] = step;
      update({ from: 0, to: 1, step });
      return average[0];
    });
    expectClose([ramped], [(9 / 179) * 170], 1e-12); // step 171 is the first of the steady ones
    expectClose(average, [0.95 ** 4 * ramped + (1 - 0.95 ** 4) * 172], 1e-12);
  });

  test.each([0.05, 0.3, 0.9])('a short one of %d is near the weights after any number of steps', (beta) => {
    const values = Float64Array.of(0);
    const { average, update, reset } = createWeightAverage(kernels, values, beta);
    reset();
    for (let step = 1; step <= 150; step++) {
      values[0] = step;
      update({ from: 0, to: 1, step });
      // Of numbers that rise by 1, such an average lags by beta / (1 - beta).
      expect(step - average[0]).toBeLessThanOrEqual(beta / (1 - beta) + 1e-9);
    }
  });

  test('moves nothing outside its range', () => {
    const { average, update } = createWeightAverage(kernels, Float64Array.of(8, 8), 0.15);
    update({ from: 1, to: 2, step: 1 });
    expect([...average]).toEqual([0, 7.2]);
  });
});
