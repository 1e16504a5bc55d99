import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { AppError } from '#base/errors.js';

/** Refuses more than `limit` requests in progress, over all routes it guards; they count from their first byte. */
export function limitRequestsAtOnce(limit: number): RequestHandler {
  let inProgress = 0;
  return function requestsAtOnce(_request, response, next) {
    if (inProgress >= limit) {
      throw new AppError('too_many_requests', `${limit} requests are in progress already; try again`, {
        details: { limit },
      });
    }
    inProgress += 1;
    response.once('close', () => {
      inProgress -= 1;
    });
    next();
  };
}

/** Reads a JSON body of UTF-8 (RFC 8259, 8.1); damaged bytes are refused, for offsets into them would lie. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [
    requireMediaType('application/json'),
    express.json({
      limit: limitBytes,
      strict: false,
      type: () => true,
      verify(_request, _response, bytes, encoding) {
        if (encoding !== 'utf-8') {
          throw new AppError('unsupported_media_type', `Content-Type: expected the charset utf-8, found ${encoding}`);
        }
        if (!isUtf8(bytes)) throw new AppError('not_utf8', 'the body is not valid UTF-8');
      },
    }),
  ];
}

export function formBody(limitBytes: number): RequestHandler[] {
  const type = 'application/x-www-form-urlencoded';
  return [
    requireMediaType(type),
    express.urlencoded({ limit: limitBytes, extended: false, parameterLimit: 20, type: () => true }),
  ];
}

function requireMediaType(expected: string): RequestHandler {
  return function mediaType(request, _response, next) {
    const found = request.get('content-type') ?? '';
    if (found.split(';')[0].trim().toLowerCase() === expected) return next();
    throw new AppError(
      'unsupported_media_type',
      `Content-Type: expected ${expected}, found ${JSON.stringify(found.slice(0, 80))}`,
    );
  };
}
