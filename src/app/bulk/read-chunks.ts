import { createReadStream } from 'node:fs';
import { AppError, messageOf } from '#base/errors.js';
import type { Chunk, RecordFailure } from './chunk.js';

export interface ChunkStart {
  /** Of the next chunk. */
  readonly index: number;
  readonly input: number;
  /** Of the first record to read, from 1, and where it begins. */
  readonly line: number;
  readonly byte: number;
}

export interface ChunkSize {
  readonly records: number;
  /** A chunk ends once it holds this much, so that a few long texts are no slower to hand out than many short ones. */
  readonly bytes: number;
}

/** Longer lines are failures of their own: the line ends are lost, or the file is none of lines. */
const MAX_RECORD_BYTES = 16 * 2 ** 20;
const NEWLINE = 0x0a;

/**
 * Reads a file of lines from `start` on, chunk by chunk, in memory for one chunk and the longest line. Lines that are
 * not UTF-8 or too long become failures; blank lines are records too, so that line n in is line n out.
 *
 * @throws {AppError} `not_found` or `io_error`
 */
export async function* readChunks(path: string, start: ChunkStart, size: ChunkSize): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let { index, line } = start;
  let records: (string | null)[] = [];
  let unreadable: RecordFailure[] = [];
  let firstLine = line;
  let bytes = 0;
  let position = start.byte;
  let firstByte = position;
  const chunk = (): Chunk => {
    const place = { index: index++, input: start.input, line: firstLine, byte: firstByte, nextByte: position };
    const made = { ...place, records, unreadable };
    [records, unreadable, bytes, firstLine, firstByte] = [[], [], 0, line, position];
    return made;
  };
  for await (const record of linesOf(path, start.byte)) {
    position += record.length;
    if (record.content === undefined) {
      records.push(null);
      const error = `expected at most ${MAX_RECORD_BYTES} bytes in one line, found ${record.length}`;
      unreadable.push({ line, code: 'text_too_long', error });
    } else {
      try {
        records.push(decoder.decode(record.content).replace(/\r$/, ''));
      } catch {
        records.push(null);
        unreadable.push({ line, code: 'not_utf8', error: 'expected UTF-8, found other bytes' });
      }
    }
    line++;
    bytes += record.length;
    if (records.length >= size.records || bytes >= size.bytes) yield chunk();
  }
  if (records.length > 0) yield chunk();
}

interface Line {
  /** Without its line end; undefined for one that is too long. */
  readonly content: Uint8Array | undefined;
  /** Bytes with the line end. */
  readonly length: number;
}

async function* linesOf(path: string, from: number): AsyncGenerator<Line> {
  let begun: Uint8Array[] = [];
  let length = 0;
  const line = (last: Uint8Array, end: number): Line => {
    const whole = length + last.length;
    const content = whole > MAX_RECORD_BYTES ? undefined : Buffer.concat([...begun, last]);
    [begun, length] = [[], 0];
    return { content, length: whole + end };
  };
  try {
    for await (const block of createReadStream(path, {
      start: from,
      highWaterMark: 2 ** 18,
    }) as AsyncIterable<Buffer>) {
      let at = 0;
      for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, at)) {
        yield line(block.subarray(at, end), 1);
        at = end + 1;
      }
      const rest = block.subarray(at);
      length += rest.length;
      if (length <= MAX_RECORD_BYTES) begun.push(rest);
    }
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `${path}: expected a file, found none` : `${path}: cannot be read: ${messageOf(cause)}`;
    throw new AppError(isMissing ? 'not_found' : 'io_error', message, { cause });
  }
  if (length > 0) {
    const whole = length;
    length = 0;
    const content = whole > MAX_RECORD_BYTES ? undefined : Buffer.concat(begun);
    yield { content, length: whole };
  }
}
