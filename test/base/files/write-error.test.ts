import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { writeError, writing } from '#base/files/write-error.js';

const failure = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('a write that failed', () => {
  test.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'io_error'],
    ['EISDIR', 'io_error'],
  ])('for %s is told as %s, with the place', (code, expected) => {
    expect(writeError('models/x', failure(code))).toMatchObject({
      code: expected,
      message: `models/x: cannot be written: ${code}: it failed`,
    });
  });

  test('for a reason without a code is told too', () => {
    expect(writeError('a', 'no')).toMatchObject({ code: 'io_error', message: 'a: cannot be written: no' });
    expect(writeError('a', null)).toMatchObject({ code: 'io_error' });
  });

  test('keeps an error that already says what is wrong', () => {
    const error = new AppError('damaged_model', 'it is damaged');
    const thrown = () =>
      writing('a', () => {
        throw error;
      });
    expect(thrown).toThrow(error);
    expect(() => writing('a', () => JSON.parse('{'))).toThrow(/^a: cannot be written: /);
    expect(writing('a', () => 3)).toBe(3);
  });
});
