import { AppError, type ErrorCode } from '#base/errors.js';

/** A corpus file as text, whatever bytes it came as. Lines or pieces can be read once. */
export interface CorpusSource {
  /** For messages: `file:line`. */
  readonly name: string;
  /** The beginning, for finding out the format: all of a text in memory, else at least {@link HEAD_LENGTH} units. */
  readonly head: string;
  /** Without line ends. */
  readonly lines: Iterable<string>;
  /** The text from its beginning, in pieces of any length, line ends as they are. */
  readonly pieces: Iterable<string>;
  /** What had to be done to the bytes, for the report: "byte order mark removed". Complete when all is read. */
  readonly notes: readonly string[];
}

/** UTF-16 units. Far beyond any sentence; a longer line is a file with lost line ends, or not text at all. */
export const MAX_LINE_LENGTH = 1_000_000;
/** UTF-16 units that a format is found out from, if the file is not read whole. */
const HEAD_LENGTH = 1 << 16;

/** Exactly one of the three. Bytes must be UTF-8; chunks are bytes that need not fit into memory at once. */
export interface CorpusContent {
  readonly bytes?: Uint8Array;
  readonly text?: string;
  readonly chunks?: Iterable<Uint8Array>;
}

/**
 * @throws {AppError} `not_utf8`, `empty_corpus`, `malformed_corpus` (NUL, a line too long) or `invalid_argument`; what
 *   comes in chunks throws when it is read.
 */
export function openCorpusSource(
  name: string,
  { bytes, text, chunks }: CorpusContent,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): CorpusSource {
  if ([bytes, text, chunks].filter((content) => content !== undefined).length !== 1) {
    throw new AppError('invalid_argument', `${name}: expected exactly one of "bytes", "text" and "chunks"`);
  }
  if (chunks !== undefined) return openStream(name, chunks, mayBeEmpty);
  const decoded = text ?? decodeUtf8(name, bytes ?? new Uint8Array());
  const hasByteOrderMark = decoded.startsWith(BYTE_ORDER_MARK);
  const content = hasByteOrderMark ? decoded.slice(1) : decoded;
  const nul = content.indexOf('\0');
  if (nul !== -1) throw nulError(name, lineAt(content, nul));
  if (!mayBeEmpty && content.trim() === '') throw emptyError(name);
  return new MemorySource(name, content, hasByteOrderMark);
}

const BYTE_ORDER_MARK = '\uFEFF';

class MemorySource implements CorpusSource {
  readonly name: string;
  readonly head: string;
  readonly #hasByteOrderMark: boolean;
  #lines: string[] | undefined;

  constructor(name: string, content: string, hasByteOrderMark: boolean) {
    this.name = name;
    this.head = content;
    this.#hasByteOrderMark = hasByteOrderMark;
  }

  get pieces(): Iterable<string> {
    return [this.head];
  }

  get lines(): readonly string[] {
    if (this.#lines !== undefined) return this.#lines;
    const lines = this.head.split(lineEndOf(this.head));
    lines.forEach((line, index) => {
      if (line.endsWith('\r')) lines[index] = line.slice(0, -1);
      if (line.length > MAX_LINE_LENGTH) throw longLineError(this.name, index + 1, line.length);
    });
    this.#lines = lines;
    return lines;
  }

  get notes(): readonly string[] {
    const carriageReturns = this.head.includes('\r\n') ? this.head.split('\r\n').length - 1 : 0;
    return notesOf(this.#hasByteOrderMark, carriageReturns);
  }
}

function openStream(name: string, chunks: Iterable<Uint8Array>, mayBeEmpty: boolean): CorpusSource {
  const decoded = decodedPieces(name, chunks)[Symbol.iterator]();
  let head = '';
  let hasByteOrderMark = false;
  for (let next = decoded.next(); !next.done; next = decoded.next()) {
    head += next.value;
    if (head.length >= HEAD_LENGTH) break;
  }
  if (head.startsWith(BYTE_ORDER_MARK)) {
    hasByteOrderMark = true;
    head = head.slice(1);
  }
  if (!mayBeEmpty && head.trim() === '') throw emptyError(name);
  let carriageReturns = 0;

  function* pieces(): Generator<string> {
    yield head;
    for (let next = decoded.next(); !next.done; next = decoded.next()) yield next.value;
  }
  function* lines(): Generator<string> {
    const lineEnd = lineEndOf(head);
    let line = 0;
    let rest = '';
    for (const piece of pieces()) {
      const parts = piece.split(lineEnd);
      parts[0] = rest + parts[0];
      rest = parts.pop() ?? '';
      for (const part of parts) {
        line++;
        if (part.length > MAX_LINE_LENGTH) throw longLineError(name, line, part.length);
        if (part.endsWith('\r')) {
          carriageReturns++;
          yield part.slice(0, -1);
        } else yield part;
      }
      if (rest.length > MAX_LINE_LENGTH) throw longLineError(name, line + 1, rest.length);
    }
    if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
  }
  return {
    name,
    head,
    get lines() {
      return lines();
    },
    get pieces() {
      return pieces();
    },
    get notes() {
      return notesOf(hasByteOrderMark, carriageReturns);
    },
  };
}

function* decodedPieces(name: string, chunks: Iterable<Uint8Array>): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  let offset = 0;
  const decode = (chunk: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(chunk, { stream });
    } catch (cause) {
      const expected = 'UTF-8';
      const found = `other bytes after byte ${offset}; ${CONVERT_HINT}`;
      throw corpusError({ code: 'not_utf8', name, line, expected, found, cause });
    }
  };
  for (const chunk of chunks) {
    if (offset === 0) {
      const foreign = foreignEncoding(chunk);
      if (foreign !== null) throw new AppError('not_utf8', `${name}: expected UTF-8, found ${foreign}`);
    }
    const text = decode(chunk, true);
    const nul = text.indexOf('\0');
    if (nul !== -1) throw nulError(name, line + lineAt(text, nul) - 1);
    yield text;
    offset += chunk.length;
    line += lineAt(text, text.length) - 1;
  }
  yield decode(new Uint8Array(), false);
}

