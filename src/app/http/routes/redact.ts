import type { Request, Response } from 'express';
import { createOffsetConverter, type OffsetUnit } from '#annotation/text/offset-units.js';
import type { ApiResource } from '#app/http/api-resource.js';
import { errorBody, toAppError } from '#app/http/error-handler.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import {
  type OperatorBody,
  redactAnswers,
  redactRequestSchema,
  restoreAnswer,
  restoreRequestSchema,
} from '#app/http/schemas/redact.js';
import type { Operator } from '#app/redaction/operators.js';
import { type RedactedText, restoreText } from '#app/redaction/redactor.js';
import { AppError } from '#base/errors.js';
import { modelBody } from '#tagging/tagger/tag-response.js';
import type { ApiDependencies } from './api-dependencies.js';
import { redactTexts } from './redact-texts.js';
import { TAGGING_FAILURES } from './tag.js';
import { readText, requireCount } from './tag-inputs.js';

type Given = Omit<ApiDependencies, 'models'>;

/** Hides the names of texts, and what else is personal by its form. */
export function redactResource({ tagging, log, limits, guards }: Given): ApiResource {
  const schema = redactRequestSchema(limits);
  return {
    path: '/api/redact',
    operations: {
      post: {
        id: 'redact',
        summary: 'Hide the names in one text or several, and addresses and numbers that are personal',
        description:
          'A name that the model misses stays in the text: what comes out must not be called anonymous. Nothing is kept ' +
          'on the server; with pseudonyms the answer holds the key that undoes them.',
        body: {
          name: 'RedactRequest',
          schema,
          examples: {
            labels: { value: { text: 'Ada Lovelace wrote to mina@example.org.' } },
            pseudonyms: { value: { text: 'Ada met José.', operators: { DEFAULT: { type: 'pseudonym' } } } },
          },
        },
        answer: { name: 'RedactAnswers', schema: redactAnswers, description: 'The texts without their names' },
        failures: [...TAGGING_FAILURES, 'invalid_argument'],
        handlers: [
          ...guards.json('tag'),
          async (request: Request, response: Response) => {
            const asked = parseRequest(schema, request.body);
            const isBatch = asked.texts !== undefined;
            const values = asked.texts ?? [asked.text];
            if (isBatch) requireCount(values.length, { path: 'texts', limits });
            const read = values.map((value, i) =>
              attempt(() => readText(value, { path: isBatch ? `texts[${i}]` : 'text', limits })),
            );
            if (!isBatch && read[0] instanceof AppError) throw read[0];
            const texts = read.filter((one) => typeof one === 'string');
            const operators = Object.fromEntries(
              Object.entries(asked.operators).map(([label, body]) => [label, operatorOf(body)]),
            );
            const { identity, ms, outputs, key } = await redactTexts(tagging, response, {
              texts,
              modelSpec: asked.model,
              operators,
              threshold: asked.threshold,
              wordThreshold: asked.word_threshold,
              kinds: asked.kinds,
              region: asked.region,
              key: asked.key,
            });
            const redacted = outputs.values();
            const results = read.map((one, index) => {
              const output = one instanceof AppError ? one : redacted.next().value!;
              if (!(output instanceof Error)) return bodyOf(one as string, output, asked.offset_unit);
              if (!isBatch) throw output;
              const known = toAppError(output);
              if (known.code === 'internal') log(`web: POST /api/redact: texts[${index}]: ${output.message}`);
              return { error: errorBody(known), index };
            });
            const common = { model: modelBody(identity), offset_unit: asked.offset_unit, ...(key && { key }), ms };
            const body = isBatch ? { ...common, results } : { ...common, ...results[0] };
            tagging.send(request, response, JSON.stringify(body));
          },
        ],
      },
    },
  };
}

/** Puts the words back that pseudonyms stand for, and what was encrypted. */
export function restoreResource({ tagging, limits, guards }: Given): ApiResource {
  const schema = restoreRequestSchema(limits);
  return {
    path: '/api/redact/restore',
    operations: {
      post: {
        id: 'restore',
        summary: 'Undo a redaction by pseudonyms or encryption',
        body: {
          name: 'RestoreRequest',
          schema,
          examples: {
            pseudonyms: {
              value: { text: '<PER_1> met <PER_2>.', key: { version: 1, words: { PER_1: 'Ada', PER_2: 'José' } } },
            },
          },
        },
        answer: { name: 'RestoreAnswer', schema: restoreAnswer, description: 'The text as it was' },
        failures: [
          'invalid_request',
          'invalid_json',
          'invalid_argument',
          'text_too_long',
          'too_many_items',
          'body_too_large',
          'unsupported_media_type',
          'not_utf8',
          'request_timeout',
          'overloaded',
        ],
        handlers: [
          ...guards.json('tag'),
          (request: Request, response: Response) => {
            const { text, key, secret } = parseRequest(schema, request.body);
            readText(text, { path: 'text', limits });
            const restored = restoreText(text, { ...(key && { key }), ...(secret !== undefined && { secret }) });
            tagging.send(request, response, JSON.stringify({ text: restored }));
          },
        ],
      },
    },
  };
}

function operatorOf(body: OperatorBody): Operator {
  switch (body.type) {
    case 'replace':
      return { type: 'replace', ...(body.new_value !== undefined && { newValue: body.new_value }) };
    case 'mask':
      return {
        type: 'mask',
        ...(body.masking_char !== undefined && { maskingChar: body.masking_char }),
        ...(body.chars_to_mask !== undefined && { charsToMask: body.chars_to_mask }),
        ...(body.from_end !== undefined && { fromEnd: body.from_end }),
      };
    case 'hash':
      return { type: 'hash', secret: body.secret, ...(body.hash_type && { hashType: body.hash_type }) };
    default:
      return body;
  }
}

function bodyOf(source: string, { text, items }: RedactedText, unit: OffsetUnit) {
  const [inText, inSource] = [createOffsetConverter(text, unit), createOffsetConverter(source, unit)];
  return {
    text,
    items: items.map(({ label, operator, start, end, source: from }) => ({
      label,
      operator,
      start: inText.fromUtf16(start),
      end: inText.fromUtf16(end),
      source_start: inSource.fromUtf16(from.start),
      source_end: inSource.fromUtf16(from.end),
    })),
  };
}

function attempt<T>(action: () => T): T | AppError {
  try {
    return action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
