import { expect, test } from 'vitest';
import { scaleVectors } from '#tagging/vectors/build/scale-vectors.js';

test('multiplies every number; by default the scale stays', () => {
  const values = Float32Array.of(1, -2, 0);
  scaleVectors(values);
  expect([...values]).toEqual([1, -2, 0]);
  scaleVectors(values, 0.5);
  expect([...values]).toEqual([0.5, -1, 0]);
});
