import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { type Loss, openWriting } from '#annotation/conversion/write-documents.js';
import type { Document } from '#annotation/documents/document.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import type { WrittenPiece } from '#annotation/formats/format.js';
import { findFormat } from '#annotation/formats/format-table.js';
import { corpusPaths, fileInput } from '#annotation/reading/read-corpus-file.js';
import { type DocumentInput, openPieces } from '#annotation/reading/read-documents.js';
import type { ReadOptions } from '#annotation/reading/read-options.js';
import { recutDocument } from '#annotation/reading/recut.js';
import { PART_NAMES, type PartName } from '#annotation/split/part-names.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { AppError, messageOf } from '#base/errors.js';
import { writing } from '#base/files/write-error.js';

export interface ConvertOptions extends ReadOptions {
  readonly inputs: readonly string[];
  readonly to: string;
  /** A file; `-` is standard output. Formats of several files, and parts, want a directory. */
  readonly output: string;
  /** Parts of whole documents by weight, such as 80:10:10; texts that are the same come into the same part. */
  readonly split?: readonly number[];
  readonly overlaps?: OverlapPolicy;
  /** Words are cut again as our tokenizer cuts them. */
  readonly recut?: boolean;
  /** Files that are there may be replaced. */
  readonly force?: boolean;
  /** Takes what goes to standard output. */
  write(text: string): void;
}

export interface Conversion {
  /** One a file that was read, with the SHA-256 of its bytes. */
  readonly inputs: readonly (Ledger & { readonly sha256: string })[];
  readonly outputs: readonly {
    readonly files: readonly string[];
    readonly part: PartName | null;
    readonly format: string;
    readonly documents: number;
    readonly names: number;
    readonly losses: readonly Loss[];
  }[];
}

/** Documents that format, tag scheme and unit of offsets are decided from; more are not held in memory. */
const WINDOW = 5000;

/**
 * Converts annotated files, document by document. What is written stands whole in its place or not at all.
 *
 * @throws {AppError} `invalid_argument`, `io_error`, `disk_full`, and what reading throws.
 */
export function convertFiles(options: ConvertOptions): Conversion {
  const format = findFormat(options.to, '--to');
  if (options.output === '') throw new AppError('invalid_argument', '-o: expected a file, a directory or -, found ""');
  const paths = corpusPaths(options.inputs);
  if (paths.filter((path) => path === '-').length > 1) {
    throw new AppError('invalid_argument', 'convert: expected "-" once, found it twice');
  }
  const standardInput = paths.includes('-') && options.split !== undefined ? [...standardChunks()] : undefined;
  const parts = partsOf(options);
  const inputs: (Ledger & { sha256: string })[] = [];
  const outputs: Conversion['outputs'][number][] = [];
  const sink = new FileSink(options);
  try {
    for (const [index, part] of parts.entries()) {
      const isFirst = index === 0;
      const documents = readAll(paths, { options, standardInput, found: isFirst ? inputs : [] });
      const dealt = part === null ? documents : ofPart(documents, options.split ?? [], part);
      const isStream = options.output === '-';
      const writing = openWriting(dealt, format.name, {
        overlaps: options.overlaps ?? 'longest',
        stem: part ?? stemOf(options, paths),
        isStream,
      });
      const files = new Set<string>();
      for (const piece of writing.pieces) files.add(sink.write(piece, part, format.extensions[0]));
      outputs.push({
        files: [...files],
        part,
        format: format.name,
        documents: writing.documents(),
        names: writing.names(),
        losses: writing.losses(),
      });
    }
    if (outputs.every(({ documents }) => documents === 0)) {
      throw new AppError('empty_corpus', `${paths.join(', ')}: expected at least one document, found none`);
    }
    sink.finish();
  } catch (error) {
    sink.discard();
    throw error;
  }
  return { inputs, outputs };
}

function partsOf({ split, output }: ConvertOptions): readonly (PartName | null)[] {
  if (split === undefined) return [null];
  const isLegal = split.length >= 2 && split.length <= PART_NAMES.length && split.every((weight) => weight > 0);
  if (!isLegal) {
    throw new AppError(
      'invalid_argument',
      `--split: expected two or three weights such as 80:10:10, found ${split.join(':')}`,
    );
  }
  if (output === '-') throw new AppError('invalid_argument', '--split: expected a directory for -o, found "-"');
  return PART_NAMES.slice(0, split.length);
}

function stemOf({ output }: ConvertOptions, paths: readonly string[]): string {
  if (output !== '-' && extname(output) !== '') return basename(output, extname(output));
  return paths[0] === '-' ? 'corpus' : basename(paths[0], extname(paths[0]));
}

