import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { symmetricEigen } from '#tagging/vectors/build/symmetric-eigen.js';
import { expectClose } from '../../../helpers/closeness.js';

test.each([
  ['one number', [3], [3], [1]],
  ['a diagonal', [2, 0, 0, 5], [5, 2], [0, 1, 1, 0]],
  ['equal values', [2, 0, 0, 2], [2, 2], [1, 0, 0, 1]],
  ['zeros', [0, 0, 0, 0], [0, 0], [1, 0, 0, 1]],
  ['2 1 / 1 2', [2, 1, 1, 2], [3, 1], [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2]],
  ['negative values', [0, 2, 2, 0], [2, -2], [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2]],
])('%s', (_, matrix, values, vectors) => {
  const eigen = symmetricEigen(Float64Array.from(matrix), values.length);
  expectClose(eigen.values, values, 1e-12);
  // Of two equally large numbers of a vector, rounding decides which is positive.
  expectClose(eigen.vectors.map(Math.abs), vectors.map(Math.abs), 1e-12);
});

test('the second difference, whose eigenvalues have a formula', () => {
  const size = 20;
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    const distance = Math.abs(Math.floor(at / size) - (at % size));
    return distance === 0 ? 2 : distance === 1 ? -1 : 0;
  });
  const expected = Array.from({ length: size }, (_, k) => 2 - 2 * Math.cos(((size - k) * Math.PI) / (size + 1)));
  expectClose(symmetricEigen(matrix, size).values, expected, 1e-12);
});

describe.each([1, 2, 7, 30])('a random matrix of size %d', (size) => {
  const random = createRandom(7).fork('matrix', size);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.next() - 0.5;
  const before = matrix.slice();
  const { values, vectors } = symmetricEigen(matrix, size);
  const row = (k: number): Float64Array => vectors.subarray(k * size, (k + 1) * size);

  test('is left as it was', () => expect(matrix).toEqual(before));

  test('the largest value comes first', () => {
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });

  test('the vectors are orthogonal, of length 1, their largest number positive', () => {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const product = row(a).reduce((sum, value, i) => sum + value * row(b)[i], 0);
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-12);
      }
      const largest = row(a).reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
      expect(largest).toBeGreaterThan(0);
    }
  });

  test('A v = lambda v', () => {
    for (let k = 0; k < size; k++) {
      const product = Array.from({ length: size }, (_, i) =>
        row(k).reduce((sum, value, j) => sum + matrix[i * size + j] * value, 0),
      );
      expectClose(
        product,
        row(k).map((value) => value * values[k]),
        1e-12,
      );
    }
  });

  test('the trace is the sum of the values', () => {
    const trace = values.reduce((sum, _, i) => sum + matrix[i * size + i], 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 10);
  });
});
