import { AppError } from '#base/errors.js';
import type { FloatValues, Tensor, TensorValues } from '#base/safetensors.js';
import type { Parameter } from '#engine/core/parameter.js';

/**
 * Embedding tables in 8 bits a number: each row is whole numbers from -127 to 127 times a power of two of its own. Powers of
 * two lose less than a bit beside the best scale, and what is rounded once stays as it is however often it is written.
 */
const LARGEST = 127;
const EXPONENTS = '.exponents';

/** A learned table with a row a word, which is most of a model. */
export function isTable({ touched }: Parameter): boolean {
  return touched !== undefined;
}

/** Rounds the rows to what `packTable` can keep. */
export function roundTable({ values, shape }: Parameter): void {
  const width = shape[1];
  for (let row = 0; row < shape[0]; row++) {
    const numbers = values.subarray(row * width, (row + 1) * width);
    const scale = 2 ** exponentOf(numbers);
    for (let i = 0; i < width; i++) numbers[i] = Math.round(numbers[i] / scale) * scale;
  }
}

/** A table that was rounded, as two tensors of bytes. */
export function packTable({ name, values, shape }: Parameter): Tensor<TensorValues>[] {
  const width = shape[1];
  const codes = new Int8Array(values.length);
  const exponents = new Int8Array(shape[0]);
  for (let row = 0; row < shape[0]; row++) {
    const numbers = values.subarray(row * width, (row + 1) * width);
    exponents[row] = exponentOf(numbers);
    for (let i = 0; i < width; i++) codes[row * width + i] = Math.round(numbers[i] / 2 ** exponents[row]);
  }
  return [
    { name, shape, values: codes },
    { name: name + EXPONENTS, shape: [shape[0]], values: exponents },
  ];
}

/** @throws {AppError} `damaged_model`, naming `where`, for tensors of bytes that are no packed table. */
export function unpackTables(tensors: ReadonlyMap<string, Tensor<TensorValues>>, where: string): Map<string, Tensor> {
  const unpacked = new Map<string, Tensor>();
  for (const { name, shape, values } of tensors.values()) {
    if (isFloats(values)) unpacked.set(name, { name, shape, values });
    else if (!(name.endsWith(EXPONENTS) && tensors.has(name.slice(0, -EXPONENTS.length)))) {
      const exponents = tensors.get(name + EXPONENTS)?.values;
      const [rows, width] = shape;
      if (!(values instanceof Int8Array && exponents instanceof Int8Array) || exponents.length !== rows)
        throw new AppError('damaged_model', `${where}: tensor "${name}" holds bytes but no exponent for each row`);
      const numbers = new Float32Array(values.length);
      for (let row = 0, i = 0; row < rows; row++) {
        const scale = 2 ** exponents[row];
        for (const end = i + width; i < end; i++) numbers[i] = values[i] * scale;
      }
      unpacked.set(name, { name, shape, values: numbers });
    }
  }
  return unpacked;
}

/**
 * The exponent of the smallest power of two in whose multiples the largest number is at most 127. A byte holds it, and its
 * power is a normal float.
 */
function exponentOf(numbers: FloatValues): number {
  let largest = 0;
  for (const value of numbers) largest = Math.max(largest, Math.abs(value));
  let exponent = Math.max(-100, Math.ceil(Math.log2(largest / LARGEST)));
  if (Math.round(largest / 2 ** exponent) > LARGEST) exponent++; // the logarithm may be off by its last bit
  return Math.min(120, exponent);
}

function isFloats(values: TensorValues): values is FloatValues {
  return values instanceof Float32Array || values instanceof Float64Array;
}
