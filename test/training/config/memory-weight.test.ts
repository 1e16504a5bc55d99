import { describe, expect, test } from 'vitest';
import { memoryWeight } from '#training/config/memory-weight.js';
import { thrownBy } from '../../helpers/thrown-by.js';

describe('memoryWeight', () => {
  test.each([
    ['auto', undefined],
    ['0', 0],
    ['0.6', 0.6],
    ['2', 2],
  ])('%s', (memory, weight) => {
    expect(memoryWeight({ memory })).toBe(weight);
  });

  test.each(['', ' ', '-1', '2.1', 'none'])('"%s" is refused', (memory) => {
    expect(thrownBy(() => memoryWeight({ memory }))).toMatchObject({
      code: 'invalid_config',
      message: `"memory" must be auto or a number from 0 to 2, found "${memory}"`,
    });
  });
});
