import type { Limits } from '#app/http/limits.js';
import { ERROR_CODES, type ErrorCode } from '#base/errors.js';
import { openApiSchemas, type Schema } from './openapi-schemas.js';

/** The part of OpenAPI 3.1 that is used here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', Operation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>;
}

type Content = { readonly 'application/json': { readonly schema: Schema; readonly examples?: Schema } };

/** Version of the interface, not of the program: it grows with what clients can rely on. */
const INTERFACE_VERSION = '1.0.0';

export function openApiDocument(limits: Limits): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Onomast',
      version: INTERFACE_VERSION,
      description:
        'Finds names in text. Every error is answered as `Error`, as JSON unless the client prefers HTML. ' +
        'Every route answers OPTIONS; every GET also HEAD.',
    },
    paths: {
      '/api/tag': {
        post: {
          operationId: 'tag',
          summary: 'Find the names in one text, in a batch of texts, or in tokens',
          description:
            'Exactly one of `text`, `texts` and `tokens`. `texts` and a list of lists in `tokens` are batches: their ' +
            'entries are answered in order, and a bad entry becomes an error entry without failing the others.',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: ref('TagRequest'),
                examples: {
                  text: { value: { text: 'Ada Lovelace met José in Zürich.' } },
                  batch: { value: { texts: ['Ada met José.', 'Nobody came.'], threshold: 0.5 } },
                  tokens: { value: { tokens: ['Ada', 'met', 'José', '.'], include: ['tokens'] } },
                },
              },
            },
          },
          responses: {
            200: answer('The names found', { oneOf: [ref('TagAnswer'), ref('TagBatchAnswer')] }),
            ...failures([
              'invalid_request',
              'invalid_json',
              'forbidden_origin',
              'unknown_model',
              'text_too_long',
              'too_many_texts',
              'body_too_large',
              'unsupported_media_type',
              'not_utf8',
              'too_many_requests',
              'internal',
              'damaged_model',
              'no_model',
              'database_busy',
            ]),
          },
        },
      },
      '/api/hf/token-classification': {
        post: {
          operationId: 'tokenClassification',
          summary: 'The same in the shape of Hugging Face’s token classification task, by the active model',
          description:
            'Offsets count code points, as in Python, unless `offset_unit` says otherwise. Tokens are whole words, so ' +
            'the strategies `first`, `average` and `max` answer as `simple`. A list of texts is answered by a list of ' +
            'lists; one bad text fails the request.',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: ref('HuggingFaceRequest') } },
          },
          responses: {
            200: answer('The names found', {
              oneOf: [ref('HuggingFaceAnswer'), { type: 'array', items: ref('HuggingFaceAnswer') }],
            }),
            ...failures([
              'invalid_request',
              'invalid_json',
              'forbidden_origin',
              'text_too_long',
              'too_many_texts',
              'body_too_large',
              'unsupported_media_type',
              'not_utf8',
              'too_many_requests',
              'internal',
              'damaged_model',
              'no_model',
              'database_busy',
            ]),
          },
        },
      },
      '/api/models': {
        get: {
          operationId: 'listModels',
          summary: 'The registered models, newest first, then the one that came with the program',
          responses: {
            200: answer('The models', ref('ModelList')),
            ...failures(['forbidden_origin', 'internal', 'database_busy']),
          },
        },
      },
      '/api/openapi.json': {
        get: {
          operationId: 'describe',
          summary: 'This document',
          responses: {
            200: answer('The document', { type: 'object' }),
            ...failures(['forbidden_origin']),
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Whether a model is loaded and answers, and which',
          responses: {
            200: answer('Ready', ref('Health')),
            ...failures(['forbidden_origin', 'internal', 'damaged_model', 'no_model', 'database_busy']),
          },
        },
      },
    },
    components: { schemas: openApiSchemas(limits) },
  };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function answer(description: string, schema: Schema): Operation['responses'][string] {
  return { description, content: { 'application/json': { schema } } };
}

/** One response for each status; its description names the codes that are answered with it. */
function failures(codes: readonly ErrorCode[]): Operation['responses'] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, names]) => [status, answer(names.join(', '), ref('Error'))]));
}
