import { readFile, stat } from 'node:fs/promises';
import { AppError, messageOf } from '#base/errors.js';
import { type Corpus, type ParseCorpusOptions, parseCorpus } from './read-corpus.js';

/** Bytes; below the longest string that Node can hold, with room for what is made of it. */
export const MAX_CORPUS_BYTES = 256 * 1024 * 1024;

export interface ReadCorpusFileOptions extends Omit<ParseCorpusOptions, 'name' | 'bytes' | 'text'> {
  /** {@link MAX_CORPUS_BYTES} if not given. */
  readonly maxBytes?: number;
}

/**
 * {@link parseCorpus} of a file; its path is the name in messages.
 *
 * @throws {AppError} `not_found`, `io_error`, `malformed_corpus` for a file too large, and what `parseCorpus` throws.
 */
export async function readCorpusFile(path: string, options: ReadCorpusFileOptions = {}): Promise<Corpus> {
  const { maxBytes = MAX_CORPUS_BYTES, ...parseOptions } = options;
  return parseCorpus({ ...parseOptions, name: path, bytes: await readBytes(path, maxBytes) });
}

async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) {
      throw new AppError('malformed_corpus', `${path}: expected a file of at most ${maxBytes} bytes, found ${size}`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new AppError('not_found', `${path}: expected a file, found none`, { cause: error });
    if (code === 'EISDIR')
      throw new AppError('io_error', `${path}: expected a file, found a directory`, { cause: error });
    throw new AppError('io_error', `${path}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
