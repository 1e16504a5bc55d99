import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError, messageOf } from '#base/errors.js';
import type { Chunk } from './chunk.js';
import { readChunks } from './read-chunks.js';

/** Where a chunk lies in a file that its worker sees too: what a job of the queue holds in place of the texts. */
export interface ChunkReference extends Pick<Chunk, 'index' | 'input' | 'line' | 'byte' | 'nextByte'> {
  /** From the shared folder, with `/` between its parts. */
  readonly file: string;
  readonly records: number;
  /** SHA-256 of what was read there, so that a file which changed, or is another one, is not tagged in its place. */
  readonly sha256: string;
}

/** More than `bulk` ever puts into one chunk: a job that asks for more was not written by it. */
const MAX_RECORDS = 10_000;

/**
 * The inputs as their workers know them.
 *
 * @param folder As this machine sees it.
 * @throws {AppError} `invalid_argument` for an input that is not below the folder, `not_found`.
 */
export function filesBelow(folder: string, inputs: readonly string[]): string[] {
  const root = realPath(folder, '--files');
  return inputs.map((input) => {
    const path = relative(root, realPath(input, input));
    if (isOutside(path))
      throw new AppError('invalid_argument', `--files: expected inputs below ${root}, found ${input}`);
    return path.split(sep).join('/');
  });
}

export function referTo(chunk: Chunk, file: string): ChunkReference {
  const { index, input, line, byte, nextByte, records } = chunk;
  return { index, input, line, byte, nextByte, file, records: records.length, sha256: hashOf(chunk) };
}

/**
 * Reads the chunk again. Whatever a queue may hold, only regular files below `folder` are read, links followed before that is
 * looked at.
 *
 * @throws {AppError} `changed_meanwhile` if other lines stand there than `bulk` read, `invalid_argument` for a reference that
 *   leads out of the folder or that `bulk` does not write, `not_found`, `io_error`.
 */
export async function readReference(reference: ChunkReference, folder: string): Promise<Chunk> {
  const { file, index, input, line, byte, nextByte, records, sha256 } = reference;
  const isSound =
    typeof file === 'string' &&
    [index, input, line, byte, nextByte, records].every((number) => Number.isSafeInteger(number) && number >= 0) &&
    records > 0 &&
    records <= MAX_RECORDS &&
    nextByte > byte;
  if (!isSound)
    throw new AppError('invalid_argument', 'expected a chunk as bulk --files hands it out, found something else');
  const size = { records, bytes: nextByte - byte };
  for await (const chunk of readChunks(fileBelow(folder, file), { index, input, line, byte }, size)) {
    if (chunk.nextByte === nextByte && hashOf(chunk) === sha256) return chunk;
    break;
  }
  throw new AppError(
    'changed_meanwhile',
    `${file}: expected the ${records} lines from ${line} on that bulk read, found others; the file was changed, or is another one`,
  );
}

function fileBelow(folder: string, file: string): string {
  const root = realPath(folder, '--files');
  const path = realPath(join(root, file), file);
  if (isAbsolute(file) || isOutside(relative(root, path)) || !statSync(path).isFile())
    throw new AppError('invalid_argument', `${file}: expected a file below ${root}, found something else`);
  return path;
}

function isOutside(path: string): boolean {
  return path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function realPath(path: string, name: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    if (isMissing) throw new AppError('not_found', `${name}: expected ${path} to be there, found none`, { cause });
    throw new AppError('io_error', `${name}: ${messageOf(cause)}`, { cause });
  }
}

function hashOf({ records, unreadable }: Chunk): string {
  return createHash('sha256')
    .update(JSON.stringify([records, unreadable]))
    .digest('hex');
}
