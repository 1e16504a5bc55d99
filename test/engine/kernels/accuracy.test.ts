import { describe, expect, test } from 'vitest';
import type { Floats } from '#engine/kernels/kernels.js';
import { createKernels } from './simd-modules.js';

/**
 * The bounds stated in assembly/functions.ts, over one float32 in 499 of both signs. An ulp is the distance between the
 * float32 numbers around the true value.
 */
describe.each(['simd', 'relaxed'] as const)('%s', (name) => {
  const kernels = createKernels(name);

  test('tanh', () => {
    const worst = worstUlps(1e-9, 100, (x, out) => kernels.tanh(out, x, x.length), Math.tanh);
    expect(worst).toBeLessThan(2.5);
  });

  test('sigmoid, as a gate of the LSTM', () => {
    const worst = worstUlps(1e-9, 87, lstmInputGate, (x) => 1 / (1 + Math.exp(-x)));
    expect(worst).toBeLessThan(2.5);
  });

  test('exp, as the smaller of two probabilities', () => {
    // e^-|x| / (1 + e^-|x|): the error of exp, that of the sum, of its reciprocal and of the product.
    const worst = worstUlps(1e-3, 86, firstOfSoftmax, (x) => Math.exp(-Math.abs(x)) / (1 + Math.exp(-Math.abs(x))));
    expect(worst).toBeLessThan(4);
  });

  test('log, as the logarithm of the larger of two probabilities', () => {
    const worst = worstUlps(1e-3, 15, largerLogSoftmax, (x) => -Math.log1p(Math.exp(-Math.abs(x))), 0.5);
    expect(worst).toBeLessThan(2);
  });

  test('what is below the range of exp is 0, what is above is infinite', () => {
    const x = kernels.arena.floats(8);
    x.set([-87.3, -87.7, -1e4, -1e38, Number.NEGATIVE_INFINITY, 88.3, 88.4, 1e38]);
    const out = kernels.arena.floats(8);
    lstmInputGate(x, out);
    expect(out[0]).toBeGreaterThan(0);
    expect(Array.from(out.subarray(2))).toEqual([0, 0, 0, 1, 1, 1]);
  });

  /** The gates of one row are i, f, g, o: with x as i and all else 0, i is overwritten by its sigmoid. */
  function lstmInputGate(x: Floats, out: Floats): void {
    const position = kernels.arena.position;
    const n = x.length;
    const gates = kernels.arena.floats(4 * n).fill(0);
    gates.set(x);
    const [hidden, cell, cellTanh, before] = [0, 1, 2, 3].map(() => kernels.arena.floats(n).fill(0));
    kernels.lstmForward(hidden, cell, cellTanh, gates, before, 1, n);
    out.set(gates.subarray(0, n));
    kernels.arena.release(position);
  }

  function pairs(x: Floats): Floats {
    const both = kernels.arena.floats(2 * x.length);
    for (let i = 0; i < x.length; i++) both.set([-Math.abs(x[i]), 0], 2 * i);
    return both;
  }

  function firstOfSoftmax(x: Floats, out: Floats): void {
    const position = kernels.arena.position;
    const both = pairs(x);
    kernels.softmax(both, both, x.length, 2);
    for (let i = 0; i < x.length; i++) out[i] = both[2 * i];
    kernels.arena.release(position);
  }

  function largerLogSoftmax(x: Floats, out: Floats): void {
    const position = kernels.arena.position;
    const both = pairs(x);
    kernels.logSoftmax(both, both, x.length, 2);
    for (let i = 0; i < x.length; i++) out[i] = both[2 * i + 1];
    kernels.arena.release(position);
  }

  /** The largest error in ulps of the true value, or of `least` if that is larger. */
  function worstUlps(
    from: number,
    to: number,
    apply: (x: Floats, out: Floats) => void,
    truth: (x: number) => number,
    least = 0,
  ): number {
    const position = kernels.arena.position;
    const length = 1 << 16;
    const x = kernels.arena.floats(length);
    const bits = new Uint32Array(x.buffer, x.byteOffset, length);
    const out = kernels.arena.floats(length);
    let worst = 0;
    let used = 0;
    const measure = (): void => {
      apply(x.subarray(0, used), out.subarray(0, used));
      for (let i = 0; i < used; i++) {
        const expected = truth(x[i]);
        const error = Math.abs(out[i] - expected) / ulp(Math.max(Math.abs(expected), least));
        if (!(error <= worst)) worst = error;
      }
      used = 0;
    };
    for (const sign of [0, 2 ** 31]) {
      for (let pattern = bitsOf(from); pattern <= bitsOf(to); pattern += 499) {
        bits[used++] = sign + pattern;
        if (used === length) measure();
      }
    }
    measure();
    kernels.arena.release(position);
    return worst;
  }
});

function bitsOf(x: number): number {
  return new Uint32Array(new Float32Array([x]).buffer)[0];
}

function ulp(x: number): number {
  return 2 ** (Math.floor(Math.log2(x)) - 23);
}
