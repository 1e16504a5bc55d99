import type { Request, Response } from 'express';
import type { ApiResource } from '#app/http/api-resource.js';
import { errorBody, toAppError } from '#app/http/error-handler.js';
import type { Limits } from '#app/http/limits.js';
import type { ErrorBody } from '#app/http/schemas/errors.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { type TagRequest, tagAnswers, tagRequestSchema } from '#app/http/schemas/tag.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { elapsedMs, modelBody, type TagResult, tagResult } from '#tagging/tagger/tag-response.js';
import type { ApiDependencies } from './api-dependencies.js';
import { readText, readWords, requireCount, tagInTurns } from './tag-inputs.js';

/** Finds the names in one text, in a batch of texts, or in tokens. */
export function tagResource({ models, log, limits, bodyGuards }: ApiDependencies): ApiResource {
  const schema = tagRequestSchema(limits);
  return {
    path: '/api/tag',
    operations: {
      post: {
        id: 'tag',
        summary: 'Find the names in one text, in a batch of texts, or in tokens',
        description:
          'Exactly one of `text`, `texts` and `tokens`. `texts` and a list of lists in `tokens` are batches: their ' +
          'entries are answered in order, and a bad entry becomes an error entry without failing the others.',
        body: {
          name: 'TagRequest',
          schema,
          examples: {
            text: { value: { text: 'Ada Lovelace met José in Zürich.' } },
            batch: { value: { texts: ['Ada met José.', 'Nobody came.'], threshold: 0.5 } },
            tokens: { value: { tokens: ['Ada', 'met', 'José', '.'], include: ['tokens'] } },
          },
        },
        answer: { name: 'TagAnswers', schema: tagAnswers, description: 'The names found' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...bodyGuards,
          async (request: Request, response: Response) => {
            const asked = parseRequest(schema, request.body);
            const tagger = await models.get(asked.model);
            const startMs = performance.now();
            const results = await tagAsked(tagger, asked, { limits, log });
            const head = { model: modelBody(tagger.model), offset_unit: asked.offset_unit };
            const body = Array.isArray(results) ? { ...head, results } : { ...head, ...results };
            response.set('Cache-Control', 'no-store').json({ ...body, ms: elapsedMs(startMs) });
          },
        ],
      },
    },
  };
}

/** What tagging may be refused with, whatever the shape of the answer. */
export const TAGGING_FAILURES = [
  'invalid_request',
  'invalid_json',
  'unknown_model',
  'text_too_long',
  'too_many_texts',
  'too_many_tokens',
  'too_many_items',
  'body_too_large',
  'unsupported_media_type',
  'not_utf8',
  'too_many_requests',
  'damaged_model',
  'no_model',
  'database_busy',
] as const;

type BatchEntry = TagResult | { readonly error: ErrorBody; readonly index: number };

/** One result for `text` and for a flat list of tokens, a list of entries for `texts` and for lists of tokens. */
async function tagAsked(
  tagger: Tagger,
  asked: TagRequest,
  { limits, log }: { limits: Limits; log: (line: string) => void },
): Promise<TagResult | readonly BatchEntry[]> {
  const { threshold, memory, include } = asked;
  const options = { threshold, memory, alternatives: include.includes('alternatives') };
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
