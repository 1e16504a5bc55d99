import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveCholesky } from '#tagging/vectors/build/cholesky.js';
import { expectClose } from '../../../helpers/closeness.js';
import { thrownBy } from '../../../helpers/thrown-by.js';

test('a system whose solution is known', () => {
  const matrix = Float64Array.of(4, 2, 0, 2, 5, 1, 0, 1, 3);
  // 4 + 4 = 8, 2 + 10 + 3 = 15, 2 + 9 = 11
  expectClose(solveCholesky(matrix, Float64Array.of(8, 15, 11)), [1, 2, 3], 1e-12);
  expect([...matrix]).toEqual([4, 2, 0, 2, 5, 1, 0, 1, 3]);
});

test('A x = b for A = M M^T + I', () => {
  const numbers = (length: number) =>
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
  const system = fc.integer({ min: 1, max: 6 }).chain((size) => fc.tuple(numbers(size * size), numbers(size)));
  fc.assert(
    fc.property(system, ([m, b]) => {
      const size = b.length;
      const at = (i: number, j: number): number =>
        b.reduce((sum, _, k) => sum + m[i * size + k] * m[j * size + k], i === j ? 1 : 0);
      const matrix = Float64Array.from({ length: size * size }, (_, i) => at(Math.floor(i / size), i % size));
      const x = solveCholesky(matrix, Float64Array.from(b));
      const product = b.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * size + j] * value, 0));
      expectClose(product, b, 1e-8);
    }),
  );
});

test.each([
  ['zeros', [0, 0, 0, 0]],
  ['indefinite', [1, 2, 2, 1]],
  ['no number', [Number.NaN, 0, 0, 1]],
])('refuses a matrix that is %s', (_, matrix) => {
  const error = thrownBy(() => solveCholesky(Float64Array.from(matrix), Float64Array.of(1, 1)));
  expect(error.code).toBe('numerical_failure');
  expect(error.message).toMatch(/^matrix: expected a positive definite one, found pivot (0|-3|NaN)$/);
});
