import { expect } from 'vitest';
import { createRandom } from '#base/random.js';
import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';

/** 2^-24: the largest relative error of one rounding to float32. */
export const UNIT = 2 ** -24;

/** The largest error allowed at an index, given the expected value there. */
export type Bound = (index: number, expected: number) => number;

type Arrays = Record<string, Floats>;

/** One call of an operation, on arrays by name. */
export interface Case {
  readonly inputs: Readonly<Record<string, Float32Array | Ints>>;
  readonly outputs: Readonly<
    Record<string, { readonly initial?: Float32Array; readonly length?: number; readonly bound: Bound }>
  >;
  // biome-ignore lint/suspicious/noExplicitAny: the arrays are floats or integers, as the case itself knows.
  call(kernels: Kernels, arrays: any): number | void;
}

const oracle = createReferenceKernels('float64');
const GUARD = 9;

/**
 * Runs a case on `kernels` and on the reference in float64 and compares the outputs; inputs and the surroundings of all
 * arrays must be left as they were. Returns what both calls returned.
 */
export function run(
  kernels: Kernels,
  { inputs, outputs, call }: Case,
  what = 'case',
): Record<'actual' | 'expected', number> {
  const positions = [kernels, oracle].map(({ arena }) => arena.position);
  const actual: Arrays = {};
  const expected: Arrays = {};
  const surroundings: {
    readonly name: string;
    readonly whole: Floats | Ints;
    readonly from: number;
    readonly length: number;
  }[] = [];
  let offset = 0;
  const place = (name: string, values: Float32Array | Ints): void => {
    offset = (offset % 4) + 1;
    for (const [owner, arrays] of [
      [kernels, actual],
      [oracle, expected],
    ] as const) {
      const length = values.length + offset + GUARD;
      const whole = values instanceof Int32Array ? owner.arena.ints(length) : owner.arena.floats(length);
      whole.fill(77);
      const array = whole.subarray(offset, offset + values.length);
      array.set(values);
      arrays[name] = array as Floats;
      if (owner === kernels) surroundings.push({ name, whole, from: offset, length: values.length });
    }
  };
  for (const [name, values] of Object.entries(inputs)) place(name, values);
  for (const [name, { initial, length }] of Object.entries(outputs))
    place(name, initial ?? new Float32Array(length ?? 0).fill(55));

  const result = { actual: Number(call(kernels, actual)), expected: Number(call(oracle, expected)) };

  for (const { name, whole, from, length } of surroundings) {
    for (let i = 0; i < whole.length; i++) {
      if ((i < from || i >= from + length) && whole[i] !== 77)
        expect.fail(`${what}: wrote outside ${name}, at ${i - from}`);
    }
  }
  for (const [name, values] of Object.entries(inputs))
    expectWithin(actual[name], values, () => 0, `${what}: input ${name}`);
  for (const [name, { bound }] of Object.entries(outputs))
    expectWithin(actual[name], expected[name], bound, `${what}: ${name}`);
  kernels.arena.release(positions[0]);
  oracle.arena.release(positions[1]);
  return result;
}

/** Element by element; NaN and infinities must be equal. */
export function expectWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: Bound,
  what = 'values',
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [found, wanted] = [actual[i], expected[i]];
    if (found === wanted || (Number.isNaN(found) && Number.isNaN(wanted))) continue;
    const allowed = bound(i, wanted);
    if (!(Math.abs(found - wanted) <= allowed))
      expect.fail(`${what}[${i}]: expected ${wanted} within ${allowed}, found ${found}`);
  }
}

/** Uniform over -scale … scale, always the same for a seed. */
export function random(length: number, seed = 1, scale = 1): Float32Array {
  const generator = createRandom(seed);
  return Float32Array.from({ length }, () => scale * (2 * generator.next() - 1));
}

/** Both sides of the vector width, of the tiles' sizes and of their remainders. */
export const SIZES = [0, 1, 3, 4, 5, 7, 17, 64, 100];

/** (rows, columns) */
export const SHAPES = SIZES.flatMap((m) => SIZES.filter((n) => n > 0).map((n) => [m, n] as const));

export const exact: Bound = () => 0;

export function absolute(tolerance: number): Bound {
  return () => tolerance;
}

export function relative(tolerance: number): Bound {
  return (_, expected) => tolerance * Math.abs(expected);
}

/** A copy in the kernels' memory. */
export function inMemory(kernels: Kernels, values: ArrayLike<number>): Floats {
  const array = kernels.arena.floats(values.length);
  array.set(values);
  return array;
}
