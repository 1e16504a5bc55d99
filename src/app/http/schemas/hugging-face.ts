import { z } from 'zod';
import type { Limits } from '#app/http/limits.js';
import { listOf } from './lists.js';
import { count, offsetUnit, probability, spanEnd } from './scalars.js';

/** The input of Hugging Face's token classification task; `offset_unit` and `memory` are additions of ours. */
export function huggingFaceRequestSchema({ texts, labels }: Limits) {
  const inputs = listOf(z.string(), { most: texts, code: 'too_many_texts', entries: 'texts' });
  return z.object({
    inputs: z.union([z.string(), inputs], 'expected a text or a list of texts'),
    parameters: z
      .strictObject({
        aggregation_strategy: z.enum(['none', 'simple', 'first', 'average', 'max']).default('simple'),
        ignore_labels: listOf(z.string(), { most: labels, entries: 'labels' }).default(['O']),
        stride: z.int().min(0).optional().describe('Accepted without effect: texts are never cut into windows'),
        offset_unit: offsetUnit.default('codepoint'),
        memory: z.boolean().default(true).describe('False: every sentence is tagged as if it stood alone'),
      })
      .prefault({}),
  });
}

const entity = z.strictObject({
  entity: z.string().optional().describe('The tag; without aggregation'),
  index: z.int().min(1).optional().describe('Number of the token from 1; without aggregation'),
  entity_group: z.string().optional().describe('The label; with aggregation'),
  score: probability,
  word: z.string(),
  start: count,
  end: spanEnd,
});

const huggingFaceAnswer = z.array(entity);
export const huggingFaceAnswers = z.union([huggingFaceAnswer, z.array(huggingFaceAnswer)]);
