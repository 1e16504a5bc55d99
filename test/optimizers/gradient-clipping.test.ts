import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '../../src/kernels/reference.js';
import { zeros } from '../../src/network/initializers.js';
import { createParameters } from '../../src/network/parameter.js';
import { clipGlobalNorm } from '../../src/optimizers/gradient-clipping.js';
import { expectClose } from '../helpers/closeness.js';

const kernels = createReferenceKernels('float64');

function clipped(gradient: readonly number[], maxNorm: number): { norm: number; gradient: number[] } {
  // Over two tensors: the norm is of both together.
  const specs = ['first', 'second'].map((name) => ({ name, shape: [gradient.length / 2], initializer: zeros }));
  const parameters = createParameters(kernels, specs, undefined);
  parameters.grad.set(gradient);
  const norm = clipGlobalNorm(kernels, parameters, maxNorm);
  return { norm, gradient: [...parameters.grad] };
}

describe('clipGlobalNorm', () => {
  test('scales a longer gradient down to the norm, its direction kept, and tells the norm before', () => {
    const { norm, gradient } = clipped([3, 0, 0, 4], 2.5);
    expect(norm).toBe(5);
    expectClose(gradient, [1.5, 0, 0, 2], 1e-15);
  });

  test.each([5, 100])('leaves one alone that is no longer than %d', (maxNorm) => {
    expect(clipped([3, 0, 0, 4], maxNorm)).toEqual({ norm: 5, gradient: [3, 0, 0, 4] });
  });

  test('0 turns it off', () => {
    expect(clipped([300, 0, 0, 400], 0)).toEqual({ norm: 500, gradient: [300, 0, 0, 400] });
  });

  test('a gradient of zeros has norm 0', () => {
    expect(clipped([0, 0, 0, 0], 1)).toEqual({ norm: 0, gradient: [0, 0, 0, 0] });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    '%d comes back as the norm, and the gradient is not touched',
    (bad) => {
      const { norm, gradient } = clipped([3, bad, 0, 4], 1);
      expect(norm).toBe(bad);
      expect(gradient).toEqual([3, bad, 0, 4]);
    },
  );
});
