import { AppError } from '#base/errors.js';
import { lowbias32 } from '#base/random.js';
import type { Arena, Floats, Ints, Kernels, Precision } from './kernels.js';

/**
 * Plain loops: the specification of every operation, the fallback where there is no SIMD, and, in float64, the oracle
 * that gradients and the other implementations are measured against. Nothing here is clever on purpose.
 */
export function createReferenceKernels(precision: Precision = 'float32'): Kernels {
  const create =
    precision === 'float64' ? (n: number): Floats => new Float64Array(n) : (n: number): Floats => new Float32Array(n);
  const bytesPerFloat = precision === 'float64' ? 8 : 4;
  let permanentBytes = 0;
  return {
    name: 'reference',
    precision,
    floats: (length) => {
      permanentBytes += length * bytesPerFloat;
      return allocate(() => create(length), length * bytesPerFloat);
    },
    ints: (length) => {
      permanentBytes += length * 4;
      return allocate(() => new Int32Array(length), length * 4);
    },
    arena: createArena(create, bytesPerFloat),
    get permanentBytes() {
      return permanentBytes;
    },
    ...operations,
  };
}

/** Keeps every array it has handed out and hands the same ones out again after a release. */
function createArena(create: (n: number) => Floats, bytesPerFloat: number): Arena {
  const floatPool = new Map<number, Floats[]>();
  const intPool = new Map<number, Ints[]>();
  const used: { pool: Map<number, unknown[]>; array: Floats | Ints; bytes: number }[] = [];
  let bytes = 0;
  let peakBytes = 0;

  const take = <A extends Floats | Ints>(pool: Map<number, A[]>, length: number, width: number, make: () => A): A => {
    const array = pool.get(length)?.pop() ?? allocate(make, length * width);
    used.push({ pool, array, bytes: length * width });
    bytes += length * width;
    if (bytes > peakBytes) peakBytes = bytes;
    return array;
  };
  return {
    floats: (length) => take(floatPool, length, bytesPerFloat, () => create(length)),
    ints: (length) => take(intPool, length, 4, () => new Int32Array(length)),
    release: (position) => {
      while (used.length > position) {
        const { pool, array, bytes: size } = used.pop()!;
        bytes -= size;
        const free = pool.get(array.length);
        if (free) free.push(array);
        else pool.set(array.length, [array]);
      }
    },
    get position() {
      return used.length;
    },
    get peakBytes() {
      return peakBytes;
    },
  };
}

