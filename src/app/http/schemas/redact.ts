import { z } from 'zod';
import type { Limits } from '#app/http/limits.js';
import { loadPhoneFinder, PERSONAL_DATA } from '#app/redaction/personal-data.js';
import { errorEntry } from './errors.js';
import { listOf } from './lists.js';
import { model } from './models.js';
import { count, milliseconds, modelSpec, offsetUnit, probability, spanEnd } from './scalars.js';

/** Telephone numbers where the optional package that finds them is installed. */
export const SERVED_KINDS = PERSONAL_DATA.filter((kind) => kind !== 'PHONE_NUMBER' || loadPhoneFinder() !== undefined);

const secret = z.string().min(16).max(1000).describe('A phrase of 16 characters or more');

const operator = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('keep') }),
    z.strictObject({
      type: z.literal('replace'),
      new_value: z.string().max(1000).optional().describe('The label in angle brackets unless told'),
    }),
    z.strictObject({ type: z.literal('redact') }),
    z.strictObject({
      type: z.literal('mask'),
      masking_char: z.string().max(40).optional(),
      chars_to_mask: count.optional(),
      from_end: z.boolean().optional(),
    }),
    z.strictObject({ type: z.literal('hash'), hash_type: z.enum(['sha256', 'sha512']).optional(), secret }),
    z.strictObject({ type: z.literal('encrypt'), secret }),
    z.strictObject({ type: z.literal('pseudonym') }),
  ])
  .describe("Named as in Presidio's anonymizer");

export type OperatorBody = z.output<typeof operator>;

const region = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected two capital letters as in ISO 3166')
  .meta({ examples: ['GB'] });

const pseudonymKey = z
  .strictObject({ version: z.literal(1), words: z.record(z.string(), z.string()) })
  .describe('Which words each pseudonym stands for: whoever has it can undo the redaction');

export function redactRequestSchema({ texts, textLength, labels }: Limits) {
  return z
    .strictObject({
      text: z.string().optional().describe(`At most ${textLength} UTF-16 units`),
      texts: listOf(z.unknown(), { most: texts, code: 'too_many_texts', entries: 'texts' })
        .optional()
        .describe('Several texts with the same pseudonyms; an entry that is none becomes an error entry'),
      operators: z
        .record(z.string().min(1).max(100), operator)
        .refine((one) => Object.keys(one).length <= labels, { message: `expected at most ${labels} labels` })
        .default({})
        .describe('By label; DEFAULT for all others, replace unless told'),
      threshold: probability.default(0).describe('Names with a lower score are left as they are'),
      word_threshold: probability
        .optional()
        .describe('Words that are a name with this probability are hidden too, under the label NAME'),
      kinds: listOf(z.enum(SERVED_KINDS), { most: 20 })
        .default([...SERVED_KINDS])
        .describe('What is looked for besides names; PHONE_NUMBER where the server has the package libphonenumber-js'),
      region: region.optional().describe('Country whose telephone numbers are found without a country code, too'),
      key: pseudonymKey.optional().describe('Of an earlier answer: the same words get the same pseudonyms'),
      offset_unit: offsetUnit.default('utf16'),
      model: modelSpec.optional().meta({ description: '"name" or "name@version"; the active model when absent' }),
    })
    .superRefine(({ text, texts: several }, context) => {
      if ((text === undefined) === (several === undefined))
        context.addIssue({ code: 'custom', message: 'expected exactly one of text and texts' });
    })
    .meta({ oneOf: [{ required: ['text'] }, { required: ['texts'] }] });
}

const redacted = {
  text: z.string(),
  items: z.array(
    z.strictObject({
      label: z.string(),
      operator: z.string(),
      start: count.describe('In the redacted text'),
      end: spanEnd,
      source_start: count.describe('In the text as it was given'),
      source_end: spanEnd,
    }),
  ),
};
const common = {
  model,
  offset_unit: offsetUnit,
  key: pseudonymKey.optional().describe('Where there were pseudonyms. It is kept nowhere'),
  ms: milliseconds,
};
export const redactAnswers = z.union([
  z.strictObject({ ...common, ...redacted }),
  z.strictObject({ ...common, results: z.array(z.union([z.strictObject(redacted), errorEntry])) }),
]);

export function restoreRequestSchema({ textLength }: Limits) {
  return z.strictObject({
    text: z.string().describe(`At most ${textLength} UTF-16 units`),
    key: pseudonymKey.optional(),
    secret: secret.optional().describe('What the words were encrypted with'),
  });
}

/** Fields of the page's form. */
export const redactFormSchema = z.object({
  text: z.string().default(''),
  operator: z.enum(['replace', 'pseudonym', 'mask', 'redact']).default('replace'),
  threshold: z.enum(['', '0.3', '0.1', '0.02']).default(''),
  region: z.string().trim().toUpperCase().max(10).default(''),
  model: z.string().max(100).default(''),
});

export const restoreAnswer = z.strictObject({ text: z.string() });
