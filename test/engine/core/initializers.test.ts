import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import {
  constant,
  forgetGateOne,
  initializerFor,
  orthogonalBlocks,
  unitRows,
  varianceOneOverInputs,
  varianceTwoOverInputs,
  zeros,
} from '#engine/core/initializers.js';
import type { Matrix } from '#engine/core/layer.js';
import { createParameters, type Initializer, sizeOf } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { affine, linearSpecs } from '#engine/layers/linear.js';

const kernels = createReferenceKernels('float64');

function drawn(initializer: Initializer, shape: readonly number[], seed = 1): Floats {
  const values = kernels.floats(sizeOf(shape));
  initializer(values, shape, createRandom(seed));
  return values;
}

const mean = (values: Floats): number => Float64Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
const meanSquare = (values: Floats): number => mean(Float64Array.from(values, (x) => x * x));

describe('variance', () => {
  test.each([
    ['1/n before tanh', varianceOneOverInputs, [200, 400], 1 / 400],
    ['2/n before ReLU', varianceTwoOverInputs, [200, 400], 2 / 400],
    ['1/E for embeddings, so that a row has length 1', unitRows, [400, 50], 1 / 50],
  ] as const)('%s', (_, initializer, shape, variance) => {
    const values = drawn(initializer, shape);
    expect(meanSquare(values) / variance).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values))).toBeLessThan(0.05 * Math.sqrt(variance));
  });

  test('is chosen by the nonlinearity', () => {
    expect(initializerFor('tanh')).toBe(varianceOneOverInputs);
    expect(initializerFor('relu')).toBe(varianceTwoOverInputs);
  });

  test('another seed draws other weights', () => {
    expect(drawn(varianceOneOverInputs, [3, 4], 0)).not.toEqual(drawn(varianceOneOverInputs, [3, 4], 1));
  });
});

test.each([1, 2, 7, 40])('orthogonalBlocks: every (%i, same) block times its transpose is the identity', (h) => {
  const values = drawn(orthogonalBlocks, [4 * h, h]);
  for (let block = 0; block < 4; block++) {
    for (let i = 0; i < h; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let p = 0; p < h; p++) product += values[(block * h + i) * h + p] * values[(block * h + j) * h + p];
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-10);
      }
    }
  }
  expect(values.subarray(0, h * h)).not.toEqual(values.subarray(h * h, 2 * h * h));
});

test('constants: zeros, a value, and the forget gate of i, f, g, o at 1', () => {
  expect([...drawn(zeros, [3])]).toEqual([0, 0, 0]);
  expect([...drawn(constant(2.5), [2])]).toEqual([2.5, 2.5]);
  expect([...drawn(forgetGateOne, [8])]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});

/** What becomes of the size of a signal on its way up through a chain of tanh layers, and of a gradient on its way down. */
function throughChain(layers: number, varianceTimesInputs: number): { signal: number; gradient: number } {
  const n = 100;
  const scaled: Initializer = (values, shape, random) => {
    varianceOneOverInputs(values, shape, random);
    kernels.scale(values, Math.sqrt(varianceTimesInputs), values.length);
  };
  const rows = 4;
  let x: Matrix = { values: drawn(unitRows, [rows, n], 9), rows, columns: n };
  const first = meanSquare(x.values);
  const backwards: ((dY: Matrix) => Matrix)[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const parameters = createParameters(
      kernels,
      linearSpecs({ name: 'layer', inputs: n, outputs: n }, scaled),
      createRandom(layer),
    );
    const [weight, bias] = ['weight', 'bias'].map((part) => parameters.get(`layer.${part}`));
    const step = affine(kernels, { weight, bias }, x);
    const y = step.output;
    kernels.tanh(y.values, y.values, rows * n);
    backwards.push((dY) => {
      kernels.tanhBackward(dY.values, dY.values, y.values, rows * n);
      return step.backward(dY);
    });
    x = y;
  }
  const top: Matrix = { values: drawn(unitRows, [rows, n], 10), rows, columns: n };
  const topSquare = meanSquare(top.values);
  const bottom = backwards.reduceRight((dY, backward) => backward(dY), top);
  return {
    signal: Math.sqrt(meanSquare(x.values) / first),
    gradient: Math.sqrt(meanSquare(bottom.values) / topSquare),
  };
}

describe('through thirty tanh layers', () => {
  test('with variance 1/n neither signal nor gradient vanishes or explodes', () => {
    const { signal, gradient } = throughChain(30, 1);
    expect(signal).toBeGreaterThan(0.3);
    expect(signal).toBeLessThan(3);
    expect(gradient).toBeGreaterThan(0.3);
    expect(gradient).toBeLessThan(3);
  });

  test('with a tenth of it both vanish', () => {
    const { signal, gradient } = throughChain(30, 0.1);
    expect(signal).toBeLessThan(1e-10);
    expect(gradient).toBeLessThan(1e-10);
  });

  test('with ten times it the units saturate and the gradient explodes', () => {
    const { signal, gradient } = throughChain(30, 10);
    expect(signal).toBeGreaterThan(5);
    expect(gradient).toBeGreaterThan(100);
  });
});
