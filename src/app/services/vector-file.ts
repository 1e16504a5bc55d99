import { createReadStream, type Stats, statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '#base/errors.js';
import { peek } from '#tagging/vectors/build/peek.js';

const CHUNK = 1 << 20;

export interface VectorFile {
  readonly path: string;
  /** Bytes as they lie on disk; 0 if it is a pipe. */
  readonly size: number;
  /** Whether it can be read more than once. */
  readonly isRegular: boolean;
  /** Its content from the start, unpacked if it is gzip. `onProgress` is told the bytes read from disk. */
  read(onProgress: (bytes: number) => void): AsyncIterable<Uint8Array>;
}

/** @throws {AppError} `not_found` or `io_error`, reading also `malformed_vectors` for gzip that is damaged. */
export function openVectorFile(path: string): VectorFile {
  const stats = statsOf(path);
  if (stats.isDirectory()) throw new AppError('io_error', `${path}: expected a file, found a directory`);
  const isRegular = stats.isFile();
  return {
    path,
    size: isRegular ? stats.size : 0,
    isRegular,
    read: (onProgress) => unpacked(path, bytesOf(path, onProgress)),
  };
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('not_found', `${path}: expected a file, found none`, { cause });
    throw new AppError('io_error', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function* bytesOf(path: string, onProgress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>) {
      read += chunk.length;
      onProgress(read);
      yield chunk;
    }
  } catch (cause) {
    throw new AppError('io_error', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function* unpacked(path: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, all, close } = await peek(bytes, 2);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  try {
    // What goes wrong reaches the reader, as pipeline destroys the end with the error of the beginning.
    yield* isGzip ? pipeline(Readable.from(all), createGunzip({ chunkSize: CHUNK }), () => {}) : all;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('malformed_vectors', `${path}: expected whole gzip data, found: ${messageOf(cause)}`, { cause });
  } finally {
    await close();
  }
}
