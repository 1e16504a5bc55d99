import { statSync } from 'node:fs';
import { openCorpusSource } from '#annotation/documents/corpus-source.js';
import { recognizeFormat } from '#annotation/formats/detect-format.js';
import { fileInput } from '#annotation/reading/read-corpus-file.js';
import { openPieces } from '#annotation/reading/read-documents.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';

/** Text that nobody has annotated, read as a stream of sentences as often as one likes. */
export interface UnlabelledText {
  /** For messages. */
  readonly name: string;
  /** Of all files, in bytes. */
  readonly size: number;
  /** The words of each sentence. `onProgress` is told how much of `size` has been read so far. */
  sentences(onProgress?: (read: number) => void): Iterable<readonly string[]>;
}

/** Documents that an annotated file's scheme and offsets are decided from. */
const WINDOW = 1000;

/**
 * Plain text, a paragraph a line, or any annotated file, whose names are left unread.
 *
 * @throws {AppError} `not_found`; `io_error` for what is no file, since it is read several times; reading also
 *   `not_utf8`, `empty_corpus` and `malformed_corpus`.
 */
export function openUnlabelledText(paths: readonly string[], tokenizer: Tokenizer): UnlabelledText {
  const sizes = paths.map(sizeOf);
  return {
    name: paths.join(', '),
    size: sizes.reduce((sum, size) => sum + size, 0),
    *sentences(onProgress = () => {}) {
      let before = 0;
      for (const [index, path] of paths.entries()) {
        const begun = before;
        yield* sentencesOf(path, tokenizer, (read) => onProgress(begun + read));
        before += sizes[index];
      }
      onProgress(before);
    },
  };
}

function* sentencesOf(
  path: string,
  tokenizer: Tokenizer,
  onProgress: (read: number) => void,
): Generator<readonly string[]> {
  const input = { ...fileInput(path), chunks: counted(fileInput(path).chunks ?? [], onProgress) };
  const format = recognizeFormat(openCorpusSource(path, fileInput(path)));
  if (format !== undefined) {
    for (const { sentences } of openPieces(input, { window: WINDOW, tokenizer, format: format.name }).pieces) {
      for (const { words } of sentences) yield words;
    }
    return;
  }
  for (const line of openCorpusSource(path, input).lines) {
    for (const sentence of tokenizer.sentences(line, tokenizer.tokenize(line))) {
      if (sentence.length > 0) yield sentence.map(({ text }) => text);
    }
  }
}

function* counted(chunks: Iterable<Uint8Array>, onProgress: (read: number) => void): Generator<Uint8Array> {
  let read = 0;
  for (const chunk of chunks) {
    onProgress(read);
    yield chunk;
    read += chunk.length;
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new AppError('not_found', `${path}: expected a file, found none`);
  if (stats.isFile()) return stats.size;
  throw new AppError('io_error', `${path}: expected a file that can be read several times, found something else`);
}
