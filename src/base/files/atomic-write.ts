import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Writes a file and waits until all of it is on disk. `flag` as for `openSync`: `wx` refuses a file that is there. `mode` is who
 * may read and write a new file.
 *
 * @throws what the system says
 */
export function writeDurably(path: string, bytes: Uint8Array, flag: 'w' | 'wx' = 'wx', mode = 0o666): void {
  const file = openSync(path, flag, mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Replaces what is at `path` in one step, when all is on disk: a reader sees the old file or the new one, never half of
 * one. `temporary` is beside it, and gone in the end.
 *
 * @throws what the system says
 */
export function replaceFile(path: string, bytes: Uint8Array, temporary: string, flag: 'w' | 'wx', mode = 0o666): void {
  try {
    writeDurably(temporary, bytes, flag, mode);
    renameSync(temporary, path);
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {} // what went wrong before is what must be told
    throw cause;
  }
}
