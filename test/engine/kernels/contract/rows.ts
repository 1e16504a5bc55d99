import { test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { absolute, exact, random, run, SHAPES, SIZES, UNIT } from './kernel-case.js';

export function rowContract(kernels: Kernels): void {
  test.each(SIZES)('transpose, fillRows and addColumnSums of %i rows', (m) => {
    for (const n of SIZES) {
      run(kernels, {
        inputs: { a: random(m * n) },
        outputs: { out: { length: m * n, bound: exact } },
        call: (k, { a, out }) => k.transpose(out, a, m, n),
      });
      run(kernels, {
        inputs: { row: random(n) },
        outputs: { out: { length: m * n, bound: exact } },
        call: (k, { row, out }) => k.fillRows(out, row, m, n),
      });
      run(kernels, {
        inputs: { x: random(m * n) },
        outputs: { out: { initial: random(n, 2), bound: absolute((m + 1) * UNIT * (m + 1)) } },
        call: (k, { x, out }) => k.addColumnSums(out, x, m, n),
      });
    }
  });

  test('gatherRows, gatherAddRows and scatterAddRows, with absent rows, into some columns of wider rows', () => {
    for (const [m, n] of SHAPES) {
      const stride = n + 5;
      const ids = Int32Array.from({ length: m }, (_, i) => ((i * 7) % 6) - 1);
      run(kernels, {
        inputs: { table: random(5 * n), ids },
        outputs: { out: { initial: random(m * stride), bound: exact } },
        call: (k, { table, ids, out }) => k.gatherRows(out, table, ids, m, n, stride, 2),
      });
      run(kernels, {
        inputs: { table: random(5 * n), ids },
        outputs: { out: { initial: random(m * stride), bound: absolute(2 * UNIT) } },
        call: (k, { table, ids, out }) => k.gatherAddRows(out, table, ids, m, n, stride, 2),
      });
      run(kernels, {
        inputs: { dOut: random(m * stride), ids },
        outputs: { table: { initial: random(5 * n, 2), bound: absolute((m + 1) * UNIT * (m + 1)) } },
        call: (k, { table, ids, dOut }) => k.scatterAddRows(table, dOut, ids, m, n, stride, 3),
      });
    }
  });

  test('takeRows and putRows, in any order of rows', () => {
    for (const [m, n] of SHAPES) {
      const ids = Int32Array.from({ length: m }, (_, i) => (i * 3 + 2) % (3 * m + 1));
      const inTable = (3 * m + 1) * n;
      run(kernels, {
        inputs: { ids },
        outputs: {
          rows: { initial: random(m * n), bound: absolute(2 * UNIT) },
          table: { initial: random(inTable, 2), bound: exact },
        },
        call: (k, { rows, table, ids }) => k.takeRows(rows, table, ids, m, n),
      });
      run(kernels, {
        inputs: { rows: random(m * n), ids },
        outputs: { table: { initial: random(inTable, 2), bound: exact } },
        call: (k, { rows, table, ids }) => k.putRows(table, rows, ids, m, n),
      });
    }
  });
}
