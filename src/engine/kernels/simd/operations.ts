import { AppError } from '#base/errors.js';
import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';

export type Operations = Omit<Kernels, 'name' | 'precision' | 'floats' | 'ints' | 'arena' | 'permanentBytes'>;

/** Addresses, sizes and scalars, in the order of `Kernels`. */
type Call<Result = void> = (...values: readonly number[]) => Result;

export type ModuleExports = Readonly<
  Record<'scratchBytes' | 'peakOperations' | 'sumOfSquares' | 'softmaxCrossEntropy', Call<number>> &
    Record<'useScratch' | 'registerLoop' | Exclude<keyof Operations, 'sumOfSquares' | 'softmaxCrossEntropy'>, Call>
>;

const ANY_NEGATIVE = -(2 ** 31);

/** `at` turns an array into its address, after a look at where it lies and how long it is. */
export function operations(wasm: ModuleExports, at: (view: Floats | Ints, needed: number) => number): Operations {
  return {
    matmul: (out, a, b, m, n, k, accumulate) =>
      wasm.matmul(at(out, m * n), at(a, m * k), at(b, k * n), m, n, k, Number(accumulate)),
    matmulTransposedB: (out, a, b, m, n, k, accumulate) =>
      wasm.matmulTransposedB(at(out, m * n), at(a, m * k), at(b, n * k), m, n, k, Number(accumulate)),
    matmulTransposedA: (out, a, b, m, n, k, accumulate) =>
      wasm.matmulTransposedA(at(out, m * n), at(a, k * m), at(b, k * n), m, n, k, Number(accumulate)),
    transpose: (out, a, m, n) => wasm.transpose(at(out, m * n), at(a, m * n), m, n),

    fillRows: (out, row, m, n) => wasm.fillRows(at(out, m * n), at(row, n), m, n),
    addColumnSums: (out, x, m, n) => wasm.addColumnSums(at(out, n), at(x, m * n), m, n),
    gatherRows: (out, table, ids, m, width, stride, column) => {
      checkIds('gatherRows', ids, m, Math.floor(table.length / width));
      const to = at(out, lengthOfRows(m, width, stride, column)) + column * 4;
      wasm.gatherRows(to, at(table, 0), at(ids, m), m, width, stride * 4);
    },
    gatherAddRows: (out, table, ids, m, width, stride, column) => {
      checkIds('gatherAddRows', ids, m, Math.floor(table.length / width));
      const to = at(out, lengthOfRows(m, width, stride, column)) + column * 4;
      wasm.gatherAddRows(to, at(table, 0), at(ids, m), m, width, stride * 4);
    },
    scatterAddRows: (table, dOut, ids, m, width, stride, column) => {
      checkIds('scatterAddRows', ids, m, Math.floor(table.length / width));
      const from = at(dOut, lengthOfRows(m, width, stride, column)) + column * 4;
      wasm.scatterAddRows(at(table, 0), from, at(ids, m), m, width, stride * 4);
    },

    takeRows: (rows, table, ids, m, width) => {
      checkIds('takeRows', ids, m, Math.floor(table.length / width), 0);
      wasm.takeRows(at(rows, m * width), at(table, 0), at(ids, m), m, width);
    },
    putRows: (table, rows, ids, m, width) => {
      checkIds('putRows', ids, m, Math.floor(table.length / width), 0);
      wasm.putRows(at(table, 0), at(rows, m * width), at(ids, m), m, width);
    },

    fill: (out, value, n) => wasm.fill(at(out, n), value, n),
    copy: (out, x, n) => wasm.copy(at(out, n), at(x, n), n),
    addScaled: (out, x, factor, n) => wasm.addScaled(at(out, n), at(x, n), factor, n),
    scale: (out, factor, n) => wasm.scale(at(out, n), factor, n),
    multiply: (out, x, y, n) => wasm.multiply(at(out, n), at(x, n), at(y, n), n),
    tanh: (out, x, n) => wasm.tanh(at(out, n), at(x, n), n),
    tanhBackward: (dX, dY, y, n) => wasm.tanhBackward(at(dX, n), at(dY, n), at(y, n), n),
    relu: (out, x, n) => wasm.relu(at(out, n), at(x, n), n),
    reluBackward: (dX, dY, y, n) => wasm.reluBackward(at(dX, n), at(dY, n), at(y, n), n),
    dropoutMask: (mask, rate, seed, n) => {
      const threshold = Math.floor(rate * 2 ** 32);
      if (threshold >= 2 ** 32) wasm.fill(at(mask, n), 0, n);
      else wasm.dropoutMask(at(mask, n), threshold, 1 / (1 - rate), seed, n);
    },

    lstmForward: (hidden, cell, cellTanh, gates, cellBefore, rows, h) => {
      const n = rows * h;
      wasm.lstmForward(at(hidden, n), at(cell, n), at(cellTanh, n), at(gates, 4 * n), at(cellBefore, n), rows, h);
    },
    lstmBackward: (gates, dCell, dHidden, cellTanh, cellBefore, rows, h) => {
      const n = rows * h;
      wasm.lstmBackward(at(gates, 4 * n), at(dCell, n), at(dHidden, n), at(cellTanh, n), at(cellBefore, n), rows, h);
    },
    gruForward: (hidden, input, recurrent, hiddenBefore, rows, h) => {
      const n = rows * h;
      wasm.gruForward(at(hidden, n), at(input, 3 * n), at(recurrent, 3 * n), at(hiddenBefore, n), rows, h);
    },
    gruBackward: (dHiddenBefore, input, recurrent, dHidden, hiddenBefore, rows, h) => {
      const n = rows * h;
      const dBefore = at(dHiddenBefore, n);
      wasm.gruBackward(dBefore, at(input, 3 * n), at(recurrent, 3 * n), at(dHidden, n), at(hiddenBefore, n), rows, h);
    },

    layerNormForward: (out, normalized, inverseDeviation, x, gain, shift, m, n, epsilon) => {
      const size = m * n;
      const deviation = at(inverseDeviation, m);
      const gains = at(gain, n);
      wasm.layerNormForward(
        at(out, size),
        at(normalized, size),
        deviation,
        at(x, size),
        gains,
        at(shift, n),
        m,
        n,
        epsilon,
      );
    },
    layerNormBackward: (dX, dGain, dShift, dY, normalized, inverseDeviation, gain, m, n) => {
      const size = m * n;
      wasm.layerNormBackward(
        at(dX, size),
        at(dGain, n),
        at(dShift, n),
        at(dY, size),
        at(normalized, size),
        at(inverseDeviation, m),
        at(gain, n),
        m,
        n,
      );
    },
    logSoftmax: (out, x, m, n) => wasm.logSoftmax(at(out, m * n), at(x, m * n), m, n),
    softmax: (out, x, m, n) => wasm.softmax(at(out, m * n), at(x, m * n), m, n),
    softmaxCrossEntropy: (dLogits, logits, targets, m, k, factor) => {
      checkIds('softmaxCrossEntropy', targets, m, k);
      return wasm.softmaxCrossEntropy(at(dLogits, m * k), at(logits, m * k), at(targets, m), m, k, factor);
    },

    sumOfSquares: (x, n) => wasm.sumOfSquares(at(x, n), n),
    sgdUpdate: (values, gradient, n, learningRate) => wasm.sgdUpdate(at(values, n), at(gradient, n), n, learningRate),
    momentumUpdate: (values, gradient, velocity, n, learningRate, beta) =>
      wasm.momentumUpdate(at(values, n), at(gradient, n), at(velocity, n), n, learningRate, beta, 1 - beta),
    rmspropUpdate: (values, gradient, secondMoment, n, learningRate, beta, epsilon) => {
      const moment = at(secondMoment, n);
      wasm.rmspropUpdate(at(values, n), at(gradient, n), moment, n, learningRate, beta, 1 - beta, epsilon);
    },
    adamUpdate: (
      values,
      gradient,
      firstMoment,
      secondMoment,
      n,
      learningRate,
      beta1,
      beta2,
      epsilon,
      correction1,
      correction2,
      decay,
    ) =>
      wasm.adamUpdate(
        at(values, n),
        at(gradient, n),
        at(firstMoment, n),
        at(secondMoment, n),
        n,
        learningRate * correction1,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        epsilon,
        correction2,
        decay,
      ),
    moveAverage: (average, x, beta, n) => wasm.moveAverage(at(average, n), at(x, n), 1 - beta, n),
  };
}

/** The elements of `m` rows of `stride`, of which the last need only reach to the end of its columns. */
function lengthOfRows(m: number, width: number, stride: number, column: number): number {
  return m === 0 ? 0 : (m - 1) * stride + column + width;
}

/** A row number from outside would make a kernel write to some other array. Negative ones mean no row, where allowed. */
function checkIds(operation: string, ids: Ints, m: number, rows: number, least = ANY_NEGATIVE): void {
  for (let i = 0; i < m; i++) {
    if (ids[i] >= rows || ids[i] < least) {
      const range = ids[i] < least ? `not from ${least} on` : `not below ${rows}`;
      throw new AppError('internal', `${operation}: index ${ids[i]} at row ${i} is ${range}`);
    }
  }
}
