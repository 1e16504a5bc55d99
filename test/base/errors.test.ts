import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { STATUS_OF } from '#app/http/statuses.js';
import { AppError, ERROR_CODES, isErrorCode, messageOf } from '#base/errors.js';

const documented = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, code, status, meaning, advice]) => ({
    code: code.replaceAll('`', ''),
    status: Number(status),
    meaning,
    advice,
  }));

describe('docs/errors.md', () => {
  test('lists every code and no other, in the order and with the status of the program', () => {
    expect(documented.map(({ code }) => code)).toEqual([...ERROR_CODES]);
    expect(documented.map(({ code, status }) => [code, status])).toEqual(Object.entries(STATUS_OF));
  });

  test.each(documented)('$code: says what it means and what to do', ({ meaning, advice }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(advice).toMatch(/^[A-Z`].*\.$/);
  });
});

test('isErrorCode tells codes from other words', () => {
  expect(['internal', 'no_model', 'toString', ''].map(isErrorCode)).toEqual([true, true, false, false]);
});

test.each(Object.entries(STATUS_OF))('%s is a snake_case word with the status of a failure', (code, status) => {
  expect(code).toMatch(/^[a-z]+[a-z0-9]*(_[a-z0-9]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
});

describe('AppError', () => {
  test('is an Error with a code', () => {
    const error = new AppError('no_model', 'there is no model yet');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AppError', code: 'no_model', message: 'there is no model yet', details: {} });
    expect('cause' in error).toBe(false);
    expect(String(error)).toBe('AppError: there is no model yet');
  });

  test.each([
    ['a line\r\nbreak', 'a line\\r\\nbreak'],
    ['\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
    ['\u202egnp.exe \u2028 \u0085', '\\u202egnp.exe \\u2028 \\u0085'],
    ['José 😀 "é"', 'José 😀 "é"'],
  ])('is one line that moves no cursor, whatever it quotes: %j', (quoted, shown) => {
    expect(new AppError('not_found', `${quoted}: there is none`).message).toBe(`${shown}: there is none`);
    expect(messageOf(new Error(quoted))).toBe(shown);
  });

  test('keeps its cause and details', () => {
    const cause = new Error('why');
    const error = new AppError('text_too_long', 'too long', { cause, details: { limit: 3 } });
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ limit: 3 });
  });
});

test.each([
  [new Error('why'), 'why'],
  [new AppError('internal', 'fault'), 'fault'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('messageOf %s', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
