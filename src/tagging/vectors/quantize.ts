export type QuantizationBits = 4 | 8;

/** Largest code; the smallest is its opposite, so that 0 stays 0. */
const LARGEST = { 4: 7, 8: 127 } as const;
/**
 * Where a row is cut off, as shares of its largest number: with few bits a finer grid is worth more than the one number
 * beyond its end.
 */
const CUTS = { 4: [1, 0.9, 0.8, 0.7, 0.6], 8: [1] } as const;

/** Bytes of a row. Two codes of 4 bits share one, the earlier in its lower half. */
export function packedWidth(dimension: number, bits: QuantizationBits): number {
  return bits === 8 ? dimension : Math.ceil(dimension / 2);
}

/** values (V, D) as codes (V, packed width) and scales (V): the scale of a row is the one with the least squared error. */
export function quantizeRows(
  values: Float32Array,
  dimension: number,
  bits: QuantizationBits,
): { codes: Int8Array; scales: Float32Array } {
  const count = values.length / dimension;
  const width = packedWidth(dimension, bits);
  const codes = new Int8Array(count * width);
  const scales = new Float32Array(count);
  for (let r = 0; r < count; r++) {
    const row = values.subarray(r * dimension, (r + 1) * dimension);
    const scale = bestScale(row, bits);
    scales[r] = scale;
    row.forEach((value, d) => {
      const code = codeOf(value, scale, LARGEST[bits]);
      if (bits === 8) codes[r * width + d] = code;
      else codes[r * width + (d >> 1)] |= (code & 15) << ((d & 1) * 4);
    });
  }
  return { codes, scales };
}

/** out (D) = codes * scale */
export function dequantizeRow(
  out: Float32Array | Float64Array,
  codes: Int8Array,
  scale: number,
  bits: QuantizationBits,
): void {
  if (bits === 8) {
    for (let d = 0; d < out.length; d++) out[d] = codes[d] * scale;
    return;
  }
  for (let d = 0; d < out.length; d++) {
    const byte = codes[d >> 1];
    out[d] = ((d & 1) === 0 ? (byte << 28) >> 28 : byte >> 4) * scale; // shifts keep the sign
  }
}

function bestScale(row: Float32Array, bits: QuantizationBits): number {
  const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return 0;
  let best = 0;
  let leastError = Number.POSITIVE_INFINITY;
  for (const cut of CUTS[bits]) {
    const scale = Math.fround((largest * cut) / LARGEST[bits]);
    let error = 0;
    for (const value of row) error += (value - codeOf(value, scale, LARGEST[bits]) * scale) ** 2;
    if (error < leastError) [best, leastError] = [scale, error];
  }
  return best;
}

function codeOf(value: number, scale: number, largest: number): number {
  return scale === 0 ? 0 : Math.max(-largest, Math.min(largest, Math.round(value / scale)));
}
