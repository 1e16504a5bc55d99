import { expect } from 'vitest';

/** Element by element within `tolerance` times the larger of 1 and the expected value. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'value',
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const bound = tolerance * Math.max(1, Math.abs(expected[i]));
    if (!(Math.abs(actual[i] - expected[i]) <= bound)) {
      expect.fail(`${what}[${i}]: expected ${expected[i]} within ${bound}, found ${actual[i]}`);
    }
  }
}

/** Equal to the last bit; for arrays of many thousands, whose whole difference `toEqual` would take minutes to print. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what = 'value'): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect.fail(`${what}[${i}]: expected ${expected[i]}, found ${actual[i]}`);
  }
}