function allocate<A>(make: () => A, bytes: number): A {
  try {
    return make();
  } catch (cause) {
    throw new AppError('out_of_memory', `memory: ${Math.ceil(bytes / 2 ** 20)} MiB for one array were refused`, {
      cause,
    });
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const operations: Omit<Kernels, 'name' | 'precision' | 'floats' | 'ints' | 'arena' | 'permanentBytes'> = {
  matmul(out, a, b, m, n, k, accumulate) {
    if (!accumulate) out.fill(0, 0, m * n);
    for (let i = 0; i < m; i++) {
      for (let p = 0; p < k; p++) {
        const factor = a[i * k + p];
        for (let j = 0; j < n; j++) out[i * n + j] += factor * b[p * n + j];
      }
    }
  },

  matmulTransposedB(out, a, b, m, n, k, accumulate) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = accumulate ? out[i * n + j] : 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p] * b[j * k + p];
        out[i * n + j] = sum;
      }
    }
  },

  matmulTransposedA(out, a, b, m, n, k, accumulate) {
    if (!accumulate) out.fill(0, 0, m * n);
    for (let p = 0; p < k; p++) {
      for (let i = 0; i < m; i++) {
        const factor = a[p * m + i];
        for (let j = 0; j < n; j++) out[i * n + j] += factor * b[p * n + j];
      }
    }
  },

  transpose(out, a, m, n) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j];
  },

  fillRows(out, row, m, n) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = row[j];
  },

  addColumnSums(out, x, m, n) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j] += x[i * n + j];
  },

  gatherRows(out, table, ids, m, width, stride, column) {
    for (let i = 0; i < m; i++) {
      const to = i * stride + column;
      const from = ids[i] * width;
      for (let j = 0; j < width; j++) out[to + j] = from < 0 ? 0 : table[from + j];
    }
  },

  gatherAddRows(out, table, ids, m, width, stride, column) {
    for (let i = 0; i < m; i++) {
      if (ids[i] < 0) continue;
      const to = i * stride + column;
      const from = ids[i] * width;
      for (let j = 0; j < width; j++) out[to + j] += table[from + j];
    }
  },

  scatterAddRows(table, dOut, ids, m, width, stride, column) {
    for (let i = 0; i < m; i++) {
      if (ids[i] < 0) continue;
      const to = ids[i] * width;
      const from = i * stride + column;
      for (let j = 0; j < width; j++) table[to + j] += dOut[from + j];
    }
  },

  takeRows(rows, table, ids, m, width) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < width; j++) {
        rows[i * width + j] += table[ids[i] * width + j];
        table[ids[i] * width + j] = 0;
      }
    }
  },

  putRows(table, rows, ids, m, width) {
    for (let i = 0; i < m; i++) for (let j = 0; j < width; j++) table[ids[i] * width + j] = rows[i * width + j];
  },

  fill(out, value, n) {
    out.fill(value, 0, n);
  },

  copy(out, x, n) {
    for (let i = 0; i < n; i++) out[i] = x[i];
  },

  addScaled(out, x, factor, n) {
    for (let i = 0; i < n; i++) out[i] += factor * x[i];
  },

  scale(out, factor, n) {
    for (let i = 0; i < n; i++) out[i] *= factor;
  },

  multiply(out, x, y, n) {
    for (let i = 0; i < n; i++) out[i] = x[i] * y[i];
  },

  tanh(out, x, n) {
    for (let i = 0; i < n; i++) out[i] = Math.tanh(x[i]);
  },

  tanhBackward(dX, dY, y, n) {
    for (let i = 0; i < n; i++) dX[i] = dY[i] * (1 - y[i] * y[i]);
  },

  relu(out, x, n) {
    for (let i = 0; i < n; i++) out[i] = Math.max(x[i], 0);
  },

  reluBackward(dX, dY, y, n) {
    for (let i = 0; i < n; i++) dX[i] = y[i] > 0 ? dY[i] : 0;
  },

  dropoutMask(mask, rate, seed, n) {
    const threshold = Math.floor(rate * 2 ** 32);
    const kept = 1 / (1 - rate);
    for (let i = 0; i < n; i++) mask[i] = lowbias32(Math.imul(i, 0x9e3779b1) + seed) >= threshold ? kept : 0;
  },

  lstmForward(hidden, cell, cellTanh, gates, cellBefore, rows, h) {
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < h; j++) {
        const at = b * h + j;
        const gate = b * 4 * h + j;
        const i = sigmoid(gates[gate]);
        const f = sigmoid(gates[gate + h]);
        const g = Math.tanh(gates[gate + 2 * h]);
        const o = sigmoid(gates[gate + 3 * h]);
        gates[gate] = i;
        gates[gate + h] = f;
        gates[gate + 2 * h] = g;
        gates[gate + 3 * h] = o;
        cell[at] = f * cellBefore[at] + i * g;
        cellTanh[at] = Math.tanh(cell[at]);
        hidden[at] = o * cellTanh[at];
      }
    }
  },

  lstmBackward(gates, dCell, dHidden, cellTanh, cellBefore, rows, h) {
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < h; j++) {
        const at = b * h + j;
        const gate = b * 4 * h + j;
        const i = gates[gate];
        const f = gates[gate + h];
        const g = gates[gate + 2 * h];
        const o = gates[gate + 3 * h];
        const dC = dCell[at] + dHidden[at] * o * (1 - cellTanh[at] * cellTanh[at]);
        gates[gate] = dC * g * i * (1 - i);
        gates[gate + h] = dC * cellBefore[at] * f * (1 - f);
        gates[gate + 2 * h] = dC * i * (1 - g * g);
        gates[gate + 3 * h] = dHidden[at] * cellTanh[at] * o * (1 - o);
        dCell[at] = dC * f;
      }
    }
  },

  gruForward(hidden, input, recurrent, hiddenBefore, rows, h) {
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < h; j++) {
        const at = b * h + j;
        const gate = b * 3 * h + j;
        const r = sigmoid(input[gate] + recurrent[gate]);
        const z = sigmoid(input[gate + h] + recurrent[gate + h]);
        const n = Math.tanh(input[gate + 2 * h] + r * recurrent[gate + 2 * h]);
        input[gate] = r;
        input[gate + h] = z;
        input[gate + 2 * h] = n;
        hidden[at] = (1 - z) * n + z * hiddenBefore[at];
      }
    }
  },

  gruBackward(dHiddenBefore, input, recurrent, dHidden, hiddenBefore, rows, h) {
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < h; j++) {
        const at = b * h + j;
        const gate = b * 3 * h + j;
        const r = input[gate];
        const z = input[gate + h];
        const n = input[gate + 2 * h];
        const dN = dHidden[at] * (1 - z) * (1 - n * n);
        const dR = dN * recurrent[gate + 2 * h] * r * (1 - r);
        const dZ = dHidden[at] * (hiddenBefore[at] - n) * z * (1 - z);
        dHiddenBefore[at] = dHidden[at] * z;
        input[gate] = dR;
        input[gate + h] = dZ;
        input[gate + 2 * h] = dN;
        recurrent[gate] = dR;
        recurrent[gate + h] = dZ;
        recurrent[gate + 2 * h] = dN * r;
      }
    }
  },

  layerNormForward(out, normalized, inverseDeviation, x, gain, shift, m, n, epsilon) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += x[i * n + j];
      const mean = sum / n;
      let squares = 0;
      for (let j = 0; j < n; j++) squares += (x[i * n + j] - mean) ** 2;
      const inverse = 1 / Math.sqrt(squares / n + epsilon);
      inverseDeviation[i] = inverse;
      for (let j = 0; j < n; j++) {
        const value = (x[i * n + j] - mean) * inverse;
        normalized[i * n + j] = value;
        out[i * n + j] = value * gain[j] + shift[j];
      }
    }
  },

  layerNormBackward(dX, dGain, dShift, dY, normalized, inverseDeviation, gain, m, n) {
    for (let i = 0; i < m; i++) {
      let sum = 0;
      let product = 0;
      for (let j = 0; j < n; j++) {
        const dNormalized = dY[i * n + j] * gain[j];
        sum += dNormalized;
        product += dNormalized * normalized[i * n + j];
        dGain[j] += dY[i * n + j] * normalized[i * n + j];
        dShift[j] += dY[i * n + j];
      }
      for (let j = 0; j < n; j++) {
        const dNormalized = dY[i * n + j] * gain[j];
        dX[i * n + j] = inverseDeviation[i] * (dNormalized - sum / n - (normalized[i * n + j] * product) / n);
      }
    }
  },

  logSoftmax(out, x, m, n) {
    for (let i = 0; i < m; i++) {
      const logSum = logSumExpRow(x, i * n, n);
      for (let j = 0; j < n; j++) out[i * n + j] = x[i * n + j] - logSum;
    }
  },

  softmax(out, x, m, n) {
    for (let i = 0; i < m; i++) {
      const logSum = logSumExpRow(x, i * n, n);
      for (let j = 0; j < n; j++) out[i * n + j] = Math.exp(x[i * n + j] - logSum);
    }
  },

  softmaxCrossEntropy(dLogits, logits, targets, m, k, factor) {
    let loss = 0;
    for (let i = 0; i < m; i++) {
      const target = targets[i];
      if (target < 0) {
        for (let j = 0; j < k; j++) dLogits[i * k + j] = 0;
        continue;
      }
      const logSum = logSumExpRow(logits, i * k, k);
      loss += logSum - logits[i * k + target];
      for (let j = 0; j < k; j++) {
        const probability = Math.exp(logits[i * k + j] - logSum);
        dLogits[i * k + j] = (probability - (j === target ? 1 : 0)) * factor;
      }
    }
    return loss;
  },

  sumOfSquares(x, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i] * x[i];
    return sum;
  },

  sgdUpdate(values, gradient, n, learningRate) {
    for (let i = 0; i < n; i++) values[i] -= learningRate * gradient[i];
  },

  momentumUpdate(values, gradient, velocity, n, learningRate, beta) {
    for (let i = 0; i < n; i++) {
      velocity[i] = beta * velocity[i] + (1 - beta) * gradient[i];
      values[i] -= learningRate * velocity[i];
    }
  },

  rmspropUpdate(values, gradient, secondMoment, n, learningRate, beta, epsilon) {
    for (let i = 0; i < n; i++) {
      secondMoment[i] = beta * secondMoment[i] + (1 - beta) * gradient[i] * gradient[i];
      values[i] -= (learningRate * gradient[i]) / (Math.sqrt(secondMoment[i]) + epsilon);
    }
  },

  adamUpdate(
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
  ) {
    for (let i = 0; i < n; i++) {
      firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * gradient[i];
      secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * gradient[i] * gradient[i];
      values[i] -=
        (learningRate * correction1 * firstMoment[i]) / (Math.sqrt(correction2 * secondMoment[i]) + epsilon) +
        decay * values[i];
    }
  },

  moveAverage(average, x, beta, n) {
    for (let i = 0; i < n; i++) average[i] += (1 - beta) * (x[i] - average[i]);
  },
};

function logSumExpRow(x: Floats, from: number, n: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < n; j++) if (x[from + j] > max) max = x[from + j];
  let sum = 0;
  for (let j = 0; j < n; j++) sum += Math.exp(x[from + j] - max);
  return max + Math.log(sum);
}
