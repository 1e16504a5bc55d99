import type { Express, Request, Response } from 'express';
import type { AppDependencies, ModelSummary } from '#app/http/dependencies.js';
import { allowOnly, errorBody, toAppError } from '#app/http/error-handler.js';
import { jsonBody, limitRequestsAtOnce } from '#app/http/guards/request-guards.js';
import type { Limits } from '#app/http/limits.js';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { elapsedMs, modelBody, type TagResult, tagResult } from '#tagging/tagger/tag-response.js';
import { type HuggingFaceOptions, huggingFaceEntities } from './hugging-face.js';
import { openApiDocument } from './openapi.js';
import { huggingFaceRequestSchema, parseRequest, type TagRequest, tagRequestSchema } from './schemas.js';
import { readText, readWords, tagInTurns } from './tag-inputs.js';

export interface ApiDependencies extends Pick<AppDependencies, 'models' | 'log'> {
  readonly limits: Limits;
}

/** The JSON interface: {@link openApiDocument} describes each route. */
export function addApiRoutes(app: Express, { models, log, limits }: ApiDependencies): void {
  const guards = [limitRequestsAtOnce(limits.requestsAtOnce), ...jsonBody(limits.bodyBytes)];

  app
    .route('/api/tag')
    .post(...guards, async (request: Request, response: Response) => {
      const asked = parseRequest(tagRequestSchema, request.body);
      const tagger = await models.get(asked.model);
      const startMs = performance.now();
      const results = await tagAsked(tagger, asked, { limits, log });
      const head = { model: modelBody(tagger.model), offset_unit: asked.offset_unit };
      const body = Array.isArray(results) ? { ...head, results } : { ...head, ...results };
      response.set('Cache-Control', 'no-store').json({ ...body, ms: elapsedMs(startMs) });
    })
    .all(allowOnly(['POST']));

  app
    .route('/api/hf/token-classification')
    .post(...guards, async (request: Request, response: Response) => {
      const { inputs, parameters } = parseRequest(huggingFaceRequestSchema, request.body);
      const isList = Array.isArray(inputs);
      const texts = isList ? inputs : [inputs];
      requireCount(texts.length, { path: 'inputs', limits });
      const readers = texts.map((text, index) => () => {
        return readText(text, { path: isList ? `inputs[${index}]` : 'inputs', limits });
      });
      // A list of answers has no place for errors in this shape: one bad text fails the request, before any work.
      for (const read of readers) read();
      const tagger = await models.get();
      const options: HuggingFaceOptions = {
        strategy: parameters.aggregation_strategy,
        ignoreLabels: parameters.ignore_labels,
        offsetUnit: parameters.offset_unit,
      };
      const answers = (await tagInTurns(readers, (batch) => tagger.tagAll(batch))).map((tagged) => {
        if (tagged instanceof Error) throw tagged;
        return huggingFaceEntities(tagged, options);
      });
      response.set('Cache-Control', 'no-store').json(isList ? answers : answers[0]);
    })
    .all(allowOnly(['POST']));

  app
    .route('/api/models')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-cache').json({ models: models.list().map(summaryBody) });
    })
    .all(allowOnly(['GET']));

  app
    .route('/api/openapi.json')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-cache').json(openApiDocument(limits));
    })
    .all(allowOnly(['GET']));

  app
    .route('/healthz')
    .get(async (_request, response) => {
      response.set('Cache-Control', 'no-store');
      try {
        const { model } = await models.get();
        response.json({ status: 'ok', model: modelBody(model) });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        response.status(503).json(errorBody(error)); // whatever is wrong with the model, this server cannot serve
      }
    })
    .all(allowOnly(['GET']));
}

type BatchEntry = TagResult | { readonly error: ReturnType<typeof errorBody>; readonly index: number };

/** One result for `text` and for a flat list of tokens, a list of entries for `texts` and for lists of tokens. */
async function tagAsked(
  tagger: Tagger,
  asked: TagRequest,
  { limits, log }: { limits: Limits; log: (line: string) => void },
): Promise<TagResult | readonly BatchEntry[]> {
  const options = { threshold: asked.threshold, alternatives: asked.include.includes('alternatives') };
  const { text, texts, tokens } = asked;
  const hasWords = tokens !== undefined;
  const isBatch = texts !== undefined || (hasWords && tokens.some((item) => Array.isArray(item)));
  const values = isBatch ? (texts ?? tokens ?? []) : [tokens ?? text];
  const name = texts !== undefined ? 'texts' : hasWords ? 'tokens' : 'text';
  if (isBatch) requireCount(values.length, { path: name, limits });

  const placeOf = (index: number) => ({ path: isBatch ? `${name}[${index}]` : name, limits });
  const tagged = hasWords
    ? await tagInTurns(
        values.map((value, index) => () => readWords(value, placeOf(index))),
        (sentences) => tagger.tagWords(sentences, options),
      )
    : await tagInTurns(
        values.map((value, index) => () => readText(value, placeOf(index))),
        (batch) => tagger.tagAll(batch, options),
      );

  const shape = { offsetUnit: asked.offset_unit, withText: hasWords, withTokens: asked.include.includes('tokens') };
  if (!isBatch) {
    if (tagged[0] instanceof Error) throw tagged[0];
    return tagResult(tagged[0], shape);
  }
  return tagged.map((result, index) => {
    if (!(result instanceof Error)) return tagResult(result, shape);
    const error = toAppError(result);
    if (error.code === 'internal') log(`web: POST /api/tag: ${name}[${index}]: ${result.message}`);
    return { error: errorBody(error), index };
  });
}

function requireCount(count: number, { path, limits }: { path: string; limits: Limits }): void {
  const limit = limits.texts;
  if (count <= limit) return;
  throw new AppError('too_many_texts', `${path}: expected at most ${limit} texts, found ${count}`, {
    details: { limit },
  });
}

function summaryBody({ isActive, isShipped, createdAt, ...model }: ModelSummary): object {
  return {
    id: model.id,
    version: model.version,
    sha256: model.sha256,
    labels: model.labels,
    active: isActive,
    shipped: isShipped,
    created_at: createdAt,
    scores: model.scores,
  };
}