function* readAll(
  paths: readonly string[],
  {
    options,
    standardInput,
    found,
  }: {
    readonly options: ConvertOptions;
    readonly standardInput: readonly Uint8Array[] | undefined;
    readonly found: (Ledger & { sha256: string })[];
  },
): Generator<Document> {
  const tokenizer = options.recut ? createDefaultTokenizer() : undefined;
  for (const path of paths) {
    const input =
      path === '-' ? { name: 'standard input', chunks: standardInput ?? standardChunks() } : fileInput(path);
    const hash = createHash('sha256');
    const hashed: DocumentInput = { ...input, chunks: hashing(input.chunks ?? [], hash) };
    const reading = openPieces(hashed, { window: WINDOW, ...options });
    for (const { document } of reading.pieces) {
      yield tokenizer === undefined ? document : recutDocument(document, tokenizer, options.overlaps);
    }
    found.push({ sha256: hash.digest('hex'), ...reading.ledger() });
  }
}

function* hashing(chunks: Iterable<Uint8Array>, hash: ReturnType<typeof createHash>): Generator<Uint8Array> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/**
 * Deals documents out, each to the part that lacks most, so that shares are exact; what has the same text as one before
 * goes where that went. Pieces of a document stay together; sentences of a file without marks are dealt one by one.
 */
function* ofPart(documents: Iterable<Document>, weights: readonly number[], wanted: PartName): Generator<Document> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const dealt = weights.map(() => 0);
  const partByKey = new Map<string, number>();
  let previous = 0;
  let count = 0;
  for (const document of documents) {
    const size = document.sentences.length;
    const key = sentenceKey(document.tokens.map(({ text }) => text));
    let part = document.continues && size > 1 ? previous : partByKey.get(key);
    if (part === undefined) {
      count += size;
      const lacks = weights.map((weight, index) => (weight / total) * count - dealt[index]);
      part = lacks.indexOf(Math.max(...lacks));
      dealt[part] += size;
      partByKey.set(key, part);
    }
    previous = part;
    if (PART_NAMES[part] === wanted) yield document;
  }
}

/** Writes to temporary files beside their places, and puts all in place at the end. */
class FileSink {
  readonly #options: ConvertOptions;
  readonly #open = new Map<string, { readonly file: number; readonly temporary: string }>();
  #pending = '';

  constructor(options: ConvertOptions) {
    this.#options = options;
  }

  /** @returns the file that the piece is for. */
  write({ file, text }: WrittenPiece, part: PartName | null, extension: string): string {
    const { output } = this.#options;
    if (output === '-') {
      this.#pending += text;
      if (this.#pending.length > BUFFER_LENGTH) this.#flush();
      return '-';
    }
    const path = this.#pathOf(file, part, extension);
    const opened = this.#open.get(path) ?? this.#create(path);
    writeAll(opened.file, text, path);
    return path;
  }

  finish(): void {
    this.#flush();
    for (const [path, { file, temporary }] of this.#open) {
      closeSync(file);
      renameSync(temporary, path);
    }
    this.#open.clear();
  }

  discard(): void {
    for (const { file, temporary } of this.#open.values()) {
      closeSync(file);
      rmSync(temporary, { force: true });
    }
    this.#open.clear();
  }

  #flush(): void {
    if (this.#pending !== '') this.#options.write(this.#pending);
    this.#pending = '';
  }

  /** A file with an extension is the one file that is written; anything else is a directory. */
  #pathOf(file: string, part: PartName | null, extension: string): string {
    const { output } = this.#options;
    const isDirectory = part !== null || extname(output) === '';
    if (isDirectory) return join(output, file);
    if (this.#open.size === 0 || this.#open.has(output)) {
      const main = basename(output, extname(output));
      if (extension !== '.ann' && (file.startsWith(`${main}.`) || extname(file) === extension)) return output;
    }
    return join(dirname(output), file);
  }

  #create(path: string): { readonly file: number; readonly temporary: string } {
    if (existsSync(path) && !this.#options.force) {
      throw new AppError('invalid_argument', `${path}: expected no file there, found one; --force replaces it`);
    }
    const temporary = `${path}.${process.pid}.tmp`;
    return writing(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      const opened = { file: openSync(temporary, 'w'), temporary };
      this.#open.set(path, opened);
      return opened;
    });
  }
}

const BUFFER_LENGTH = 1 << 16;

function writeAll(file: number, text: string, path: string): void {
  const bytes = Buffer.from(text);
  writing(path, () => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  });
}

const CHUNK_BYTES = 1 << 18;
const STANDARD_INPUT = 0;
const WAIT_MS = 5;

function* standardChunks(): Generator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const length = readStandard(chunk);
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

function readStandard(chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(STANDARD_INPUT, chunk, 0, chunk.length, null);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN')
        throw new AppError('io_error', `standard input: cannot be read: ${messageOf(cause)}`, { cause });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS); // the writer is not ready yet
    }
  }
}
