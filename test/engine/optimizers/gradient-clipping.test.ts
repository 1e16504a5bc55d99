import { describe, expect, test } from 'vitest';
import { clippingScale } from '#engine/optimizers/gradient-clipping.js';

describe('clippingScale', () => {
  test('brings a longer gradient down to the norm', () => {
    expect(clippingScale(5, 2.5)).toBe(0.5);
  });

  test.each([5, 100])('leaves one alone that is no longer than %d', (maxNorm) => {
    expect(clippingScale(5, maxNorm)).toBe(1);
  });

  test('0 turns it off', () => {
    expect(clippingScale(500, 0)).toBe(1);
  });

  test('a gradient of zeros stays one', () => {
    expect(clippingScale(0, 1)).toBe(1);
  });
});
