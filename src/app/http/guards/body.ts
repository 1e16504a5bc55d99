import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { RequestHandler } from 'express';
import type { Limits } from '#app/http/limits.js';
import { AppError, messageOf } from '#base/errors.js';
import { type ByteBudget, takeUntilClosed } from './byte-budget.js';

export interface BodyGuardOptions {
  readonly limits: Pick<Limits, 'bodyBytes' | 'bodyValues' | 'bodyMs' | 'formBytes'>;
  /** What bodies take of it they give back when their request is answered. */
  readonly budget: ByteBudget;
}

/**
 * Reads a JSON body of UTF-8 (RFC 8259, 8.1) to `request.body`; damaged bytes are refused, for offsets into them would lie.
 * A body that declares more bytes than it may have is refused before the first of them, and its values are counted before
 * it is parsed, for parsing keeps everybody waiting.
 */
export function jsonBody({ limits, budget }: BodyGuardOptions): RequestHandler[] {
  return [
    requireMediaType('application/json'),
    async (request, response, next) => {
      if (request.readableEnded) return next(); // a parser of the app that this is mounted in has read it
      requireUtf8(request);
      const bytes = await readBody(request, { most: limits.bodyBytes, ms: limits.bodyMs });
      takeUntilClosed(budget, response, bytes.length);
      request.body = parseJson(bytes, limits.bodyValues);
      next();
    },
  ];
}

/** Reads a submitted form to `request.body`. */
export function formBody({ limits, budget }: BodyGuardOptions): RequestHandler[] {
  return [
    requireMediaType('application/x-www-form-urlencoded'),
    async (request, response, next) => {
      const bytes = await readBody(request, { most: limits.formBytes, ms: limits.bodyMs });
      takeUntilClosed(budget, response, bytes.length);
      request.body = parseForm(bytes.toString('utf8'));
      next();
    },
  ];
}

const MOST_FIELDS = 20;

/** A field that is there several times becomes a list, which no form of ours has. */
function parseForm(text: string): NodeJS.Dict<string | string[]> {
  const fields = text.split('&', MOST_FIELDS + 1).length;
  if (fields > MOST_FIELDS)
    throw new AppError('invalid_request', `form: expected at most ${MOST_FIELDS} fields, found more`);
  return parse(text, '&', '=', { maxKeys: MOST_FIELDS });
}

/** Smaller bodies are parsed at once: they cannot hold anybody up. */
const SMALL_BODY = 64 * 1024;
const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/**
 * The bytes of a request's body, decompressed.
 *
 * @throws {AppError} `body_too_large`, `unsupported_media_type`, `request_timeout` when it does not arrive in time,
 *   `invalid_request` for one that is cut off or cannot be decompressed.
 */
function readBody(
  request: IncomingMessage,
  { most, ms }: { readonly most: number; readonly ms: number },
): Promise<Buffer> {
  const tooLarge = (): AppError =>
    new AppError('body_too_large', `the body must be at most ${most} bytes`, { details: { limit: most } });
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge();
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const decoder = decoderOf(encoding);

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const source: Readable = decoder === undefined ? request : request.pipe(decoder);
    const deadline = setTimeout(() => {
      fail(new AppError('request_timeout', `the body must arrive within ${ms / 1000} seconds`));
    }, ms);
    const stop = (): void => {
      clearTimeout(deadline);
      source.off('data', onData).off('end', onEnd).off('error', onError);
      request.off('close', onClose);
    };
    const fail = (error: AppError): void => {
      stop();
      request.unpipe();
      decoder?.on('error', () => {}).destroy();
      request.on('error', () => {});
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > most) fail(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
    };
    const onError = (cause: Error): void =>
      fail(new AppError('invalid_request', `the body cannot be read: ${messageOf(cause)}`, { cause }));
    const onClose = (): void => {
      if (!request.complete) fail(new AppError('invalid_request', 'the body was cut off'));
    };
    source.on('data', onData).on('end', onEnd).on('error', onError);
    request.on('close', onClose);
  });
}

function decoderOf(encoding: string): ReturnType<(typeof DECODERS)[keyof typeof DECODERS]> | undefined {
  if (encoding === 'identity') return undefined;
  if (Object.hasOwn(DECODERS, encoding)) return DECODERS[encoding as keyof typeof DECODERS]();
  throw new AppError(
    'unsupported_media_type',
    `Content-Encoding: expected ${Object.keys(DECODERS).join(', ')} or none, found ${shown(encoding)}`,
  );
}

/** @throws {AppError} `not_utf8`, `too_many_items`, `invalid_json` */
export function parseJson(bytes: Buffer, mostValues: number): unknown {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw new AppError('not_utf8', 'the body is not valid UTF-8');
  if (bytes.length > SMALL_BODY && !hasAtMost(mostValues, bytes)) {
    throw new AppError('too_many_items', `the body: expected at most ${mostValues} values, found more`, {
      details: { limit: mostValues },
    });
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return JSON.parse(bytes.toString('utf8', hasMark ? 3 : 0));
  } catch (cause) {
    throw new AppError('invalid_json', `the body is not valid JSON: ${messageOf(cause)}`, { cause });
  }
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Array.from('"\\,[{', (character) => character.charCodeAt(0));

/** Counts what begins a value or stands between two, outside of texts. */
function hasAtMost(most: number, bytes: Uint8Array): boolean {
  let count = 0;
  let isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (isText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if ((byte === COMMA || byte === BRACKET || byte === BRACE) && ++count > most) return false;
  }
  return true;
}

function requireUtf8(request: IncomingMessage): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset === undefined || charset.toLowerCase() === 'utf-8') return;
  throw new AppError(
    'unsupported_media_type',
    `Content-Type: expected the charset utf-8, found ${shown(charset.toLowerCase())}`,
  );
}

function requireMediaType(expected: string): RequestHandler {
  return function mediaType(request, _response, next) {
    const found = request.headers['content-type'] ?? '';
    if (found.split(';', 1)[0].trim().toLowerCase() === expected) return next();
    throw new AppError('unsupported_media_type', `Content-Type: expected ${expected}, found ${shown(found)}`);
  };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
