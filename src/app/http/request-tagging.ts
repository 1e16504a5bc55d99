import type { Request, Response } from 'express';
import type { ByteBudget } from '#app/http/guards/byte-budget.js';
import { takeUntilClosed } from '#app/http/guards/byte-budget.js';
import type { JobAnswer, Tagging, TaggingModel, TagJob } from '#app/serving/tagging.js';
import { AppError } from '#base/errors.js';
import type { Limits } from './limits.js';
import { remark } from './request-log.js';

/**
 * Tagging for requests: only so many at once, within a time limit, and no longer than their client waits. A place is
 * taken while a text is tagged or waits for it, not while a client sends or reads.
 */
export interface RequestTagging {
  /** @throws {AppError} `overloaded`, `tagging_timeout`, and as `Tagging.tag`. */
  tag(response: Response, spec: string | undefined, job: TagJob): Promise<JobAnswer>;
  model(spec?: string): Promise<TaggingModel>;
  /** Sends JSON that was written already; a client must read it in time. @throws {AppError} `overloaded` */
  send(request: Request, response: Response, json: string): void;
  /** Requests that are tagged or wait for it. */
  readonly inProgress: number;
}

export interface RequestTaggingOptions {
  readonly tagging: Tagging;
  readonly limits: Pick<Limits, 'requestsAtOnce' | 'taggingMs' | 'readingMs'>;
  readonly budget: ByteBudget;
}

export function createRequestTagging({ tagging, limits, budget }: RequestTaggingOptions): RequestTagging {
  const { requestsAtOnce, taggingMs, readingMs } = limits;
  let inProgress = 0;
  return {
    async tag(response, spec, job) {
      if (inProgress >= requestsAtOnce) {
        throw new AppError('overloaded', `${requestsAtOnce} requests are in progress already; try again`, {
          details: { limit: requestsAtOnce },
        });
      }
      const abort = new AbortController();
      const deadline = setTimeout(() => {
        abort.abort(new AppError('tagging_timeout', `tagging must not take longer than ${taggingMs / 1000} seconds`));
      }, taggingMs);
      const onClose = (): void => abort.abort(new AppError('invalid_request', 'the client is gone'));
      response.once('close', onClose);
      inProgress += 1;
      try {
        const answer = await tagging.tag(spec, job, abort.signal);
        remark(response, { tagged: answer });
        return answer;
      } finally {
        inProgress -= 1;
        clearTimeout(deadline);
        response.off('close', onClose);
      }
    },
    model: (spec) => tagging.model(spec),
    send(request, response, json) {
      const bytes = Buffer.byteLength(json);
      takeUntilClosed(budget, response, bytes);
      endWithin(readingMs, response);
      response.writeHead(200, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': bytes,
        'Cache-Control': 'no-store',
      });
      // As text: head and body are written at once then.
      response.end(request.method === 'HEAD' ? undefined : json);
    },
    get inProgress() {
      return inProgress;
    },
  };
}

/** Cuts the connection of a client that does not read its answer. */
function endWithin(ms: number, response: Response): void {
  const deadline = setTimeout(() => response.destroy(), ms);
  response.once('close', () => clearTimeout(deadline));
}
