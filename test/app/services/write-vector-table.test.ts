import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { assertWritableTablePath, writeVectorTable } from '#app/services/write-vector-table.js';
import { createVectorTable } from '#tagging/vectors/vector-table.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const failure = vi.hoisted((): { code: string | undefined } => ({ code: undefined }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync(...args: Parameters<typeof fs.writeSync>) {
      if (failure.code !== undefined)
        throw Object.assign(new Error(`${failure.code}: it failed`), { code: failure.code });
      return fs.writeSync(...args);
    },
  };
});
beforeEach(() => {
  failure.code = undefined;
});

const origin = { name: 'Test', language: '', license: '', source: '' };
const { file } = createVectorTable({ words: ['a'], values: Float32Array.of(1), dimension: 1, bits: 8, origin });

describe('writing', () => {
  test('makes directories and leaves nothing beside the table', () => {
    const directory = join(temporaryDirectory(), 'new');
    writeVectorTable(join(directory, 'out'), file);
    expect(new Uint8Array(readFileSync(join(directory, 'out')))).toEqual(file);
    expect(readdirSync(directory)).toEqual(['out']);
  });

  test('a table too large to be loaded again is refused', () => {
    const path = join(temporaryDirectory(), 'out');
    const huge = { length: 2 ** 30 + 1 } as Uint8Array; // nothing but its length is looked at
    expect(thrownBy(() => writeVectorTable(path, huge))).toMatchObject({
      code: 'invalid_argument',
      message: '--words: expected a table of at most 1073741824 bytes, found 1073741825; keep fewer words',
    });
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ['ENOSPC', 'disk_full'],
    ['EIO', 'io_error'],
  ])('%s is told, and what was there stays', (code, expected) => {
    const directory = temporaryDirectory();
    const path = join(directory, 'out');
    writeFileSync(path, 'earlier');
    failure.code = code;
    const error = thrownBy(() => writeVectorTable(path, file));
    failure.code = undefined;
    expect(error).toMatchObject({ code: expected, message: `${path}: cannot be written: ${code}: it failed` });
    expect(readdirSync(directory)).toEqual(['out']);
    expect(readFileSync(path, 'utf8')).toBe('earlier');
  });
});

describe('a path that can be written', () => {
  test('is new, or that of a table, and nothing is made there', () => {
    const directory = temporaryDirectory();
    assertWritableTablePath(join(directory, 'a', 'b', 'out'));
    expect(existsSync(join(directory, 'a'))).toBe(false);
    writeVectorTable(join(directory, 'out'), file);
    assertWritableTablePath(join(directory, 'out'));
  });

  test('is no directory and no other file', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'dir'));
    writeFileSync(join(directory, 'file'), 'something');
    for (const name of ['dir', 'file']) {
      const path = join(directory, name);
      expect(thrownBy(() => assertWritableTablePath(path))).toMatchObject({
        code: 'io_error',
        message: `${path}: expected a new file or a table of vectors, found something else; nothing was overwritten`,
      });
    }
  });

  test('does not lie below a file', () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, 'something');
    const error = thrownBy(() => assertWritableTablePath(join(path, 'out')));
    expect(error.code).toBe('io_error');
    expect(error.message).toMatch(/cannot be written: ENOTDIR/);
  });
});
