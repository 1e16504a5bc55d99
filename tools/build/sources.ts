import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './paths.js';

const FOLDERS = ['src', 'tools/build'];
const FILES = [
  'tsconfig.json',
  'node_modules/typescript/package.json',
  'node_modules/assemblyscript/package.json',
  'node_modules/esbuild/package.json',
  'node_modules/lit-html/package.json',
];

/** A hash of everything that dist/ is made from; contents, because a checkout gives every file a new date. */
export function fingerprint(): string {
  return hashOf([...FOLDERS.flatMap(filesBelow), ...FILES]);
}

/** A hash of the names and contents of files of the project. */
export function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(join(PROJECT, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** All files of a folder of the project, by their paths in it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length))
    .sort();
}
