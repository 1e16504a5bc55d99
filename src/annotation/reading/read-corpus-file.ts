import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Document } from '#annotation/documents/document.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import { AppError, messageOf } from '#base/errors.js';
import { readRegularFile, UnusableFile } from '#base/files/read-regular-file.js';
import { type Corpus, collectCorpus, type ParseCorpusOptions, parseCorpus } from './read-corpus.js';
import { type DocumentInput, openPieces } from './read-documents.js';

/** Bytes; below the longest string that Node can hold, with room for what is made of it. */
const MAX_CORPUS_BYTES = 256 * 1024 * 1024;

export interface ReadCorpusFileOptions extends Omit<ParseCorpusOptions, 'name' | 'bytes' | 'text' | 'chunks'> {
  /** {@link MAX_CORPUS_BYTES} if not given. */
  readonly maxBytes?: number;
}

/** A corpus and what identifies the file it came from. */
export interface CorpusOfFile extends Corpus {
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * {@link parseCorpus} of a file; its path is the name in messages. Of brat's pairs either file may be named.
 *
 * @throws {AppError} `not_found`, `io_error`, `malformed_corpus` for a file too large, and what `parseCorpus` throws.
 */
export async function readCorpusFile(path: string, options: ReadCorpusFileOptions = {}): Promise<CorpusOfFile> {
  const { maxBytes = MAX_CORPUS_BYTES, ...parseOptions } = options;
  const [file] = corpusPaths([path]);
  const bytes = readBytes(file, maxBytes);
  const corpus = parseCorpus({ ...parseOptions, name: file, bytes, companion: companionOf(file) });
  return { ...corpus, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What a corpus holds, as documents and as labelled sentences, and what was done to it. */
export interface ReadCorpus {
  readonly documents: readonly Document[];
  readonly sentences: readonly LabelledSentence[];
  readonly ledger: Ledger;
}

/**
 * Reads an annotated file in any format that `onomast convert` knows, found out from its content.
 *
 * ```ts
 * const { documents, sentences, ledger } = await readCorpus('names.conll');
 * ```
 *
 * @throws {AppError} as {@link readCorpusFile}
 */
export async function readCorpus(path: string, options: ReadCorpusFileOptions = {}): Promise<ReadCorpus> {
  const { maxBytes = MAX_CORPUS_BYTES, ...readOptions } = options;
  const [file] = corpusPaths([path]);
  const bytes = readBytes(file, maxBytes);
  const reading = openPieces({ name: file, bytes, companion: companionOf(file) }, readOptions);
  const { documents, sentences } = collectCorpus(file, reading.pieces);
  return { documents, sentences, ledger: reading.ledger() };
}

/**
 * A file for {@link openPieces} that is read in chunks, however large it is.
 *
 * @throws {AppError} `not_found`, `io_error`
 */
export function fileInput(path: string): DocumentInput {
  return { name: path, chunks: fileChunks(path), companion: companionOf(path) };
}

/**
 * The files that stand for the arguments of a command: a directory for the `.ann` files in it, the text of a pair of brat
 * for its `.ann`, any other for itself.
 *
 * @throws {AppError} `not_found` for a directory without any.
 */
export function corpusPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (isDirectory(path)) {
      const names = readdirSync(path).filter((name) => name.endsWith('.ann'));
      if (names.length > 0) return names.sort().map((name) => join(path, name));
      throw new AppError('io_error', `${path}: expected a file, found a directory`);
    }
    const annotation = path.replace(/\.txt$/, '.ann');
    return [annotation !== path && exists(annotation) ? annotation : path];
  });
}

const CHUNK_BYTES = 1 << 18;

function* fileChunks(path: string): Generator<Uint8Array> {
  const file = opened(path);
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw fileError(path, cause);
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** Reads a file beside another one: the same name with another extension, or another name. */
function companionOf(path: string): (extensionOrName: string) => string | null {
  return (wanted) => {
    const beside = wanted.startsWith('.')
      ? join(dirname(path), `${basename(path).replace(/\.[^.]*$/, '')}${wanted}`)
      : join(dirname(path), wanted);
    if (!exists(beside)) return null;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(beside));
    } catch (cause) {
      throw new AppError('not_utf8', `${beside}: expected UTF-8, found other bytes`, { cause });
    }
  };
}

function readBytes(path: string, maxBytes: number): Uint8Array {
  try {
    return readRegularFile(path, maxBytes);
  } catch (error) {
    if (error instanceof UnusableFile)
      throw new AppError('malformed_corpus', `${path}: ${error.message}`, { cause: error });
    throw fileError(path, error);
  }
}

function fileError(path: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return new AppError('not_found', `${path}: expected a file, found none`, { cause });
  if (code === 'EISDIR') return new AppError('io_error', `${path}: expected a file, found a directory`, { cause });
  return new AppError('io_error', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false; // a part of the way is no directory
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false; // a part of the way is no directory
  }
}
