import type { Request, Response } from 'express';
import type { ApiResource } from '#app/http/api-resource.js';
import { errorBody, toAppError } from '#app/http/error-handler.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { type TagRequest, tagAnswers, tagRequestSchema } from '#app/http/schemas/tag.js';
import { errorOf, type Failure } from '#app/serving/failure.js';
import { AppError } from '#base/errors.js';
import { modelBody } from '#tagging/tagger/tag-response.js';
import type { ApiDependencies } from './api-dependencies.js';
import { type Place, readText, readWords, requireCount } from './tag-inputs.js';

/** Finds the names in one text, in a batch of texts, or in tokens. */
export function tagResource({ tagging, log, limits, guards }: Omit<ApiDependencies, 'models'>): ApiResource {
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
            html: { value: { text: '<p>Ada met Jos&eacute;.</p>', input: 'html' } },
            batch: { value: { texts: ['Ada met José.', 'Nobody came.'], threshold: 0.5 } },
            tokens: { value: { tokens: ['Ada', 'met', 'José', '.'], include: ['tokens'] } },
          },
        },
        answer: { name: 'TagAnswers', schema: tagAnswers, description: 'The names found' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...guards.json('tag'),
          async (request: Request, response: Response) => {
            const asked = parseRequest(schema, request.body);
            const { values, isBatch, path } = valuesOf(asked);
            if (isBatch) requireCount(values.length, { path, limits });
            const places = values.map((_, index) => ({ path: isBatch ? `${path}[${index}]` : path, limits }));
            // A bad entry becomes its error, and the others are tagged.
            const read = values.map((value, index) => attempt(() => readInput(value, places[index], asked)));
            if (!isBatch && read[0] instanceof AppError) throw read[0];
            const good = read.filter((one) => !(one instanceof AppError));
            const inputs = asked.tokens === undefined ? { texts: good as string[] } : { sentences: good as string[][] };
            const answer = await tagging.tag(response, asked.model, {
              inputs,
              options: {
                input: asked.input,
                threshold: asked.threshold,
                memory: asked.memory,
                alternatives: asked.include.includes('alternatives'),
              },
              form: {
                kind: 'result',
                offsetUnit: asked.offset_unit,
                withText: asked.tokens !== undefined,
                withTokens: asked.include.includes('tokens'),
              },
            });
            const tagged = answer.outputs.values();
            const results = read.map((one, index) => {
              const output = one instanceof AppError ? one : tagged.next().value!;
              if (typeof output === 'string') return output;
              const error = output instanceof AppError ? output : errorOf(output as Failure);
              if (!isBatch) throw error;
              const known = toAppError(error);
              if (known.code === 'internal') log(`web: POST /api/tag: ${path}[${index}]: ${error.message}`);
              return JSON.stringify({ error: errorBody(known), index });
            });
            const head = JSON.stringify({ model: modelBody(answer.identity), offset_unit: asked.offset_unit });
            const body = isBatch ? `"results":[${results.join()}]` : results[0].slice(1, -1);
            tagging.send(request, response, `${head.slice(0, -1)},${body},"ms":${answer.ms}}`);
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
  'request_timeout',
  'overloaded',
  'tagging_timeout',
  'worker_failed',
  'out_of_memory',
  'damaged_model',
  'no_model',
  'database_busy',
] as const;

/** What is to be tagged: one value for `text` and for a flat list of tokens, several for `texts` and lists of tokens. */
function valuesOf({ text, texts, tokens }: TagRequest): {
  readonly values: readonly unknown[];
  readonly isBatch: boolean;
  readonly path: 'text' | 'texts' | 'tokens';
} {
  if (texts !== undefined) return { values: texts, isBatch: true, path: 'texts' };
  if (tokens === undefined) return { values: [text], isBatch: false, path: 'text' };
  const isBatch = tokens.some((item) => Array.isArray(item));
  return { values: isBatch ? tokens : [tokens], isBatch, path: 'tokens' };
}

function readInput(value: unknown, place: Place, { tokens }: TagRequest): string | readonly string[] {
  return tokens === undefined ? readText(value, place) : readWords(value, place);
}

function attempt<T>(action: () => T): T | AppError {
  try {
    return action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
