import { z } from 'zod';
import { AppError } from '#base/errors.js';

const offsetUnit = z.enum(['utf16', 'codepoint', 'utf8']);
const modelSpec = z.string().min(1).max(100);

/** Entries of `texts` and `tokens` are looked at one by one later: a bad one must not fail its batch. */
export const tagRequestSchema = z
  .strictObject({
    text: z.string().optional(),
    texts: z.array(z.unknown()).optional(),
    tokens: z.array(z.unknown()).optional(),
    offset_unit: offsetUnit.default('utf16'),
    threshold: z.number().min(0).max(1).default(0),
    include: z.array(z.enum(['tokens', 'alternatives'])).default([]),
    model: modelSpec.optional(),
  })
  .superRefine(({ text, texts, tokens }, context) => {
    const given = [text, texts, tokens].filter((value) => value !== undefined).length;
    if (given !== 1) {
      context.addIssue({ code: 'custom', message: `expected exactly one of text, texts and tokens, found ${given}` });
    }
  });

export type TagRequest = z.output<typeof tagRequestSchema>;

/** The input of Hugging Face's token classification task; `offset_unit` is an addition of ours. */
export const huggingFaceRequestSchema = z.object({
  inputs: z.union([z.string(), z.array(z.string())], 'expected a text or a list of texts'),
  parameters: z
    .strictObject({
      aggregation_strategy: z.enum(['none', 'simple', 'first', 'average', 'max']).default('simple'),
      ignore_labels: z.array(z.string()).default(['O']),
      stride: z.int().min(0).optional(),
      offset_unit: offsetUnit.default('utf16'),
    })
    .prefault({}),
});

export type HuggingFaceRequest = z.output<typeof huggingFaceRequestSchema>;

/** Fields of the page's form, and of the links to its examples. */
export const pageFormSchema = z.object({ text: z.string().default(''), model: z.string().max(100).default('') });

export const pageQuerySchema = z.object({
  example: z.coerce.number().int().min(1).optional(),
  model: z.string().max(100).default(''),
});

/** @throws {AppError} `invalid_request` that names each place in the request that is at fault. */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }) => ({
    path: pathText(path),
    message: lowerFirst(message),
  }));
  const { path, message } = details[0];
  const more = details.length === 1 ? '' : ` (and ${details.length - 1} more)`;
  throw new AppError('invalid_request', `${path === '' ? 'request' : path}: ${message}${more}`, {
    details: { details },
  });
}

/** `['texts', 3]` becomes `texts[3]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
