import { z } from 'zod';
import { BULK_STATES } from '#app/services/bulk-jobs.js';
import { count } from './scalars.js';

export const bulkListAnswer = z.strictObject({
  jobs: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(BULK_STATES),
      inputs: z.array(z.string()),
      output: z.string().describe('The folder of results'),
      model: z.string().describe('name@version'),
      queue: z.boolean().describe('It is done by the workers of a queue'),
      started_at: z.string().describe('ISO 8601, UTC; when it was begun, or last gone on with'),
      texts: count.describe('Done so far, with those that failed'),
      failed: count,
      share: z.number().min(0).max(1).describe('Of the bytes of all inputs'),
      bytes_per_second: z.number().nullable(),
      texts_per_second: z.number().nullable(),
      seconds_left: z.number().nullable().describe('Only of a job that runs'),
    }),
  ),
});

export type BulkListAnswer = z.output<typeof bulkListAnswer>;