/** One sentence: where, what was expected, what was found. */
export function corpusError({
  code = 'malformed_corpus',
  name,
  line,
  expected,
  found,
  cause,
}: {
  readonly code?: ErrorCode;
  readonly name: string;
  readonly line: number;
  readonly expected: string;
  readonly found: string;
  readonly cause?: unknown;
}): AppError {
  return new AppError(code, `${name}:${line}: expected ${expected}, found ${found}`, { cause });
}

function lineEndOf(text: string): string {
  return text.includes('\n') ? '\n' : '\r';
}

function notesOf(hasByteOrderMark: boolean, carriageReturns: number): string[] {
  return [
    ...(hasByteOrderMark ? ['byte order mark removed'] : []),
    ...(carriageReturns > 0 ? [`${carriageReturns} lines ended in CRLF`] : []),
  ];
}

function longLineError(name: string, line: number, length: number): AppError {
  const expected = `lines of at most ${MAX_LINE_LENGTH} characters`;
  return corpusError({ name, line, expected, found: `${length}; are the line ends lost?` });
}

function nulError(name: string, line: number): AppError {
  return corpusError({
    name,
    line,
    expected: 'text',
    found: 'a NUL character; the file seems to be binary or damaged',
  });
}

function emptyError(name: string): AppError {
  return new AppError('empty_corpus', `${name}: expected at least one sentence, found an empty file`);
}

const CONVERT_HINT = 'if the file is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8';

function decodeUtf8(name: string, bytes: Uint8Array): string {
  const foreign = foreignEncoding(bytes);
  if (foreign !== null) throw new AppError('not_utf8', `${name}: expected UTF-8, found ${foreign}`);
  try {
    // The mark is kept so that it can be reported.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const offset = firstInvalidByte(bytes);
    const byte = bytes[offset].toString(16).toUpperCase();
    const line = bytes.subarray(0, offset).reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);

    const found = `byte 0x${byte} at byte ${offset}; ${CONVERT_HINT}`;
    throw corpusError({ code: 'not_utf8', name, line, expected: 'UTF-8', found, cause });
  }
}

/** What the first bytes say a file is, if not UTF-8, and what to do about it; `null` if they say nothing. */
export function foreignEncoding(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return 'gzip (bytes 1F 8B at byte 0); decompress it first';
  if (first === 0x50 && second === 0x4b && bytes[2] < 0x08)
    return 'a zip archive (bytes 50 4B at byte 0); unpack it first';
  const isUtf32 = (at: number, mark: number): boolean =>
    bytes[at] === mark && bytes[at + 1] === (mark ^ 1) && bytes[2 - at] === 0 && bytes[3 - at] === 0;
  if (isUtf32(0, 0xff) || isUtf32(2, 0xfe)) {
    return 'UTF-32 (by its byte order mark at byte 0); convert it: iconv -f UTF-32 -t UTF-8';
  }
  const convert = 'convert it: iconv -f UTF-16 -t UTF-8';
  if (first === 0xff && second === 0xfe) return `UTF-16 (byte order mark FF FE at byte 0); ${convert}`;
  if (first === 0xfe && second === 0xff) return `UTF-16 (byte order mark FE FF at byte 0); ${convert}`;
  // Text of mostly Latin letters in UTF-16 without a mark: every other byte is zero.
  const sample = bytes.subarray(0, 256);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]++;
  });
  const isEveryOther = Math.max(...zeros) > sample.length / 4 && Math.min(...zeros) === 0;
  return isEveryOther
    ? `what looks like UTF-16 (every other byte is 0, from byte ${zeros[0] > 0 ? 0 : 1}); ${convert}`
    : null;
}

/**
 * Where the first character begins that is none. Halves the range: a decoder in stream mode accepts every prefix that
 * may still become valid.
 */
function firstInvalidByte(bytes: Uint8Array): number {
  const isValidPrefix = (length: number, isWhole: boolean) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: !isWhole });
      return true;
    } catch {
      return false;
    }
  };
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isValidPrefix(middle, false)) valid = middle;
    else invalid = middle;
  }
  while (!isValidPrefix(valid, true)) valid--;
  return valid;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
