import { z } from 'zod';
import { MISTAKE_KINDS } from '#app/services/mistakes.js';
import { count, probability, spanEnd } from './scalars.js';

/** A select sends '' for "all of them". */
const kind = z.preprocess((value) => (value === '' ? undefined : value), z.enum(MISTAKE_KINDS).optional());

export const mistakesQuery = z.object({ model: z.string().max(100).optional(), kind });

/** `start-end-label` of a name; '' for none. */
const nameField = z
  .string()
  .max(150)
  .regex(/^(?:\d{1,9}-\d{1,9}-.+)?$/u)
  .transform((value) => {
    const found = /^(\d+)-(\d+)-(.+)$/u.exec(value);
    return found && { start: Number(found[1]), end: Number(found[2]), label: found[3], text: '' };
  });

/** The form that says that the model was right. */
export const mistakeForm = z.object({
  document: z.coerce.number().int().min(1),
  version: z.coerce.number().int().min(0),
  model: z.string().max(100),
  kind,
  accepted: nameField,
  found: nameField,
});

const name = z.strictObject({ start: count, end: spanEnd, label: z.string(), text: z.string() });

export const mistakesAnswer = z.strictObject({
  model: z.string(),
  documents: count.describe('That were compared'),
  counts: z.record(z.enum(MISTAKE_KINDS), count),
  mistakes: z
    .array(
      z.strictObject({
        document: count,
        version: count,
        kind: z.enum(MISTAKE_KINDS),
        accepted: name.nullable(),
        found: name.nullable(),
        sureness: probability.describe('How sure the model is of what it says'),
        before: z.string(),
        text: z.string(),
        after: z.string(),
      }),
    )
    .describe('The surest first, at most 200'),
});
export type MistakesAnswer = z.output<typeof mistakesAnswer>;
