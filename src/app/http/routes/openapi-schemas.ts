import type { Limits } from '#app/http/limits.js';
import { ERROR_CODES } from '#base/errors.js';

/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = { readonly [keyword: string]: unknown };

/** What requests and answers are made of; the tests hold real answers against these. */
export function openApiSchemas({ texts, textLength }: Limits): Readonly<Record<string, Schema>> {
  const tagOptions = {
    offset_unit: {
      ...offsetUnit,
      default: 'utf16',
      description: 'utf16 counts as JavaScript does, codepoint as Python, utf8 in bytes',
    },
    threshold: { ...probability, default: 0, description: 'Names with a lower score are left out' },
    include: {
      type: 'array',
      items: { enum: ['tokens', 'alternatives'] },
      default: [],
      description: 'Answer the tokens with their tags, and the other labels of each name, too',
    },
    model: {
      type: 'string',
      description: '"name" or "name@version"; the active model when absent',
      examples: ['names@7'],
    },
  };
  return {
    TagRequest: {
      ...object(
        {
          text: { type: 'string', description: `At most ${textLength} UTF-16 units` },
          texts: {
            type: 'array',
            maxItems: texts,
            description: `Texts of at most ${textLength} UTF-16 units; an entry that is none becomes an error entry`,
          },
          tokens: {
            type: 'array',
            description: `One sentence, a list of texts; or at most ${texts} sentences, lists of texts. Tokens are not empty`,
          },
          ...tagOptions,
        },
        ['text', 'texts', 'tokens', ...Object.keys(tagOptions)],
      ),
      oneOf: [{ required: ['text'] }, { required: ['texts'] }, { required: ['tokens'] }],
    },
    TagAnswer: object({ model: ref('Model'), offset_unit: offsetUnit, ...tagResult, ms }, ['text', 'tokens']),
    TagBatchAnswer: object({
      model: ref('Model'),
      offset_unit: offsetUnit,
      results: { type: 'array', items: { oneOf: [ref('TagResult'), ref('ErrorEntry')] } },
      ms,
    }),
    TagResult: object(tagResult, ['text', 'tokens']),
    ErrorEntry: object({ error: ref('Error'), index: count }),
    Entity: object(
      {
        text: { type: 'string' },
        label: { type: 'string', examples: ['PER'] },
        start: count,
        end: { ...count, description: 'Exclusive' },
        score: { ...probability, description: 'Probability of exactly this span with exactly this label' },
        token_start: count,
        token_end: { ...count, description: 'Exclusive' },
        source: { const: 'model' },
        alternatives: { type: 'array', items: object({ label: { type: 'string' }, score: probability }) },
      },
      ['alternatives'],
    ),
    Token: object({
      text: { type: 'string' },
      start: count,
      end: { ...count, description: 'Exclusive' },
      tag: { type: 'string', description: 'IOB2', examples: ['B-PER', 'I-PER', 'O'] },
      score: probability,
    }),
    Model: object({ id: { type: 'string' }, version: count, sha256 }),
    ModelList: object({
      models: {
        type: 'array',
        items: object({
          id: { type: 'string' },
          version: count,
          sha256,
          labels: { type: 'array', items: { type: 'string' } },
          active: { type: 'boolean' },
          shipped: { type: 'boolean', description: 'It came with the program; its version is 0' },
          created_at: { type: 'string', description: 'ISO 8601, UTC' },
          scores: { type: 'object', additionalProperties: { type: 'number' } },
        }),
      },
    }),
    Health: object({ status: { const: 'ok' }, model: ref('Model') }),
    HuggingFaceRequest: {
      type: 'object',
      required: ['inputs'],
      properties: {
        inputs: { anyOf: [{ type: 'string' }, { type: 'array', maxItems: texts, items: { type: 'string' } }] },
        parameters: object(
          {
            aggregation_strategy: { enum: ['none', 'simple', 'first', 'average', 'max'], default: 'simple' },
            ignore_labels: { type: 'array', items: { type: 'string' }, default: ['O'] },
            stride: {
              type: 'integer',
              minimum: 0,
              description: 'Accepted without effect: texts are never cut into windows',
            },
            offset_unit: { ...offsetUnit, default: 'utf16' },
          },
          ['aggregation_strategy', 'ignore_labels', 'stride', 'offset_unit'],
        ),
      },
    },
    HuggingFaceAnswer: {
      type: 'array',
      items: object(
        {
          entity: { type: 'string', description: 'The tag; without aggregation' },
          index: { type: 'integer', minimum: 1, description: 'Number of the token from 1; without aggregation' },
          entity_group: { type: 'string', description: 'The label; with aggregation' },
          score: probability,
          word: { type: 'string' },
          start: count,
          end: { ...count, description: 'Exclusive' },
        },
        ['entity', 'index', 'entity_group'],
      ),
    },
    Error: object(
      {
        error: { type: 'string', description: 'A sentence for people' },
        code: { enum: Object.keys(ERROR_CODES) },
        limit: { type: 'number', description: 'The limit that was passed' },
        details: { type: 'array', items: object({ path: { type: 'string' }, message: { type: 'string' } }) },
      },
      ['limit', 'details'],
    ),
  };
}

const count: Schema = { type: 'integer', minimum: 0 };
const probability: Schema = { type: 'number', minimum: 0, maximum: 1 };
const offsetUnit: Schema = { enum: ['utf16', 'codepoint', 'utf8'] };
const sha256: Schema = { type: 'string', description: 'SHA-256 of the weights, hexadecimal' };
const ms: Schema = { type: 'number', minimum: 0, description: 'Milliseconds spent on tagging' };
const tagResult = {
  text: { type: 'string', description: 'Only for tokens: they joined by single spaces, what the offsets count in' },
  text_length: { ...count, description: 'In the offset unit' },
  entities: { type: 'array', items: ref('Entity'), description: 'In order of start, never overlapping' },
  tokens: { type: 'array', items: ref('Token') },
};

/** Every property is required but those in `optional`; others do not occur. */
function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
