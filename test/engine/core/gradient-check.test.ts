import { describe, expect, test } from 'vitest';
import { checkGradients, type GradientCheckOptions, verdictOf } from '#engine/core/gradient-check.js';
import { createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { fillCosine } from '../../helpers/cosine.js';
import { thrownBy } from '../../helpers/thrown-by.js';

/** loss = sum of sin(w), gradient cos(w); `spoil` then falsifies the gradient. */
function sines(spoil: (grads: Record<string, Float64Array>) => void = () => {}): GradientCheckOptions {
  const kernels = createReferenceKernels('float64');
  const parameters = createParameters(
    kernels,
    ['first', 'second', 'third'].map((name) => ({ name, shape: [2, 3], initializer: () => {} })),
    undefined,
  );
  fillCosine(parameters.values, 1, 0.4, 0.3);
  const loss = (): number => Float64Array.from(parameters.values).reduce((sum, w) => sum + Math.sin(w), 0);
  return {
    parameters,
    loss,
    lossAndGradient: () => {
      parameters.values.forEach((w, i) => {
        parameters.grad[i] = Math.cos(w);
      });
      spoil(Object.fromEntries(parameters.list.map(({ name, grad }) => [name, grad as Float64Array])));
      return loss();
    },
    dropoutActive: false,
  };
}

describe('checkGradients', () => {
  test('calls right gradients great, and reports each parameter', () => {
    const options = sines();
    const report = checkGradients(options);
    expect(report.verdict).toBe('great');
    expect(report.distance).toBeLessThan(1e-7);
    expect(report.epsilon).toBe(1e-7);
    expect(report.loss).toBeCloseTo(options.loss(), 12);
    expect(report.rows.map(({ name, count, verdict }) => ({ name, count, verdict }))).toEqual(
      ['first', 'second', 'third'].map((name) => ({ name, count: 6, verdict: 'great' })),
    );
  });

  test('names the parameter and the index of a wrong component', () => {
    const report = checkGradients(
      sines(({ second }) => {
        second[4] += 0.5;
      }),
    );
    expect(report.verdict).toBe('wrong');
    expect(report.worst.name).toBe('second');
    expect(report.worst.index).toEqual([1, 1]);
    expect(report.worst.analytic - report.worst.numeric).toBeCloseTo(0.5, 6);
    expect(report.rows.map(({ verdict }) => verdict)).toEqual(['great', 'wrong', 'great']);
  });

  test.each([
    ['of the wrong sign', (grad: Float64Array) => grad.set(grad.map((g) => -g))],
    ['twice too large', (grad: Float64Array) => grad.set(grad.map((g) => 2 * g))],
    ['never written', (grad: Float64Array) => grad.fill(0)],
  ])('a tensor %s is wrong', (_, spoil) => {
    const report = checkGradients(sines(({ third }) => spoil(third)));
    expect(report.rows.find(({ name }) => name === 'third')?.verdict).toBe('wrong');
    expect(report.verdict).toBe('wrong');
  });

  test('a gradient that is not a number is wrong, and found', () => {
    const report = checkGradients(
      sines(({ third }) => {
        third[5] = Number.NaN;
      }),
    );
    expect(report.verdict).toBe('wrong');
    expect(report.worst).toMatchObject({ name: 'third', index: [1, 2], analytic: Number.NaN });
  });

  test('leaves the parameters as they were', () => {
    const options = sines();
    const before = [...options.parameters.values];
    checkGradients(options);
    expect([...options.parameters.values]).toEqual(before);
  });

  test('both gradients 0: no distance', () => {
    const options = { ...sines(), loss: () => 3, lossAndGradient: () => 3 };
    expect(checkGradients(options)).toMatchObject({ distance: 0, verdict: 'great' });
  });

  test('refuses while dropout is active', () => {
    const error = thrownBy(() => checkGradients({ ...sines(), dropoutActive: true }));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(
      'gradcheck: dropout must be 0 while gradients are checked: every pass would draw another mask',
    );
  });

  test.each([0, -1e-7, Number.NaN])('refuses epsilon %d', (epsilon) => {
    const error = thrownBy(() => checkGradients({ ...sines(), epsilon }));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(`gradcheck: epsilon must be positive, found ${epsilon}`);
  });
});

test.each([
  [0, 'great'],
  [0.99e-7, 'great'],
  [1e-7, 'acceptable'],
  [0.99e-5, 'acceptable'],
  [1e-5, 'look again'],
  [0.99e-3, 'look again'],
  [1e-3, 'wrong'],
  [1, 'wrong'],
  [Number.NaN, 'wrong'],
])('a distance of %d is %s', (distance, verdict) => {
  expect(verdictOf(distance)).toBe(verdict);
});

test.each([
  [0.99e-5, 'great'],
  [1e-5, 'acceptable'],
  [1e-3, 'look again'],
  [1e-2, 'wrong'],
])('of a gradient in float32 a distance of %d is %s', (distance, verdict) => {
  expect(verdictOf(distance, 'float32')).toBe(verdict);
});
