import { z } from 'zod';
import type { Limits } from '#app/http/limits.js';
import { listOf } from './lists.js';
import { count, probability, spanEnd } from './scalars.js';

const labelConfig = z.string().max(200_000).describe('The labeling configuration of the project, XML');

/** What Label Studio sends when an ML backend is connected to a project; more than this is let be. */
export const labelStudioSetupRequest = z.looseObject({
  project: z.string().optional().describe('Id and time of the project'),
  schema: labelConfig,
});
export const labelStudioSetupAnswer = z.strictObject({ model_version: z.string() });

/** What Label Studio sends for predictions; a task holds its text in `data`, under the name that the configuration says. */
export function labelStudioPredictRequest({ texts }: Limits) {
  return z.looseObject({
    tasks: listOf(z.looseObject({ id: z.int().optional(), data: z.record(z.string(), z.unknown()) }), {
      most: texts,
      code: 'too_many_texts',
      entries: 'tasks',
    }),
    label_config: labelConfig,
  });
}

export const labelStudioPredictAnswer = z.strictObject({
  results: z.array(
    z.strictObject({
      model_version: z.string(),
      score: probability.optional().describe('Mean of the names’ scores; absent where there is no name'),
      result: z.array(
        z.strictObject({
          from_name: z.string(),
          to_name: z.string(),
          type: z.literal('labels'),
          score: probability,
          value: z.strictObject({ start: count, end: spanEnd, text: z.string(), labels: z.array(z.string()) }),
        }),
      ),
    }),
  ),
});

export const labelStudioHealth = z.strictObject({ status: z.literal('UP'), model_class: z.string() });
export const labelStudioEvent = z.looseObject({
  action: z.string().max(100).describe('`ANNOTATION_CREATED` and the like'),
});
export const labelStudioEventAnswer = z.strictObject({ status: z.string() });

export const doccanoRequest = z.strictObject({
  text: z.string(),
  threshold: probability.default(0).describe('Names with a lower score are left out'),
});
export const doccanoAnswer = z
  .array(z.strictObject({ label: z.string(), start_offset: count, end_offset: spanEnd }))
  .describe('Offsets count code points');
