import { expect, test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { absolute, inMemory, random, run, SIZES } from './kernel-case.js';

const NEAR = absolute(2 ** -20);

export function cellContract(kernels: Kernels): void {
  test.each([0, 1, 2, 3, 8])('LSTM and GRU steps of %i rows', (rows) => {
    for (const h of SIZES) {
      const n = rows * h;
      run(kernels, {
        inputs: { cellBefore: random(n, 2) },
        outputs: {
          hidden: { length: n, bound: NEAR },
          cell: { length: n, bound: NEAR },
          cellTanh: { length: n, bound: NEAR },
          gates: { initial: random(4 * n, 1, 6), bound: NEAR },
        },
        call: (k, { hidden, cell, cellTanh, gates, cellBefore }) =>
          k.lstmForward(hidden, cell, cellTanh, gates, cellBefore, rows, h),
      });
      run(kernels, {
        inputs: { dHidden: random(n, 1), cellTanh: random(n, 2), cellBefore: random(n, 3) },
        outputs: { gates: { initial: random(4 * n, 4), bound: NEAR }, dCell: { initial: random(n, 5), bound: NEAR } },
        call: (k, { gates, dCell, dHidden, cellTanh, cellBefore }) =>
          k.lstmBackward(gates, dCell, dHidden, cellTanh, cellBefore, rows, h),
      });
      run(kernels, {
        inputs: { recurrent: random(3 * n, 2, 4), hiddenBefore: random(n, 3) },
        outputs: { hidden: { length: n, bound: NEAR }, input: { initial: random(3 * n, 1, 4), bound: NEAR } },
        call: (k, { hidden, input, recurrent, hiddenBefore }) =>
          k.gruForward(hidden, input, recurrent, hiddenBefore, rows, h),
      });
      run(kernels, {
        inputs: { dHidden: random(n, 1), hiddenBefore: random(n, 2) },
        outputs: {
          dHiddenBefore: { length: n, bound: NEAR },
          input: { initial: random(3 * n, 3), bound: NEAR },
          recurrent: { initial: random(3 * n, 4), bound: NEAR },
        },
        call: (k, { dHiddenBefore, input, recurrent, dHidden, hiddenBefore }) =>
          k.gruBackward(dHiddenBefore, input, recurrent, dHidden, hiddenBefore, rows, h),
      });
    }
  });

  test('a row of gates is the same alone as among others', () => {
    const h = 13;
    const gates = inMemory(kernels, random(3 * 4 * h, 9, 20));
    const alone = inMemory(kernels, gates.subarray(4 * h, 8 * h));
    const [hidden, cell, cellTanh, before] = states(h);
    kernels.lstmForward(hidden, cell, cellTanh, gates, before, 3, h);
    const hiddens = hidden.slice(h, 2 * h);
    kernels.lstmForward(hidden, cell, cellTanh, alone, before, 1, h);
    expect(Array.from(alone)).toEqual(Array.from(gates.subarray(4 * h, 8 * h)));
    expect(Array.from(hidden.subarray(0, h))).toEqual(Array.from(hiddens));
  });

  test.each([
    [Number.NEGATIVE_INFINITY, 0, -1],
    [Number.POSITIVE_INFINITY, 1, 1],
    [-1e4, 0, -1],
    [1e4, 1, 1],
  ])('gates of pre-activations %f are exact', (preActivation, sigmoid, tanh) => {
    const h = 5;
    const gates = inMemory(kernels, new Float32Array(4 * h).fill(preActivation));
    const [hidden, cell, cellTanh, before] = states(h);
    kernels.lstmForward(hidden, cell, cellTanh, gates, before, 1, h);
    for (let j = 0; j < h; j++) {
      expect([gates[j], gates[h + j], gates[2 * h + j], gates[3 * h + j]]).toEqual([sigmoid, sigmoid, tanh, sigmoid]);
    }
  });

  test('NaN in a gate reaches the hidden state', () => {
    const h = 5;
    for (let gate = 0; gate < 4; gate++) {
      const gates = inMemory(kernels, random(4 * h));
      gates[gate * h + 3] = Number.NaN;
      const [hidden, cell, cellTanh, before] = states(h);
      kernels.lstmForward(hidden, cell, cellTanh, gates, before, 1, h);
      expect(Array.from(hidden.subarray(0, h), Number.isNaN)).toEqual([false, false, false, true, false]);
    }
  });

  function states(h: number) {
    return [0, 1, 2, 3].map(() => inMemory(kernels, new Float32Array(3 * h).fill(0.5)));
  }
}
