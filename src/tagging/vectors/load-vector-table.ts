import { AppError, messageOf } from '#base/errors.js';
import { readRegularFile, UnusableFile } from '#base/files/read-regular-file.js';
import { decodeVectorTable, type VectorTable } from './vector-table.js';

/** As much as a model may have. */
export const MAX_TABLE_BYTES = 1 << 30;

/**
 * A table that `onomast vectors` has made.
 *
 * @throws {AppError} `not_found`, `io_error`, or `damaged_model` if the file is no such table.
 */
export function loadVectorTable(path: string): VectorTable {
  return decodeVectorTable(readBounded(path), path);
}

function readBounded(path: string): Uint8Array {
  try {
    return readRegularFile(path, MAX_TABLE_BYTES);
  } catch (cause) {
    if (cause instanceof UnusableFile) throw new AppError('damaged_model', `${path}: ${cause.message}`, { cause });
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new AppError('not_found', `${path}: expected a file, found none`, { cause });
    throw new AppError('io_error', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}
