import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile, writeDurably } from '#base/files/atomic-write.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';

const NEW = new TextEncoder().encode('new');

test('writeDurably refuses a file that is there, unless told', () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, 'longer than before');
  expect(() => writeDurably(path, NEW)).toThrow(/^EEXIST/);
  expect(readFileSync(path, 'utf8')).toBe('longer than before');
  writeDurably(path, NEW, 'w');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('replaceFile leaves the new file and nothing else', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'file');
  writeFileSync(path, 'old');
  replaceFile(path, NEW, `${path}.writing`, 'wx');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(directory)).toEqual(['file']);
});

test('replaceFile that fails tells why, and leaves what was there', () => {
  const path = join(temporaryDirectory(), 'file');
  mkdirSync(join(path, 'below'), { recursive: true });
  expect(() => replaceFile(path, NEW, `${path}.writing`, 'w')).toThrow(/rename/);
  expect(existsSync(join(path, 'below'))).toBe(true);
  expect(existsSync(`${path}.writing`)).toBe(false);
});
