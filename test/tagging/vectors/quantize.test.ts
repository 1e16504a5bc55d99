import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantizeRow, packedWidth, type QuantizationBits, quantizeRows } from '#tagging/vectors/quantize.js';

const LARGEST = { 4: 7, 8: 127 } as const;
const BITS = [4, 8] as const;

function roundTrip(values: Float32Array, dimension: number, bits: QuantizationBits) {
  const { codes, scales } = quantizeRows(values, dimension, bits);
  const width = packedWidth(dimension, bits);
  const decoded = new Float64Array(values.length);
  scales.forEach((scale, row) => {
    const out = decoded.subarray(row * dimension, (row + 1) * dimension);
    dequantizeRow(out, codes.subarray(row * width, (row + 1) * width), scale, bits);
  });
  return { codes, scales, decoded };
}

/** Rows of up to 9 numbers, so that both parities are there. */
const rows = fc.integer({ min: 1, max: 9 }).chain((dimension) =>
  fc.record({
    dimension: fc.constant(dimension),
    values: fc
      .array(
        fc.array(fc.float({ min: -1000, max: 1000, noNaN: true, noDefaultInfinity: true }), {
          minLength: dimension,
          maxLength: dimension,
        }),
        { maxLength: 5 },
      )
      // Below the smallest normal number a scale cannot be told from zero.
      .map((vectors) => Float32Array.from(vectors.flat(), (value) => (Math.abs(value) < 1e-30 ? 0 : value))),
  }),
);

test.each([
  [1, 1, 1],
  [4, 4, 2],
  [5, 5, 3],
  [100, 100, 50],
])('%d numbers take %d bytes in 8 bits and %d in 4', (dimension, eight, four) => {
  expect(packedWidth(dimension, 8)).toBe(eight);
  expect(packedWidth(dimension, 4)).toBe(four);
});

describe.each(BITS)('in %d bits', (bits) => {
  test('what is read is at most half a step beside what was written, or cut off at the end of the grid', () => {
    fc.assert(
      fc.property(rows, ({ dimension, values }) => {
        const { decoded, scales } = roundTrip(values, dimension, bits);
        values.forEach((value, i) => {
          const scale = scales[Math.floor(i / dimension)];
          const end = scale * LARGEST[bits];
          const reachable = Math.max(-end, Math.min(end, value));
          expect(Math.abs(decoded[i] - reachable)).toBeLessThanOrEqual(scale * 0.5000001);
        });
      }),
    );
  });

  test('never does worse than to take every number as zero', () => {
    fc.assert(
      fc.property(rows, ({ dimension, values }) => {
        const { decoded } = roundTrip(values, dimension, bits);
        const error = values.reduce((sum, value, i) => sum + (value - decoded[i]) ** 2, 0);
        const zero = values.reduce((sum, value) => sum + value ** 2, 0);
        expect(error).toBeLessThanOrEqual(zero);
      }),
    );
  });

  test('opposite vectors have opposite codes', () => {
    fc.assert(
      fc.property(rows, ({ dimension, values }) => {
        const opposite = roundTrip(
          values.map((value) => -value),
          dimension,
          bits,
        ).decoded;
        const { scales, decoded } = roundTrip(values, dimension, bits);
        decoded.forEach((value, i) => {
          // Halves are rounded up, so there the two may lie a step apart.
          const step = scales[Math.floor(i / dimension)];
          expect(Math.abs(value + opposite[i])).toBeLessThanOrEqual(step * 1.000001);
        });
      }),
    );
  });

  test('numbers on the grid come back as they were', () => {
    const largest = LARGEST[bits];
    const values = Float32Array.from({ length: 2 * largest + 1 }, (_, i) => (i - largest) / 4);
    expect([...roundTrip(values, values.length, bits).decoded]).toEqual([...values]);
  });

  test('a vector of zeros has scale 0, no rows have no codes', () => {
    const { codes, scales, decoded } = roundTrip(new Float32Array(6), 3, bits);
    expect([...codes, ...scales, ...decoded].every((value) => value === 0)).toBe(true);
    expect(quantizeRows(new Float32Array(0), 3, bits)).toEqual({
      codes: new Int8Array(0),
      scales: new Float32Array(0),
    });
  });

  test('numbers so small that their scale is zero become zero', () => {
    expect([...roundTrip(Float32Array.of(1e-45, -1e-45), 2, bits).decoded].map(Math.abs)).toEqual([0, 0]);
  });
});

test('of an odd number of 4-bit codes the last half byte is empty', () => {
  const { codes } = quantizeRows(Float32Array.of(7, -7, 1), 3, 4);
  expect([...codes].map((code) => code & 255)).toEqual([0x97, 0x01]);
});

test('with 4 bits a single large number is cut off where the others gain more', () => {
  const row = Float32Array.of(1, ...Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? 0.35 : -0.35)));
  const { scales, decoded } = roundTrip(row, row.length, 4);
  expect(scales[0] * 7).toBeLessThan(1);
  const errorOf = (scale: number): number =>
    row.reduce((sum, value) => sum + (value - Math.min(7, Math.round(value / scale)) * scale) ** 2, 0);
  expect(row.reduce((sum, value, i) => sum + (value - decoded[i]) ** 2, 0)).toBeLessThan(errorOf(1 / 7));
});
