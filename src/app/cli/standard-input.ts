import { foreignEncoding } from '#annotation/documents/corpus-source.js';
import { AppError, messageOf } from '#base/errors.js';
import { note } from './output.js';

/** UTF-16 units of one text, or of one line where lines are texts. More is refused, not cut. */
export const MAX_INPUT_LENGTH = 32 * 2 ** 20;

/**
 * All of standard input, without its byte order mark.
 *
 * @throws {AppError} `not_utf8`, `text_too_long`, `io_error`
 */
export async function readStandardInput(): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of decodedPieces()) {
    length += piece.length;
    requireLength(length, 'split it, or use --format jsonl, which takes one text a line');
    pieces.push(piece);
  }
  return pieces.join('');
}

/** One line after another, as they come in; the last one may lack its line end. Throws as {@link readStandardInput}. */
export async function* readLines(): AsyncGenerator<string> {
  let begun: string[] = [];
  let length = 0;
  for await (const piece of decodedPieces()) {
    const [rest, ...lines] = piece.split('\n');
    begun.push(rest);
    length += rest.length;
    for (const line of lines) {
      yield withoutReturn(begun.join(''));
      begun = [line];
      length = line.length;
    }
    requireLength(length, 'are the line ends lost?');
  }
  const last = begun.join('');
  if (last !== '') yield withoutReturn(last);
}

async function* decodedPieces(): AsyncGenerator<string> {
  if (process.stdin.isTTY) note('onomast: reading standard input; end it with Ctrl-D');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    let isFirst = true;
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      const foreign = isFirst ? foreignEncoding(chunk) : null;
      if (foreign !== null) throw new AppError('not_utf8', `standard input: expected UTF-8, found ${foreign}`);
      isFirst = false;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new AppError('io_error', `standard input: cannot be read: ${messageOf(cause)}`, { cause });
    }
    const hint = 'if it is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8';
    throw new AppError('not_utf8', `standard input: expected UTF-8, found other bytes; ${hint}`, { cause });
  }
}

function requireLength(length: number, hint: string): void {
  if (length <= MAX_INPUT_LENGTH) return;
  const message = `standard input: expected at most ${MAX_INPUT_LENGTH} UTF-16 units in one text, found more; ${hint}`;
  throw new AppError('text_too_long', message, { details: { limit: MAX_INPUT_LENGTH } });
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
