import { expect, test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import {
  absolute,
  type Case,
  exact,
  expectWithin,
  inMemory,
  random,
  relative,
  run,
  SIZES,
  UNIT,
} from './kernel-case.js';

export function elementContract(kernels: Kernels): void {
  test.each(Object.entries(ELEMENTWISE))('%s', (operation, caseOf) => {
    for (const n of SIZES) run(kernels, caseOf(n), `${operation} of ${n}`);
  });

  test('special values: NaN stays, infinities are right, zeros keep their sign', () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const x = inMemory(kernels, [nan, inf, -inf, 0, -0, 1e-30, -1e-30, 1e38, -1e38, 100, -100, 1]);
    const n = x.length;
    const out = kernels.arena.floats(n);
    kernels.tanh(out, x, n);
    expectWithin(out, [nan, 1, -1, 0, -0, 1e-30, -1e-30, 1, -1, 1, -1, Math.tanh(1)], relative(4 * UNIT));
    expect([out[3], out[4]]).toEqual([0, -0]);
    expect([out[1], out[2], out[9], out[10]]).toEqual([1, -1, 1, -1]);
    kernels.relu(out, x, n);
    expectWithin(out, [nan, inf, 0, 0, 0, 1e-30, 0, 1e38, 0, 100, 0, 1], relative(UNIT));
    kernels.reluBackward(out, inMemory(kernels, new Float32Array(n).fill(2)), x, n);
    expect(Array.from(out)).toEqual([0, 2, 0, 0, 0, 2, 0, 2, 0, 2, 0, 2]);
  });

  test('dropout masks are those of the reference', () => {
    const reference = createReferenceKernels('float32');
    for (const n of SIZES) {
      const expected = reference.floats(n);
      const mask = kernels.arena.floats(n + 1).subarray(1);
      for (const rate of [0, 0.1, 0.5, 0.999, 1]) {
        for (const seed of [0, 1, 0xffffffff, 0x9e3779b1, 123456789]) {
          reference.dropoutMask(expected, rate, seed, n);
          kernels.dropoutMask(mask, rate, seed, n);
          expect(Array.from(mask, Math.fround)).toEqual(Array.from(expected));
        }
      }
    }
  });
}

const ELEMENTWISE: Readonly<Record<string, (n: number) => Case>> = {
  fill: (n) => ({
    inputs: {},
    outputs: { out: { length: n, bound: exact } },
    call: (k, { out }) => k.fill(out, 0.25, n),
  }),
  copy: (n) => ({
    inputs: { x: random(n) },
    outputs: { out: { length: n, bound: exact } },
    call: (k, { out, x }) => k.copy(out, x, n),
  }),
  addScaled: (n) => ({
    inputs: { x: random(n, 1, 3) },
    outputs: { out: { initial: random(n, 2, 3), bound: absolute(8 * UNIT) } },
    call: (k, { out, x }) => k.addScaled(out, x, 0.3125, n),
  }),
  scale: (n) => ({
    inputs: {},
    outputs: { out: { initial: random(n), bound: exact } },
    call: (k, { out }) => k.scale(out, 0.5, n),
  }),
  multiply: (n) => ({
    inputs: { x: random(n, 1), y: random(n, 2) },
    outputs: { out: { length: n, bound: relative(UNIT) } },
    call: (k, { out, x, y }) => k.multiply(out, x, y, n),
  }),
  'multiply in place': (n) => ({
    inputs: { y: random(n, 2) },
    outputs: { out: { initial: random(n, 1), bound: relative(UNIT) } },
    call: (k, { out, y }) => k.multiply(out, out, y, n),
  }),
  tanh: (n) => ({
    inputs: { x: random(n, 1, 3) },
    outputs: { out: { length: n, bound: relative(5 * UNIT) } },
    call: (k, { out, x }) => k.tanh(out, x, n),
  }),
  'tanh in place': (n) => ({
    inputs: {},
    outputs: { out: { initial: random(n, 1, 0.01), bound: relative(5 * UNIT) } },
    call: (k, { out }) => k.tanh(out, out, n),
  }),
  tanhBackward: (n) => ({
    inputs: { dY: random(n, 1), y: random(n, 2) },
    outputs: { out: { length: n, bound: absolute(3 * UNIT) } },
    call: (k, { out, dY, y }) => k.tanhBackward(out, dY, y, n),
  }),
  'tanhBackward in place': (n) => ({
    inputs: { y: random(n, 2) },
    outputs: { dX: { initial: random(n, 1), bound: absolute(3 * UNIT) } },
    call: (k, { dX, y }) => k.tanhBackward(dX, dX, y, n),
  }),
  relu: (n) => ({
    inputs: { x: random(n) },
    outputs: { out: { length: n, bound: exact } },
    call: (k, { out, x }) => k.relu(out, x, n),
  }),
  'relu in place': (n) => ({
    inputs: {},
    outputs: { out: { initial: random(n), bound: exact } },
    call: (k, { out }) => k.relu(out, out, n),
  }),
  reluBackward: (n) => ({
    inputs: { y: random(n, 2) },
    outputs: { dX: { initial: random(n, 1), bound: exact } },
    call: (k, { dX, y }) => k.reluBackward(dX, dX, y, n),
  }),
  moveAverage: (n) => ({
    inputs: { x: random(n, 1) },
    outputs: { average: { initial: random(n, 2), bound: absolute(8 * UNIT) } },
    call: (k, { average, x }) => k.moveAverage(average, x, 0.9, n),
  }),
};
