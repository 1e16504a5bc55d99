import { expect, test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { absolute, type Case, inMemory, random, relative, run, SIZES } from './kernel-case.js';

export function optimizerContract(kernels: Kernels): void {
  test.each(Object.entries(UPDATES))('%s update', (operation, caseOf) => {
    for (const n of SIZES) run(kernels, caseOf(n), `${operation} of ${n}`);
  });

  test('a moment that is no longer fed comes to nothing, and NaN in a gradient stays with its parameter', () => {
    const n = 5;
    const [values, gradient, first, second] = [0, 0, 1e-3, 1e-3].map((value) =>
      inMemory(kernels, new Float32Array(n).fill(value)),
    );
    const update = (): void => kernels.adamUpdate(values, gradient, first, second, n, 1e-3, 0.9, 0.9, 1e-8, 1, 1, 0);
    for (let step = 0; step < 2000; step++) update();
    for (const moment of first) expect(Math.abs(moment)).toBeLessThan(1e-38);
    gradient[4] = Number.NaN;
    update();
    expect(Array.from(values, Number.isNaN)).toEqual([false, false, false, false, true]);
  });

  test('sum of squares', () => {
    for (const n of [...SIZES, 1000]) {
      const x = random(n, 1, 10);
      const array = inMemory(kernels, [0, 0, 0, ...x]).subarray(3);
      let expected = 0;
      for (const value of x) expected += value * value;
      expect(Math.abs(kernels.sumOfSquares(array, n) - expected)).toBeLessThanOrEqual(1e-12 * expected);
      for (const special of [Number.NaN, Number.POSITIVE_INFINITY]) {
        array[n - 1] = special;
        if (n > 0) expect(kernels.sumOfSquares(array, n)).toBe(special);
      }
    }
  });
}

const NEAR = absolute(2 ** -20);
const values = (n: number): Float32Array => random(n, 1);
const gradient = (n: number): Float32Array => random(n, 2, 0.1);
const moment = (n: number): Float32Array => random(n, 3, 0.1);
const square = (n: number): Float32Array => random(n, 4, 0.1).map((value) => value * value);

const UPDATES: Readonly<Record<string, (n: number) => Case>> = {
  sgd: (n) => ({
    inputs: { gradient: gradient(n) },
    outputs: { values: { initial: values(n), bound: NEAR } },
    call: (k, { values, gradient }) => k.sgdUpdate(values, gradient, n, 0.1),
  }),
  momentum: (n) => ({
    inputs: { gradient: gradient(n) },
    outputs: { values: { initial: values(n), bound: NEAR }, velocity: { initial: moment(n), bound: NEAR } },
    call: (k, { values, gradient, velocity }) => k.momentumUpdate(values, gradient, velocity, n, 0.1, 0.9),
  }),
  rmsprop: (n) => ({
    inputs: { gradient: gradient(n) },
    outputs: {
      values: { initial: values(n), bound: NEAR },
      second: { initial: square(n), bound: relative(2 ** -20) },
    },
    call: (k, { values, gradient, second }) => k.rmspropUpdate(values, gradient, second, n, 1e-3, 0.999, 1e-8),
  }),
  adam: (n) => ({
    inputs: { gradient: gradient(n) },
    outputs: {
      values: { initial: values(n), bound: NEAR },
      first: { initial: moment(n), bound: NEAR },
      second: { initial: square(n), bound: relative(2 ** -20) },
    },
    call: (k, { values, gradient, first, second }) =>
      k.adamUpdate(values, gradient, first, second, n, 1e-3, 0.9, 0.999, 1e-8, 1 / 0.19, 1 / 0.001999, 1e-4),
  }),
};
