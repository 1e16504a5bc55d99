import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { ErrorBody } from '#app/http/schemas/errors.js';
import { AppError, type ErrorCode, messageOf } from '#base/errors.js';
import { remark } from './request-log.js';
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

/** What a server says in ordinary operation; the log would only repeat it. */
const EXPECTED: ReadonlySet<ErrorCode> = new Set(['no_model', 'overloaded', 'tagging_timeout']);
/** Seconds after which a request may be tried again. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = {
  too_many_requests: 60,
  overloaded: 1,
  tagging_timeout: 5,
};
/** Milliseconds that a client has to read why the rest of its body is not wanted. */
const LINGER_MS = 300;

export interface ErrorHandlerOptions {
  log(line: string): void;
  /** Whether there is a page to answer with. */
  readonly hasPages?: boolean;
}

/** Answers as JSON, or as a page to whom prefers HTML. Stack traces stay here: the log gets one line. */
export function createErrorHandler({ log, hasPages = true }: ErrorHandlerOptions): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return function handleError(thrown, request, response, _next) {
    const error = toAppError(thrown);
    const status = STATUS_OF[error.code];
    remark(response, { code: error.code });
    if (status >= 500 && !EXPECTED.has(error.code)) log(logLine(request, error));
    if (!request.complete) endUnread(request, response);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const seconds = RETRY_AFTER[error.code];
    if (seconds !== undefined) response.set('Retry-After', String(seconds));
    response.status(status).set('Cache-Control', 'no-store').vary('Accept');
    const body = errorBody(error);
    if (!hasPages || request.accepts(['json', 'html']) !== 'html') {
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

/** The rest of a refused body is not waited for: it may be endless. */
function endUnread(request: Request, response: Response): void {
  response.once('finish', () => {
    if (request.complete) return;
    request.socket.end();
    setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
  });
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

/** What the router throws carries a `status`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { status } = (thrown ?? {}) as { status?: unknown };
  const options = { cause: thrown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('invalid_request', messageOf(thrown), options);
  }
  return new AppError('internal', 'something went wrong inside the server; its log tells more', options);
}

/** Characters of what went wrong that are logged. */
const MOST_LOGGED = 4000;

function logLine(request: Request, error: Error): string {
  const cause = error instanceof AppError && error.code === 'internal' ? error.cause : error;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `web: ${request.method} ${request.path}: ${detail.slice(0, MOST_LOGGED).replace(/\s*\n\s*/g, ' | ')}`;
}
