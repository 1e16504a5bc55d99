import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { JobAnswer } from '#app/serving/tagging.js';
import type { ErrorCode } from '#base/errors.js';
import type { Metrics } from './metrics.js';
import type { RequestLogEntry } from './request-log-entry.js';

/** Where the server tells what it does. */
export interface RequestLog {
  answered(entry: RequestLogEntry): void;
  /** One line, without its line break, on what went wrong inside. */
  trouble(line: string): void;
}

/** What routes and the error handler add to the entry of their request. */
interface Remarks {
  code?: ErrorCode;
  tagged?: Pick<JobAnswer, 'identity' | 'tokens' | 'ms'>;
}

const remarks = new WeakMap<Response, Remarks>();

export function remark(response: Response, remark: Remarks): void {
  Object.assign(remarks.get(response) ?? {}, remark);
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Gives every request an id, its own or that of a proxy before the server, and tells how it was answered. */
export function logRequests(log: RequestLog | undefined, metrics: Metrics | undefined): RequestHandler {
  return function logRequest(request, response, next) {
    const startMs = performance.now();
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', id);
    const own: Remarks = {};
    remarks.set(response, own);
    response.once('close', () => {
      const { code, tagged } = own;
      const entry: RequestLogEntry = {
        id,
        method: request.method,
        route: routeOf(request),
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round((performance.now() - startMs) * 100) / 100,
        ...(code && { code }),
        ...(tagged && {
          model: `${tagged.identity.id}@${tagged.identity.version}`,
          tokens: tagged.tokens,
          taggingMs: tagged.ms,
        }),
      };
      metrics?.answered(entry);
      log?.answered(entry);
    });
    next();
  };
}

/** Not the path itself: it may hold anything, and each would be a line of the metrics. */
function routeOf(request: Request): string {
  const path = (request.route as { readonly path?: unknown } | undefined)?.path;
  if (typeof path === 'string') return path;
  return request.originalUrl.startsWith('/assets/') ? '/assets' : 'other';
}
