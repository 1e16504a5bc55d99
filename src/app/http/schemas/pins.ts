import { z } from 'zod';
import { listOf } from './lists.js';
import { count, spanEnd } from './scalars.js';

/** Places of one pin. */
const MOST_PLACES = 100;

const place = z.strictObject({
  start: count.describe('UTF-16 units'),
  end: spanEnd,
  label: z.string().max(100).describe('"" where nothing at all must be found'),
  must: z.boolean().describe('Whether it must be found so, or must not'),
});

export const newPinRequest = z.strictObject({
  text: z.string().min(1),
  spans: listOf(place, { most: MOST_PLACES, entries: 'places' }),
});

export const pinIds = z.object({
  project: z.coerce.number().int().min(1),
  pin: z.coerce.number().int().min(1),
});

export const newPinAnswer = z.strictObject({ id: count });
export const removedPinAnswer = z.strictObject({ removed: count });
export const pinsQuery = z.object({ model: z.string().max(100).optional() });

export const pinsAnswer = z.strictObject({
  model: z.string().nullable().describe('What they were tried on'),
  pins: z.array(
    z.strictObject({
      id: count,
      text: z.string(),
      spans: z.array(place),
      made_at: z.string().describe('ISO 8601, UTC'),
      broken: z
        .array(z.string())
        .nullable()
        .describe('What is wrong, one sentence a place; null: it knows other labels'),
    }),
  ),
});
export type PinsAnswer = z.output<typeof pinsAnswer>;

/** The forms of the project's page and of the page of mistakes. */
export const pinForm = z.discriminatedUnion('action', [
  z.object({ action: z.literal('add'), written: z.string().max(30_000) }),
  z.object({ action: z.literal('remove'), pin: z.coerce.number().int().min(1) }),
]);
