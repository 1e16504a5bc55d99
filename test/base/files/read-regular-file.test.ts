import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRegularFile, UnusableFile } from '#base/files/read-regular-file.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';

describe('readRegularFile', () => {
  test('reads a file of the greatest size, and an empty one', () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, 'Ada');
    expect(Buffer.from(readRegularFile(path, 3)).toString()).toBe('Ada');
    writeFileSync(path, '');
    expect(readRegularFile(path, 0)).toHaveLength(0);
  });

  test.runIf(process.platform !== 'win32')('refuses at once what may never end', () => {
    const directory = temporaryDirectory();
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) {
      expect(() => readRegularFile(path, 100)).toThrow(
        new UnusableFile('expected a regular file, found a pipe or a device'),
      );
    }
  });

  test('refuses a file that is too large and a directory', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), 'Ada');
    expect(() => readRegularFile(join(directory, 'file'), 2)).toThrow('expected a file of at most 2 bytes, found 3');
    mkdirSync(join(directory, 'sub'));
    expect(() => readRegularFile(join(directory, 'sub'), 2)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect(() => readRegularFile(join(directory, 'none'), 2)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
