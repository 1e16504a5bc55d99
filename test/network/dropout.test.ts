import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '../../src/kernels/reference.js';
import { dropout } from '../../src/network/dropout.js';
import type { Matrix } from '../../src/network/layer.js';
import { createRandom } from '../../src/random.js';

const kernels = createReferenceKernels('float64');
const ones = (n: number): Matrix => ({ values: kernels.floats(n).fill(1), rows: n, columns: 1 });
const training = { kernels, training: true, random: createRandom(4) };

describe('dropout', () => {
  test.each([0.1, 0.5, 0.9])(
    'drops a share of %d and scales up the rest, so that the sum is kept on average',
    (rate) => {
      const { output } = dropout(training, 'x', rate, ones(20_000));
      const kept = output.values.filter((value) => value !== 0);
      expect(kept.every((value) => value === 1 / (1 - rate))).toBe(true);
      expect(1 - kept.length / 20_000).toBeCloseTo(rate, 1);
      expect(
        Math.abs(Float64Array.from(output.values).reduce((sum, value) => sum + value, 0) / 20_000 - 1),
      ).toBeLessThan(0.08);
    },
  );

  test('lets the gradient through where the value went through', () => {
    const { output, backward } = dropout(training, 'x', 0.5, ones(50));
    expect([...backward(ones(50)).values]).toEqual([...output.values]);
  });

  test('draws another mask for another name and another step, the same for the same', () => {
    const maskOf = (name: string, seed: number) => [
      ...dropout({ ...training, random: createRandom(seed) }, name, 0.5, ones(64)).output.values,
    ];
    expect(maskOf('input', 4)).toEqual(maskOf('input', 4));
    expect(maskOf('hidden', 4)).not.toEqual(maskOf('input', 4));
    expect(maskOf('input', 5)).not.toEqual(maskOf('input', 4));
  });

  test.each([
    ['outside training', false, 0.5],
    ['at rate 0', true, 0],
  ])('is the identity %s', (_, isTraining, rate) => {
    const x = ones(5);
    const step = dropout({ ...training, training: isTraining }, 'x', rate, x);
    expect(step.output).toBe(x);
    expect(step.backward(x)).toBe(x);
  });
});
