import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { AppError } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { writeError } from '#base/files/write-error.js';
import { MAX_TABLE_BYTES } from '#tagging/vectors/load-vector-table.js';
import { looksLikeVectorTable } from '#tagging/vectors/vector-table.js';

/** Bytes of a table that tell it is one. */
const HEAD = 4096;

/**
 * Before minutes of reading, not after them.
 *
 * @throws {AppError} `io_error` if something else than a table of vectors is at `path`, or nothing can be written there.
 */
export function assertWritableTablePath(path: string): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || (stats.isFile() && looksLikeVectorTable(headOf(path)))) {
      let directory = dirname(resolve(path));
      while (!existsSync(directory)) directory = dirname(directory);
      accessSync(`${directory}${sep}.`, constants.W_OK);
      return;
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
  throw new AppError(
    'io_error',
    `${path}: expected a new file or a table of vectors, found something else; nothing was overwritten`,
  );
}

/**
 * Replaces what is there in one step, when all is on disk; makes the directory if need be.
 *
 * @throws {AppError} `disk_full`, `io_error`, or `invalid_argument` if the table is too large to be loaded again.
 */
export function writeVectorTable(path: string, bytes: Uint8Array): void {
  if (bytes.length > MAX_TABLE_BYTES)
    throw new AppError(
      'invalid_argument',
      `--words: expected a table of at most ${MAX_TABLE_BYTES} bytes, found ${bytes.length}; keep fewer words`,
    );
  try {
    makeDirectory(dirname(path));
    replaceFile(path, bytes, `${path}.writing-${process.pid}`, 'wx');
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function headOf(path: string): Uint8Array {
  const head = new Uint8Array(HEAD);
  const file = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(file, head, 0, HEAD, 0));
  } finally {
    closeSync(file);
  }
}
