import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import { type Bound, type Case, inMemory, random, run, SIZES, UNIT } from './kernel-case.js';

const PRODUCTS = ['matmul', 'matmulTransposedB', 'matmulTransposedA'] as const;
type Product = (typeof PRODUCTS)[number];

export function productContract(kernels: Kernels): void {
  describe.each(PRODUCTS)('%s', (operation) => {
    test('of all sizes, overwriting and accumulating', () => {
      for (const m of SIZES)
        for (const n of SIZES)
          for (const k of SIZES) for (const accumulate of [false, true]) check(operation, m, n, k, accumulate);
    });

    test('of random sizes', () => {
      const sizes = [100, 60, 350].map((max) => fc.integer({ min: 0, max }));
      fc.assert(
        fc.property(fc.tuple(...sizes), fc.boolean(), ([m, n, k], accumulate) => {
          check(operation, m, n, k, accumulate);
        }),
        { numRuns: 40, seed: 1 },
      );
    });

    test('beyond one block of k and of columns', () => {
      check(operation, 7, 530, 11, true);
      check(operation, 7, 19, 650, true);
      check(operation, 40, 1030, 170, false);
    });

    test('a row is the same alone as among others', () => {
      const [m, n, k] = [23, 45, 170];
      const a = inMemory(kernels, random(m * k, 1));
      const b = inMemory(kernels, random(k * n, 2));
      const before = random(m * n, 3);
      const whole = inMemory(kernels, before);
      kernels[operation](whole, a, b, m, n, k, true);
      for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 13]) {
        for (let i = 0; i + rows <= m; i += rows) {
          const part = inMemory(kernels, before.subarray(i * n, (i + rows) * n));
          kernels[operation](part, rowsOfA(kernels, { operation, a, m, k }, i, rows), b, rows, n, k, true);
          expect(Array.from(part)).toEqual(Array.from(whole.subarray(i * n, (i + rows) * n)));
        }
      }
    });

    test('NaN and infinity reach exactly the rows that they enter', () => {
      const [m, n, k] = [9, 11, 6];
      const a = inMemory(kernels, random(m * k, 1));
      const at = (i: number, p: number): number => (operation === 'matmulTransposedA' ? p * m + i : i * k + p);
      a[at(2, 3)] = Number.NaN;
      a[at(8, 0)] = Number.POSITIVE_INFINITY;
      const out = kernels.arena.floats(m * n);
      kernels[operation](out, a, inMemory(kernels, random(k * n, 2)), m, n, k, false);
      for (let i = 0; i < m; i++) {
        for (const value of out.subarray(i * n, (i + 1) * n)) {
          if (i === 2) expect(value).toBeNaN();
          else if (i === 8) expect(Math.abs(value)).toBe(Number.POSITIVE_INFINITY);
          else expect(Number.isFinite(value)).toBe(true);
        }
      }
    });
  });

  test('the same product gives the same bits, wherever its arrays lie', () => {
    const [m, n, k] = [33, 45, 210];
    const results = [0, 1, 2, 3].map((offset) => {
      const place = (values: Float32Array): Floats => inMemory(kernels, [0, 0, 0, ...values]).subarray(3 - offset);
      const out = place(random(m * n, 3)).subarray(offset);
      kernels.matmul(
        out,
        place(random(m * k, 1)).subarray(offset),
        place(random(k * n, 2)).subarray(offset),
        m,
        n,
        k,
        true,
      );
      return Array.from(out);
    });
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });

  function check(operation: Product, m: number, n: number, k: number, accumulate: boolean): void {
    run(kernels, productCase(operation, m, n, k, accumulate), `${operation} ${m} x ${n} x ${k}`);
  }
}

function productCase(operation: Product, m: number, n: number, k: number, accumulate: boolean): Case {
  const a = random(m * k, 1);
  const b = random(k * n, 2);
  const before = random(m * n, 3);
  const bound: Bound = (index) => {
    const i = Math.floor(index / n);
    const j = index % n;
    let sum = accumulate ? Math.abs(before[index]) : 0;
    for (let p = 0; p < k; p++) {
      const left = operation === 'matmulTransposedA' ? a[p * m + i] : a[i * k + p];
      sum += Math.abs(left * (operation === 'matmulTransposedB' ? b[j * k + p] : b[p * n + j]));
    }
    return (k + 2) * UNIT * sum;
  };
  return {
    inputs: { a, b },
    outputs: { out: { initial: before, bound } },
    call: (kernels, { out, a, b }) => kernels[operation](out, a, b, m, n, k, accumulate),
  };
}

interface LeftFactor {
  readonly operation: Product;
  readonly a: Floats;
  readonly m: number;
  readonly k: number;
}

/** Rows `from` … of the left factor, which are columns in memory when it is transposed. */
function rowsOfA(kernels: Kernels, { operation, a, m, k }: LeftFactor, from: number, rows: number): Floats {
  if (operation !== 'matmulTransposedA') return a.subarray(from * k, (from + rows) * k);
  const part = kernels.arena.floats(k * rows);
  for (let p = 0; p < k; p++) part.set(a.subarray(p * m + from, p * m + from + rows), p * rows);
  return part;
}
