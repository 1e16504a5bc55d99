import { z } from 'zod';
import { count, modelSpec, probability, sha256 } from './scalars.js';

export const modelIds = z.object({ model: modelSpec });
export const modelPair = z.object({ model: modelSpec, other: modelSpec });
const comparedPart = z.enum(['accepted', 'dev']).default('accepted');
export const diffQuery = z.object({
  project: z.coerce.number().int().min(1).describe('Whose accepted documents are compared on'),
  part: comparedPart.describe('All accepted documents, or the sentences that no training of the project learned from'),
});

const interval = z.tuple([z.number(), z.number()]).nullable().describe('Of 95 of 100 resamples of the sentences');

export const modelDetailsAnswer = z.strictObject({
  id: z.string(),
  version: count,
  sha256,
  data_sha256: z.string(),
  labels: z.array(z.string()),
  active: z.boolean(),
  shipped: z.boolean(),
  created_at: z.string().describe('ISO 8601, UTC'),
  parts: z
    .array(
      z.strictObject({
        part: z.string(),
        precision: probability,
        recall: probability,
        f1: probability,
        f1_interval: interval,
        labels: z.array(
          z.strictObject({ label: z.string(), f1: probability, f1_interval: interval, names: count.nullable() }),
        ),
      }),
    )
    .describe('Scores by part of the data'),
  sources: z
    .array(
      z.strictObject({
        role: z.string().describe('train, dev or test'),
        name: z.string(),
        sentences: count,
        files: z
          .array(
            z.strictObject({
              name: z.string(),
              sha256: z.string().describe('Of the bytes of the file'),
              format: z.string(),
              scheme: z.string().nullable(),
              offset_unit: z.string().nullable(),
              documents: count,
              sentences: count,
              tokens: count,
              names: z
                .strictObject({ in: count, aligned: count, repaired: count, left_out: count })
                .describe('in = aligned + repaired + left_out'),
              comments: count,
              left_out: count.describe('Records, rows and lines that were not read'),
            }),
          )
          .describe('What the reading of each file found and did'),
      }),
    )
    .describe('What it was trained and scored on'),
  activations: z.array(z.strictObject({ reason: z.string(), at: z.string() })).describe('Newest first'),
});

export const activateRequest = z
  .strictObject({
    reason: z.string().min(1).max(500).optional().describe('Why; kept'),
    force: z.boolean().default(false).describe('Whatever speaks against it; needs a reason'),
  })
  .refine(({ reason, force }) => !force || reason !== undefined, {
    path: ['reason'],
    message: 'expected a sentence that says why it is forced',
  });

export const renameRequest = z.strictObject({
  name: z.string().min(1).max(200).describe('1 to 64 letters, digits, ".", "_" or "-"'),
});

export const objectionsAnswer = z.strictObject({
  objections: z.array(z.string()).describe('What speaks against making it active, one sentence each'),
  pins: z.strictObject({ kept: count, broken: count, untried: count.describe('Of labels that it does not know') }),
});

export const removedAnswer = z.strictObject({ removed: z.string() });

const comparedName = z.strictObject({ text: z.string(), label: z.string(), before: z.string(), after: z.string() });

export const comparisonAnswer = z.strictObject({
  left: z.strictObject({ model: z.string(), f1: probability }),
  right: z.strictObject({ model: z.string(), f1: probability }),
  difference: z.number().describe('F1 of the right one less that of the left one'),
  interval: z.tuple([z.number(), z.number()]).describe('Of the difference, in 95 of 100 resamples of the sentences'),
  share: probability.describe('Of the resamples in which the right one scores higher'),
  sentences: count.describe('That were compared'),
  available: count.describe('That there are'),
  gained: z.array(comparedName).describe('Names that only the right one finds, at most 100'),
  lost: z.array(comparedName).describe('Names that only the left one finds, at most 100'),
  gained_count: count,
  lost_count: count,
});

export type ModelDetailsAnswer = z.output<typeof modelDetailsAnswer>;
export type ComparisonAnswer = z.output<typeof comparisonAnswer>;

/** Fields of the form on the page of a model, and of the page that compares two. */
export const modelForm = z.object({
  action: z.enum(['activate', 'rollback', 'remove', 'rename']),
  name: z.string().max(200).default(''),
  reason: z.string().max(500).default(''),
  force: z.enum(['yes', 'no']).default('no'),
  sure: z.enum(['yes', 'no']).default('no'),
});

export const compareForm = z.object({
  left: z.string().max(100).default(''),
  right: z.string().max(100).default(''),
  project: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(1).optional()),
  part: comparedPart,
  text: z.string().default(''),
});
