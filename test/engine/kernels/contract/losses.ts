import { describe, expect, test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { absolute, type Bound, expectWithin, inMemory, random, relative, run, SHAPES, UNIT } from './kernel-case.js';

export function lossContract(kernels: Kernels): void {
  test('layer normalisation of values far from 0, and its gradients', () => {
    for (const [m, n] of SHAPES.filter(([, columns]) => columns > 1)) {
      run(kernels, {
        inputs: { x: random(m * n, 1, 5).map((value) => value + 100), gain: random(n, 2), shift: random(n, 3) },
        outputs: {
          out: { length: m * n, bound: absolute(2 ** -18) },
          normalized: { length: m * n, bound: absolute(2 ** -18) },
          inverseDeviation: { length: m, bound: relative(2 ** -18) },
        },
        call: (k, { out, normalized, inverseDeviation, x, gain, shift }) =>
          k.layerNormForward(out, normalized, inverseDeviation, x, gain, shift, m, n, 1e-5),
      });
      const sums = absolute((m + 2) * (m + 2) * UNIT);
      run(kernels, {
        inputs: {
          dY: random(m * n, 1),
          normalized: random(m * n, 2, 1.7),
          inverseDeviation: random(m, 3).map((value) => 1 + value / 2),
          gain: random(n, 4),
        },
        outputs: {
          dX: { length: m * n, bound: absolute(2 ** -18) },
          dGain: { initial: random(n, 5), bound: sums },
          dShift: { initial: random(n, 6), bound: sums },
        },
        call: (k, { dX, dGain, dShift, dY, normalized, inverseDeviation, gain }) =>
          k.layerNormBackward(dX, dGain, dShift, dY, normalized, inverseDeviation, gain, m, n),
      });
    }
  });

  test.each([1, 50, 1000])('softmax and its relatives, of logits up to %i', (scale) => {
    for (const [m, n] of SHAPES) {
      const bound: Bound = (_, y) => 2 ** -20 + (n + 4) * UNIT * Math.abs(y);
      run(kernels, {
        inputs: {},
        outputs: { out: { initial: random(m * n, 1, scale), bound } },
        call: (k, { out }) => k.softmax(out, out, m, n),
      });
      run(kernels, {
        inputs: { x: random(m * n, 1, scale) },
        outputs: { out: { length: m * n, bound } },
        call: (k, { out, x }) => k.logSoftmax(out, x, m, n),
      });
      const targets = Int32Array.from({ length: m }, (_, i) => (i % 4 === 3 ? -1 : (i * 5) % n));
      const loss = run(kernels, {
        inputs: { targets },
        outputs: { logits: { initial: random(m * n, 1, scale), bound: absolute(2 ** -20) } },
        call: (k, { logits, targets }) => k.softmaxCrossEntropy(logits, logits, targets, m, n, 0.125),
      });
      expect(Math.abs(loss.actual - loss.expected)).toBeLessThanOrEqual(m * (n + 4) * UNIT);
    }
  });

  describe('special logits', () => {
    const inf = Number.POSITIVE_INFINITY;

    test('minus infinity has no probability', () => {
      const x = inMemory(kernels, [0, -inf, 0, -1000, -inf, -inf]);
      const out = kernels.arena.floats(6);
      kernels.softmax(out, x, 1, 6);
      expectWithin(out, [0.5, 0, 0.5, 0, 0, 0], absolute(UNIT));
      kernels.logSoftmax(out, x, 1, 6);
      expectWithin(out, [-Math.LN2, -inf, -Math.LN2, -1000 - Math.LN2, -inf, -inf], relative(4 * UNIT));
    });

    test.each([[Number.NaN], [inf]])('%f makes its row NaN, and no other', (special) => {
      const x = inMemory(kernels, random(3 * 5));
      x[7] = special;
      const out = kernels.arena.floats(15);
      for (const operation of ['softmax', 'logSoftmax'] as const) {
        kernels[operation](out, x, 3, 5);
        expect(Array.from(out, Number.isNaN)).toEqual(Array.from(out, (_, i) => i >= 5 && i < 10));
      }
      const targets = kernels.arena.ints(3).fill(1);
      expect(kernels.softmaxCrossEntropy(out, x, targets, 3, 5, 1)).toBeNaN();
    });
  });
}
