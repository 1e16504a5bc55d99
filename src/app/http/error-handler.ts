import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { ErrorBody } from '#app/http/schemas/errors.js';
import { AppError, messageOf } from '#base/errors.js';
import { STATUS_OF } from './statuses.js';

export function errorBody(error: AppError): ErrorBody {
  const { limit, details } = error.details;
  return {
    error: error.message,
    code: error.code,
    ...(limit !== undefined && { limit }),
    ...(details && { details: [...details] }),
  };
}

/** Answers as JSON, or as a page to whom prefers HTML. Stack traces stay here: the log gets one line. */
export function createErrorHandler({ log }: { log(line: string): void }): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return function handleError(thrown, request, response, _next) {
    const error = toAppError(thrown);
    const status = STATUS_OF[error.code];
    if (status >= 500 && error.code !== 'no_model') log(logLine(request, error));
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.code === 'too_many_requests') response.set('Retry-After', '1');
    response.status(status).set('Cache-Control', 'no-store').vary('Accept');
    const body = errorBody(error);
    if (request.accepts(['json', 'html']) !== 'html') {
      response.json(body);
      return;
    }
    const page = { title: STATUS_CODES[status] ?? 'Error', status, ...body };
    response.render('error', { page }, (failure: Error | null, html) => {
      if (failure === null) {
        response.send(html);
        return;
      }
      log(logLine(request, failure));
      response.type('text/plain').send(error.message);
    });
  };
}

export const answerNotFound: RequestHandler = function notFound(request) {
  throw new AppError('not_found', `there is nothing at ${request.method} ${request.path.slice(0, 200)}`);
};

/** The end of a route: answers OPTIONS, and 405 to every method that no handler before it took. */
export function allowOnly(methods: readonly string[]): RequestHandler {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return function methodNotAllowed(request, response) {
    response.set('Allow', allow);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    throw new AppError('method_not_allowed', `${request.path}: expected ${allow}, found ${request.method}`);
  };
}

/** What the body parser and the router throw carries `status`, and mostly a `type` that tells what is wrong. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { type, status, limit } = (thrown ?? {}) as { type?: unknown; status?: unknown; limit?: unknown };
  const options = { cause: thrown };
  if (type === 'entity.too.large' && typeof limit === 'number') {
    return new AppError('body_too_large', `the body must be at most ${limit} bytes`, {
      ...options,
      details: { limit },
    });
  }
  if (type === 'entity.parse.failed') {
    return new AppError('invalid_json', `the body is not valid JSON: ${messageOf(thrown)}`, options);
  }
  if (status === 415) return new AppError('unsupported_media_type', messageOf(thrown), options);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('invalid_request', messageOf(thrown), options);
  }
  return new AppError('internal', 'something went wrong inside the server; its log tells more', options);
}

function logLine(request: Request, error: Error): string {
  const cause = error instanceof AppError && error.code === 'internal' ? error.cause : error;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `web: ${request.method} ${request.path}: ${detail.replace(/\s*\n\s*/g, ' | ')}`;
}
