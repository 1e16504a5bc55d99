import { z } from 'zod';
import { count, sha256 } from './scalars.js';

export const model = z.strictObject({ id: z.string(), version: count, sha256 });

export const modelListAnswer = z.strictObject({
  models: z.array(
    z.strictObject({
      id: z.string(),
      version: count,
      sha256,
      labels: z.array(z.string()),
      active: z.boolean(),
      shipped: z.boolean().describe('It came with the program; its version is 0'),
      created_at: z.string().describe('ISO 8601, UTC'),
      scores: z.record(z.string(), z.number()),
    }),
  ),
});

export type ModelListAnswer = z.output<typeof modelListAnswer>;

export const healthAnswer = z.strictObject({ status: z.literal('ok'), model });

export const readinessAnswer = z.strictObject({ status: z.literal('ready') });
