import type { Floats } from '#engine/kernels/kernels.js';

/** scale * cos(step * i + shift) in row-major order: the inputs of the PyTorch programs in test/golden. */
export function fillCosine(values: Floats, scale: number, step: number, shift: number): Floats {
  for (let i = 0; i < values.length; i++) values[i] = scale * Math.cos(step * i + shift);
  return values;
}
