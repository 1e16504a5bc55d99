import { describe, expect, test } from 'vitest';
import { npmRun } from './helpers.js';

/** Enough that each way of going wrong is gone once. */
const SHORT: Readonly<Record<string, number>> = {
  'killed-annotating': 3,
  'killed-training': 3,
  'killed-activation': 4,
  'killed-migration': 4,
  'mutated-files': 100,
  'fuzzed-requests': 400,
  overload: 2,
  'hot-swap': 4,
  soak: 2000,
};

describe('npm run faults', () => {
  test('lists all that can go wrong', async () => {
    const names = (await npmRun('faults', []))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(names.sort()).toEqual(Object.keys(SHORT).sort());
  });

  test.each(Object.entries(SHORT))('%s, %i times', async (name, count) => {
    expect(JSON.parse(await npmRun('faults', [name, String(count)]))).toMatchObject({ fault: name, seed: 1 });
  });
});
