/** What every number of a table is multiplied with; 1 keeps the scale of the file. */
const VECTOR_SCALE = 1;

export function scaleVectors(values: Float32Array, factor = VECTOR_SCALE): void {
  if (factor === 1) return;
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}
