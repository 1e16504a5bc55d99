import { describe } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';
import { cellContract } from './contract/cells.js';
import { elementContract } from './contract/elements.js';
import { lossContract } from './contract/losses.js';
import { memoryContract } from './contract/memory.js';
import { optimizerContract } from './contract/optimizers.js';
import { productContract } from './contract/products.js';
import { rowContract } from './contract/rows.js';

/**
 * What every implementation of `Kernels` must do, measured against the reference kernels in float64 given the same
 * float32 numbers. Bounds, with u = 2^-24, half the distance from 1 to the next float32:
 *
 * - matrix products: (k + 2) u (|out| + sum of |a| |b|) an element, whatever the order of addition
 * - copying, gathering, transposing, ReLU, dropout masks: equal to the bit
 * - sums of m rows: (m + 1) u times the sum of the absolute values
 * - tanh: 5 u relative; LSTM and GRU steps: 2^-20 absolute
 * - layer normalisation: 2^-18 absolute
 * - softmax and its relatives: 2^-20 absolute plus (n + 4) u relative
 * - optimiser updates: 2^-20 for operands up to 1; sum of squares: 1e-12 relative
 *
 * and besides: a row's result does not depend on the rows beside it, the same call gives the same bits, NaN is never
 * lost, and nothing outside an array is written. All arrays begin at offsets that are no multiple of a vector.
 */
export function describeKernelContract(name: string, create: () => Kernels): void {
  describe(`kernel contract: ${name}`, () => {
    const kernels = create();
    productContract(kernels);
    rowContract(kernels);
    elementContract(kernels);
    cellContract(kernels);
    lossContract(kernels);
    optimizerContract(kernels);
    memoryContract(create);
  });
}
