import { z } from 'zod';
import { ERROR_CODES } from '#base/errors.js';
import { count } from './scalars.js';

/** The JSON answer to every request that fails. */
export const errorAnswer = z.strictObject({
  error: z.string().describe('A sentence for people'),
  code: z.enum(ERROR_CODES),
  limit: z.number().optional().describe('The limit that was passed'),
  details: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});

export type ErrorBody = z.output<typeof errorAnswer>;

/** An entry of a batch that failed. */
export const errorEntry = z.strictObject({ error: errorAnswer, index: count });
