import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_LIMITS } from '#app/http/limits.js';
import { huggingFaceRequestSchema } from '#app/http/schemas/hugging-face.js';
import { listOf } from '#app/http/schemas/lists.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { tagRequestSchema } from '#app/http/schemas/tag.js';
import { thrownBy } from '../../../helpers/thrown-by.js';

const MANY = 2_000_000;
const tag = tagRequestSchema(DEFAULT_LIMITS);
const huggingFace = huggingFaceRequestSchema(DEFAULT_LIMITS);
const zeros = (length: number): number[] => new Array(length).fill(0);
const keys = (count: number): object => Object.fromEntries(zeros(count).map((_, index) => [`k${index}`, 0]));

describe('lists and objects are counted before their entries are looked at', () => {
  test.each([
    ['include', tag, { text: 'x', include: zeros(MANY) }, 'too_many_items', 'include: expected at most 10 entries'],
    ['texts', tag, { texts: zeros(MANY) }, 'too_many_texts', 'texts: expected at most 256 texts'],
    ['tokens', tag, { tokens: zeros(MANY) }, 'too_many_tokens', 'tokens: expected at most 250000 tokens'],
    ['inputs', huggingFace, { inputs: zeros(MANY) }, 'too_many_texts', 'inputs: expected at most 256 texts'],
    [
      'ignore_labels',
      huggingFace,
      { inputs: 'x', parameters: { ignore_labels: zeros(MANY) } },
      'too_many_items',
      'parameters.ignore_labels: expected at most 1000 labels',
    ],
    ['unknown keys', tag, { text: 'x', ...keys(200_000) }, 'too_many_items', 'request: expected at most 64 keys'],
    [
      'unknown keys within',
      huggingFace,
      { inputs: 'x', parameters: keys(200_000) },
      'too_many_items',
      'parameters: expected at most 64 keys',
    ],
  ])('%s', (_name, schema, value, code, message) => {
    const startMs = performance.now();
    const error = thrownBy(() => parseRequest<unknown>(schema, value));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe('what is wrong is told in bounded length', () => {
  test('few of many complaints', () => {
    const error = thrownBy(() => parseRequest(z.array(z.string()), zeros(1000)));
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('(and 999 more)') });
    expect(error.details.details).toHaveLength(20);
  });

  test('long keys are cut', () => {
    const error = thrownBy(() => parseRequest(tag, { text: 'x', ['k'.repeat(100_000)]: 1 }));
    expect(error.message.length).toBeLessThan(400);
    expect(JSON.stringify(error.details).length).toBeLessThan(500);
  });
});

test('every list of a request is bounded', () => {
  const unbounded: string[] = [];
  const visit = (schema: z.core.$ZodType, path: string): void => {
    const { type, innerType, options, element, shape } = schema._zod.def as {
      type: string;
      innerType?: z.core.$ZodType;
      options?: z.core.$ZodType[];
      element?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
    };
    if (type === 'array' && !isBounded(schema as z.ZodType)) unbounded.push(path);
    if (innerType) visit(innerType, path);
    if (element) visit(element, `${path}[]`);
    for (const option of options ?? []) visit(option, path);
    for (const [name, part] of Object.entries(shape ?? {})) visit(part, `${path}.${name}`);
  };
  const isBounded = (list: z.ZodType): boolean => {
    const { code } = thrownBy(() => parseRequest(list, zeros(300_000).fill(Number.NaN)));
    return code.startsWith('too_many_') && z.toJSONSchema(list).maxItems !== undefined;
  };
  visit(tag, 'tag');
  visit(huggingFace, 'hf');
  expect(unbounded).toEqual([]);
  visit(z.object({ list: z.array(z.number()) }), 'other');
  expect(unbounded).toEqual(['other.list']);
});

test('a list within lists is counted where it stands', () => {
  const schema = z.object({ rows: listOf(listOf(z.number(), { most: 2 }), { most: 3 }) });
  expect(parseRequest(schema, { rows: [[1, 2], []] })).toEqual({ rows: [[1, 2], []] });
  expect(thrownBy(() => parseRequest(schema, { rows: [[], [1, 2, 3]] }))).toMatchObject({
    code: 'too_many_items',
    message: 'rows[1]: expected at most 2 entries, found 3',
    details: { limit: 2 },
  });
});
