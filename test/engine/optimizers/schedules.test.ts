import { describe, expect, test } from 'vitest';
import { learningRateAt, SCHEDULE_NAMES, type ScheduleName } from '#engine/optimizers/schedules.js';

/** 100 steps in 10 epochs, a learning rate of 0.8, a decay of a half each epoch. */
const rateAt = (name: ScheduleName, step: number, warmupSteps = 0): number =>
  learningRateAt(step, { name, learningRate: 0.8, warmupSteps, totalSteps: 100, decay: 0.5, stepsPerEpoch: 10 });

describe('without warm-up', () => {
  test.each<[ScheduleName, number, number]>([
    ['constant', 0, 0.8],
    ['constant', 99, 0.8],
    ['linear', 0, 0.8],
    ['linear', 25, 0.6],
    ['linear', 50, 0.4],
    ['linear', 99, 0.008],
    ['linear', 100, 0],
    ['linear', 1000, 0],
    ['cosine', 0, 0.8],
    ['cosine', 50, 0.4],
    ['cosine', 25, 0.4 * (1 + Math.SQRT1_2)],
    ['cosine', 100, 0],
    ['cosine', 1000, 0],
    ['inverse', 0, 0.8],
    ['inverse', 10, 0.8 / 1.5],
    ['inverse', 20, 0.4],
    ['exponential', 0, 0.8],
    ['exponential', 10, 0.4],
    ['exponential', 5, 0.8 * Math.SQRT1_2],
    ['exponential', 30, 0.1],
  ])('%s at step %i is %d', (name, step, expected) => {
    expect(rateAt(name, step)).toBeCloseTo(expected, 12);
  });
});

describe('with four steps of warm-up', () => {
  test.each(SCHEDULE_NAMES)('%s rises in fifths to its full rate, and only then begins to fall', (name) => {
    const rising = [0, 1, 2, 3, 4].map((step) => rateAt(name, step, 4));
    rising.forEach((rate, i) => {
      expect(rate).toBeCloseTo(0.16 * (i + 1), 12);
    });
    expect(rateAt(name, 54, 4)).toBeLessThanOrEqual(0.8);
  });

  test('linear still reaches 0 at the last step', () => {
    expect(rateAt('linear', 52, 4)).toBeCloseTo(0.4, 12);
    expect(rateAt('linear', 100, 4)).toBe(0);
  });

  test('a warm-up longer than the training never divides by 0', () => {
    expect(rateAt('linear', 100, 200)).toBeCloseTo((0.8 * 101) / 201, 12);
    expect(rateAt('cosine', 200, 200)).toBe(0.8);
    expect(rateAt('linear', 100, 100)).toBe(0.8);
    expect(rateAt('linear', 101, 100)).toBe(0);
  });
});

test.each(SCHEDULE_NAMES)('%s never rises after the warm-up and is never negative', (name) => {
  const rates = Array.from({ length: 150 }, (_, step) => rateAt(name, step));
  rates.forEach((rate, step) => {
    expect(rate).toBeGreaterThanOrEqual(0);
    if (step > 0) expect(rate).toBeLessThanOrEqual(rates[step - 1]);
  });
});
