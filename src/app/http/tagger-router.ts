import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { createByteBudget } from '#app/http/guards/byte-budget.js';
import { createGuards } from '#app/http/guards/guards.js';
import { healthResource, readinessResource } from '#app/http/routes/health.js';
import { huggingFaceResource } from '#app/http/routes/hugging-face.js';
import { openApiResource } from '#app/http/routes/openapi.js';
import { redactResource, restoreResource } from '#app/http/routes/redact.js';
import { tagResource } from '#app/http/routes/tag.js';
import { createLocalTagging } from '#app/serving/local-tagging.js';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { addResource } from './api-resource.js';
import { createErrorHandler } from './error-handler.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { createRequestTagging } from './request-tagging.js';

export interface TaggerRouterOptions {
  /** What one request may ask for; each has a default. */
  readonly limits?: Partial<Limits>;
  /** Other origins, such as `https://names.example`, whose pages may ask too. */
  readonly allowedOrigins?: readonly string[];
  /** Told in one line what went wrong inside, with the stack; nobody is unless told. */
  readonly onError?: (line: string) => void;
}

/** Takes a request or passes it on: for `app.use` of Express, and for whatever calls its handlers so. */
export type TaggerRouter = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * What tags in the JSON interface of `onomast serve`, to mount in an app of one's own: `/api/tag`,
 * `/api/hf/token-classification`, `/api/redact`, `/healthz`, `/readyz` and `/api/openapi.json`, below the place where it is mounted, with the
 * same checks, limits and answers. Errors are answered as JSON; what is at none
 * of its addresses is passed on. Who may ask is for the app to decide. Texts are tagged in this thread, in turns.
 *
 * @param taggers What `loadTagger` gives. The first answers where a request names no model.
 * @throws {AppError} `invalid_argument`
 *
 * @example
 * app.use('/names', createTaggerRouter(await loadTagger()));
 */
export function createTaggerRouter(
  taggers: Tagger | readonly Tagger[],
  { limits: ownLimits = {}, allowedOrigins = [], onError }: TaggerRouterOptions = {},
): TaggerRouter {
  const models = sourceOf(Array.isArray(taggers) ? taggers : [taggers]);
  const limits: Limits = { ...DEFAULT_LIMITS, ...checkedLimits(ownLimits) };
  const log = (line: string): void => onError?.(line);
  // An app and not a router of Express: it brings its own request and response, whatever it is mounted in.
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  const budget = createByteBudget(limits.bytesAtOnce);
  const guards = createGuards({ access: undefined, allowedOrigins, limits, budget });
  const tagging = createRequestTagging({ tagging: createLocalTagging(models), limits, budget });
  const given = { tagging, log, limits, guards };
  const makers = [tagResource, huggingFaceResource, redactResource, restoreResource, healthResource, readinessResource];
  const resources = makers.map((make) => make(given));
  for (const resource of [...resources, openApiResource(resources)]) addResource(app, resource);
  app.use(createErrorHandler({ log, hasPages: false }));
  return app as unknown as TaggerRouter;
}

function sourceOf(taggers: readonly Tagger[]) {
  const isTagger = (one: Tagger | undefined): boolean =>
    typeof one?.tag === 'function' && typeof one.model?.id === 'string';
  if (taggers.length === 0 || !taggers.every(isTagger))
    throw new AppError('invalid_argument', 'createTaggerRouter: expected what loadTagger gives, or a list of such');
  const specs = taggers.map(({ model: { id, version } }) => `${id}@${version}`);
  const twice = specs.find((spec, i) => specs.indexOf(spec) !== i);
  if (twice !== undefined)
    throw new AppError(
      'invalid_argument',
      `createTaggerRouter: two taggers are ${twice}; load one with another identity`,
    );
  return {
    async get(spec?: string) {
      const found = taggers.find(({ model }, i) => spec === undefined || spec === model.id || spec === specs[i]);
      if (found === undefined)
        throw new AppError(
          'unknown_model',
          `model: there is no model ${JSON.stringify(spec)}, only ${specs.join(', ')}`,
        );
      return found;
    },
  };
}

function checkedLimits(limits: Partial<Limits>): Partial<Limits> {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      const known = Object.keys(DEFAULT_LIMITS).join(', ');
      throw new AppError('invalid_argument', `createTaggerRouter: there is no limit "${name}", only ${known}`);
    }
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new AppError(
        'invalid_argument',
        `createTaggerRouter: the limit "${name}" must be a whole number above 0, found ${String(value)}`,
      );
  }
  return limits;
}
