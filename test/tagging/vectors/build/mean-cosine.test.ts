import { expect, test } from 'vitest';
import { meanCosine } from '#tagging/vectors/build/mean-cosine.js';

test.each([
  ['the same', [1, 2, 3, 4], [1, 2, 3, 4], 1],
  ['other lengths', [1, 2, 3, 4], [2, 4, 1.5, 2], 1],
  ['a right angle and none', [1, 0, 0, 1], [0, 1, 0, 1], 0.5],
  ['opposites', [1, 0], [-1, 0], -1],
  ['zeros do not count', [1, 0, 0, 0, 1, 1], [0, 1, 1, 1, 0, 0], 0],
  ['nothing but zeros', [0, 0], [1, 1], 1],
  ['nothing', [], [], 1],
])('%s', (_, rows, others, expected) => {
  expect(meanCosine(Float32Array.from(rows), Float32Array.from(others), 2)).toBeCloseTo(expected, 12);
});
