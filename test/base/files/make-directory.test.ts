import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '#base/files/make-directory.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';

test('makes what is missing, and is content with what is there', () => {
  const root = temporaryDirectory();
  const path = join(root, 'a', 'b', 'c');
  makeDirectory(path);
  expect(statSync(path).isDirectory()).toBe(true);
  writeFileSync(join(path, 'kept'), '');
  makeDirectory(path);
  makeDirectory(`${path}/../d/`);
  expect(readdirSync(join(root, 'a', 'b')).sort()).toEqual(['c', 'd']);
  expect(existsSync(join(path, 'kept'))).toBe(true);
});

test('throws what the system says where a file is in the way', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  expect(() => makeDirectory(join(file, 'below', 'it'))).toThrow(/ENOTDIR/);
});

test('ends where nothing can be made although the parent is there', () => {
  const parent = existsSync('/proc/self') ? '/proc/self' : join(temporaryDirectory(), '\0');
  expect(() => makeDirectory(join(parent, 'onomast', 'models'))).toThrow();
});
