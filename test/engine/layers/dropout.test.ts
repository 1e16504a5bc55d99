import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import type { Matrix, PassContext, Sequence } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { dropout } from '#engine/layers/dropout.js';
import { NO_PARAMETERS } from '../../helpers/numeric-gradient.js';

const kernels = createReferenceKernels('float64');
const ones = (n: number): Sequence => ({
  values: kernels.floats(n).fill(1),
  rows: n,
  columns: 1,
  layout: createPackedLayout([n]),
});
const training = { kernels, training: true, random: createRandom(4) };
const perToken = (context: PassContext, name: string, rate: number, x: Sequence) =>
  dropout(context, NO_PARAMETERS, x, { name, perToken: rate, perSentence: 0 });
const perSentence = (context: PassContext, name: string, rate: number, x: Sequence) =>
  dropout(context, NO_PARAMETERS, x, { name, perToken: 0, perSentence: rate });

describe('dropout', () => {
  test.each([0.1, 0.5, 0.9])(
    'drops a share of %d and scales up the rest, so that the sum is kept on average',
    (rate) => {
      const { output } = perToken(training, 'x', rate, ones(20_000));
      const kept = output.values.filter((value) => value !== 0);
      expect(kept.every((value) => value === 1 / (1 - rate))).toBe(true);
      expect(1 - kept.length / 20_000).toBeCloseTo(rate, 1);
      expect(
        Math.abs(Float64Array.from(output.values).reduce((sum, value) => sum + value, 0) / 20_000 - 1),
      ).toBeLessThan(0.08);
    },
  );

  test('lets the gradient through where the value went through', () => {
    const { output, backward } = perToken(training, 'x', 0.5, ones(50));
    expect([...backward(ones(50)).values]).toEqual([...output.values]);
  });

  test('draws another mask for another name and another step, the same for the same', () => {
    const maskOf = (name: string, seed: number) => [
      ...perToken({ ...training, random: createRandom(seed) }, name, 0.5, ones(64)).output.values,
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
    const step = perToken({ ...training, training: isTraining }, 'x', rate, x);
    expect(step.output).toBe(x);
    expect(step.backward(x)).toBe(x);
  });
});

describe('variational dropout', () => {
  const layout = createPackedLayout([5, 3, 3, 1]);
  const onesOf = (columns: number, packed = layout): Sequence => ({
    values: kernels.floats(packed.rows * columns).fill(1),
    rows: packed.rows,
    columns,
    layout: packed,
  });
  const rowOf = ({ values, columns }: Matrix, row: number) => [...values.subarray(row * columns, (row + 1) * columns)];

  test('has one mask a sentence, the same at all of its timesteps', () => {
    const { output } = perSentence(training, 'x', 0.5, onesOf(24));
    const masks = layout.lengths.map((length, b) => {
      const rows = Array.from({ length }, (_, t) => rowOf(output, layout.offsets[t] + b));
      for (const row of rows) expect(row).toEqual(rows[0]);
      return String(rows[0]);
    });
    expect(new Set(masks).size).toBe(layout.lengths.length);
    expect(new Set(output.values)).toEqual(new Set([0, 2]));
  });

  test('lets the gradient through where the value went through', () => {
    const { output, backward } = perSentence(training, 'x', 0.3, onesOf(4));
    expect([...backward(onesOf(4)).values]).toEqual([...output.values]);
  });

  test('drops a share of its rate', () => {
    const { output } = perSentence(training, 'x', 0.3, onesOf(10_000, createPackedLayout([2, 1])));
    expect(output.values.filter((value) => value === 0).length / 30_000).toBeCloseTo(0.3, 1);
  });

  test('draws another mask for another name and another step, the same for the same, and not that of dropout', () => {
    const maskOf = (name: string, seed: number) => [
      ...perSentence({ ...training, random: createRandom(seed) }, name, 0.5, onesOf(8)).output.values,
    ];
    expect(maskOf('input', 4)).toEqual(maskOf('input', 4));
    expect(maskOf('hidden', 4)).not.toEqual(maskOf('input', 4));
    expect(maskOf('input', 5)).not.toEqual(maskOf('input', 4));
    expect(maskOf('x', 4)).not.toEqual([...perToken(training, 'x', 0.5, onesOf(8)).output.values]);
  });

  test.each([
    ['outside training', false, 0.5],
    ['at rate 0', true, 0],
  ])('is the identity %s', (_, isTraining, rate) => {
    const x = onesOf(3);
    const step = perSentence({ ...training, training: isTraining }, 'x', rate, x);
    expect(step.output).toBe(x);
    expect(step.backward(x)).toBe(x);
  });

  test('goes on top of dropout: what either drops is gone', () => {
    const x = onesOf(16);
    const { output, backward } = dropout(training, NO_PARAMETERS, x, { name: 'x', perToken: 0.5, perSentence: 0.5 });
    const [each, sentence] = [perToken(training, 'x', 0.5, x).output, perSentence(training, 'x', 0.5, x).output];
    const expected = each.values.map((value, i) => value * sentence.values[i]);
    expect([...output.values]).toEqual([...expected]);
    expect([...backward(onesOf(16)).values]).toEqual([...expected]);
  });
});
