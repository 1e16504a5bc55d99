import { AppError, type ErrorCode } from '#base/errors.js';

/** A corpus file as lines of text, whatever bytes it came as. */
export interface CorpusSource {
  /** For messages: `file:line`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** What had to be done to the bytes, for the report: "byte order mark removed". */
  readonly notes: readonly string[];
}

/** UTF-16 units. Far beyond any sentence; a longer line is a file with lost line ends, or not text at all. */
export const MAX_LINE_LENGTH = 1_000_000;

/** Exactly one of the two. Bytes must be UTF-8. */
export interface CorpusContent {
  readonly bytes?: Uint8Array;
  readonly text?: string;
}

/**
 * @throws {AppError} `not_utf8`, `empty_corpus`, `malformed_corpus` (NUL, a line too long) or `invalid_argument`.
 */
export function openCorpusSource(name: string, { bytes, text }: CorpusContent): CorpusSource {
  if ((bytes === undefined) === (text === undefined)) {
    throw new AppError('invalid_argument', `${name}: expected exactly one of "bytes" and "text"`);
  }
  const decoded = text ?? decodeUtf8(name, bytes ?? new Uint8Array());
  const notes: string[] = [];
  const hasByteOrderMark = decoded.startsWith('\uFEFF');
  if (hasByteOrderMark) notes.push('byte order mark removed');
  const content = hasByteOrderMark ? decoded.slice(1) : decoded;

  const nul = content.indexOf('\0');
  if (nul !== -1) {
    const line = lineAt(content, nul);
    throw corpusError({
      name,
      line,
      expected: 'text',
      found: 'a NUL character; the file seems to be binary or damaged',
    });
  }

  const lines = content.split(content.includes('\n') ? '\n' : '\r');
  let carriageReturns = 0;
  lines.forEach((line, index) => {
    if (line.endsWith('\r')) {
      lines[index] = line.slice(0, -1);
      carriageReturns++;
    }
    if (line.length > MAX_LINE_LENGTH) {
      const expected = `lines of at most ${MAX_LINE_LENGTH} characters`;
      throw corpusError({ name, line: index + 1, expected, found: `${line.length}; are the line ends lost?` });
    }
  });
  if (carriageReturns > 0) notes.push(`${carriageReturns} lines ended in CRLF`);
  if (lines.every((line) => line.trim() === '')) {
    throw new AppError('empty_corpus', `${name}: expected at least one sentence, found an empty file`);
  }
  return { name, lines, notes };
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

/** A piece of a file for a message: quoted, short, and without characters that would steer a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text)).replace(
    /[\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any JSON value for a message, short. */
export function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? 'nothing');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

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
    const hint = 'if the file is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8';
    const found = `byte 0x${byte} at byte ${offset}; ${hint}`;
    throw corpusError({ code: 'not_utf8', name, line, expected: 'UTF-8', found, cause });
  }
}

/** What the first bytes say the file is, if not UTF-8. */
function foreignEncoding(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return 'gzip (bytes 1F 8B at byte 0); decompress it first';
  if (first === 0x50 && second === 0x4b && bytes[2] < 0x08)
    return 'a zip archive (bytes 50 4B at byte 0); unpack it first';
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
