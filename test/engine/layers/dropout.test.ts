import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import type { Matrix } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout, dropouts, variationalDropout } from '#engine/layers/dropout.js';

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

describe('variational dropout', () => {
  const layout = createPackedLayout([5, 3, 3, 1]);
  const onesOf = (columns: number): Matrix => ({
    values: kernels.floats(layout.rows * columns).fill(1),
    rows: layout.rows,
    columns,
  });
  const rowOf = ({ values, columns }: Matrix, row: number) => [...values.subarray(row * columns, (row + 1) * columns)];

  test('has one mask a sentence, the same at all of its timesteps', () => {
    const { output } = variationalDropout(training, 'x', 0.5, layout, onesOf(24));
    const masks = layout.lengths.map((length, b) => {
      const rows = Array.from({ length }, (_, t) => rowOf(output, layout.offsets[t] + b));
      for (const row of rows) expect(row).toEqual(rows[0]);
      return String(rows[0]);
    });
    expect(new Set(masks).size).toBe(layout.lengths.length);
    expect(new Set(output.values)).toEqual(new Set([0, 2]));
  });

  test('lets the gradient through where the value went through', () => {
    const { output, backward } = variationalDropout(training, 'x', 0.3, layout, onesOf(4));
    expect([...backward(onesOf(4)).values]).toEqual([...output.values]);
  });

  test('drops a share of its rate', () => {
    const { output } = variationalDropout(training, 'x', 0.3, createPackedLayout([2, 1]), {
      values: kernels.floats(30_000).fill(1),
      rows: 3,
      columns: 10_000,
    });
    expect(output.values.filter((value) => value === 0).length / 30_000).toBeCloseTo(0.3, 1);
  });

  test('draws another mask for another name and another step, the same for the same, and not that of dropout', () => {
    const maskOf = (name: string, seed: number) => [
      ...variationalDropout({ ...training, random: createRandom(seed) }, name, 0.5, layout, onesOf(8)).output.values,
    ];
    expect(maskOf('input', 4)).toEqual(maskOf('input', 4));
    expect(maskOf('hidden', 4)).not.toEqual(maskOf('input', 4));
    expect(maskOf('input', 5)).not.toEqual(maskOf('input', 4));
    expect(maskOf('x', 4)).not.toEqual([...dropout(training, 'x', 0.5, onesOf(8)).output.values]);
  });

  test.each([
    ['outside training', false, 0.5],
    ['at rate 0', true, 0],
  ])('is the identity %s', (_, isTraining, rate) => {
    const x = onesOf(3);
    const step = variationalDropout({ ...training, training: isTraining }, 'x', rate, layout, x);
    expect(step.output).toBe(x);
    expect(step.backward(x)).toBe(x);
  });

  test('goes on top of dropout: what either drops is gone', () => {
    const x = onesOf(16);
    const { output, backward } = dropouts(training, 'x', { perToken: 0.5, perSentence: 0.5 }, layout, x);
    const [each, sentence] = [
      dropout(training, 'x', 0.5, x).output,
      variationalDropout(training, 'x', 0.5, layout, x).output,
    ];
    const expected = each.values.map((value, i) => value * sentence.values[i]);
    expect([...output.values]).toEqual([...expected]);
    expect([...backward(onesOf(16)).values]).toEqual([...expected]);
  });
});
