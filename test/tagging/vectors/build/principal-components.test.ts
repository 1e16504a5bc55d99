import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { momentsOf } from '#tagging/vectors/build/covariance.js';
import { principalComponents } from '#tagging/vectors/build/principal-components.js';
import { symmetricEigen } from '#tagging/vectors/build/symmetric-eigen.js';
import { expectClose } from '../../../helpers/closeness.js';

const SIZE = 200;
const DIMENSION = 6;
const random = createRandom(3).fork('rows');
/** Correlated, with a mean that is not 0. */
const rows = new Float32Array(SIZE * DIMENSION);
for (let v = 0; v < SIZE; v++) {
  const common = random.next() - 0.5;
  for (let d = 0; d < DIMENSION; d++)
    rows[v * DIMENSION + d] = d + 3 * common * (d % 2) + (random.next() - 0.5) * (d + 1);
}

describe('moments', () => {
  test('of two rows', () => {
    const { mean, covariance } = momentsOf(Float32Array.of(1, 2, 3, 6), 2);
    expect([...mean]).toEqual([2, 4]);
    expect([...covariance]).toEqual([1, 2, 2, 4]);
  });

  test('of one row are itself and zeros', () => {
    const { mean, covariance } = momentsOf(Float32Array.of(1, 2), 2);
    expect([...mean, ...covariance]).toEqual([1, 2, 0, 0, 0, 0]);
  });
});

describe.each([1, 3, 6])('%d of 6 components', (count) => {
  const { values, components, mean, kept } = principalComponents(rows, { dimension: DIMENSION, count });
  const { covariance } = momentsOf(rows, DIMENSION);
  const eigenvalues = symmetricEigen(covariance, DIMENSION).values;
  const sum = (some: Float64Array): number => some.reduce((total, value) => total + value, 0);

  test('are orthogonal unit vectors', () => {
    const product = (a: number, b: number): number =>
      mean.reduce((total, _, d) => total + components[a * DIMENSION + d] * components[b * DIMENSION + d], 0);
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++) expect(product(a, b)).toBeCloseTo(a === b ? 1 : 0, 10);
  });

  test('lose as much as the eigenvalues that are left out say', () => {
    let error = 0;
    for (let v = 0; v < SIZE; v++) {
      for (let d = 0; d < DIMENSION; d++) {
        let again = mean[d];
        for (let k = 0; k < count; k++) again += values[v * count + k] * components[k * DIMENSION + d];
        error += (again - rows[v * DIMENSION + d]) ** 2;
      }
    }
    expect(error / SIZE).toBeCloseTo(sum(eigenvalues.subarray(count)), 5);
    expect(kept).toBeCloseTo(1 - sum(eigenvalues.subarray(count)) / sum(eigenvalues), 10);
  });

  test('give dimensions without correlation, the eigenvalues their variances, the mean 0', () => {
    const after = momentsOf(values, count);
    expectClose(after.mean, new Float64Array(count), 1e-6);
    const expected = after.covariance.map((_, at) => (at % (count + 1) === 0 ? eigenvalues[at / (count + 1)] : 0));
    expectClose(after.covariance, expected, 1e-5);
  });
});

test('distances stay if nothing is left out', () => {
  const { values } = principalComponents(rows, { dimension: DIMENSION, count: DIMENSION });
  const distance = (of: Float32Array, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: DIMENSION }, (_, d) => of[a * DIMENSION + d] - of[b * DIMENSION + d]));
  for (let v = 1; v < SIZE; v++) expect(distance(values, 0, v)).toBeCloseTo(distance(rows, 0, v), 4);
});

test('rows that are all the same have nothing to lose', () => {
  const { values, kept } = principalComponents(Float32Array.of(1, 2, 1, 2), { dimension: 2, count: 1 });
  expect([...values].map(Math.abs)).toEqual([0, 0]);
  expect(kept).toBe(1);
});
