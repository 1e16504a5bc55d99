import { z } from 'zod';
import { listOf } from './lists.js';
import { count, probability, spanEnd } from './scalars.js';

const documentStatus = z.enum(['new', 'draft', 'accepted', 'rejected', 'skipped']);
const id = z.int().min(1).meta({ maximum: undefined });
const label = z.string().min(1).max(100);
/** Names of one document: more than that is no text. */
const MOST_SPANS = 50_000;
const MOST_LABELS = 200;

const mark = z.strictObject({
  start: count,
  end: spanEnd,
  label,
  model: z.string().max(100).optional().describe('Who suggested it, where nobody has changed it'),
  score: probability.optional(),
});

export const projectIds = z.object({ project: z.coerce.number().int().min(1) });
export const documentIds = projectIds.extend({ document: z.coerce.number().int().min(1) });

export const newProjectRequest = z.strictObject({
  name: z.string().min(1).max(100),
  labels: listOf(label, { most: MOST_LABELS, entries: 'labels' }),
});

const project = z.strictObject({
  id,
  name: z.string(),
  created_at: z.string().describe('ISO 8601, UTC'),
  labels: z.array(z.strictObject({ label, key: z.string().nullable(), look: count })),
  counts: z.record(documentStatus, count),
});
export const projectAnswer = project;
export const projectListAnswer = z.strictObject({ projects: z.array(project) });

export const uploadRequest = z.strictObject({
  name: z.string().max(200).default(''),
  text: z.string(),
  format: z.string().max(40).default('auto'),
  checked: z.boolean().default(true).describe('Whether people have marked the names in it'),
  keep: z.boolean().default(false).describe('False only reads, and says what would be kept'),
});

export const uploadAnswer = z.strictObject({
  kept: z.boolean(),
  format: z.string(),
  documents: count,
  names: z.strictObject({ in: count, aligned: count, repaired: count, leftOut: count }),
  by_label: z.array(z.strictObject({ label: z.string(), names: count })),
  remarks: z.array(z.string()),
});

export const documentListQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  status: documentStatus.optional(),
  label: label.optional().describe('Those with a name of this label'),
  doubt: z.coerce.number().min(0).max(1).optional().describe('Those of which the model doubts at least so much'),
  changedAfter: z.string().max(40).optional().describe('Those changed after this time, ISO 8601, UTC'),
});

export const documentListAnswer = z.strictObject({
  documents: z.array(
    z.strictObject({
      id,
      name: z.string().nullable(),
      beginning: z.string(),
      status: documentStatus,
      names: count,
      uncertainty: probability.nullable(),
    }),
  ),
});

const annotation = {
  id,
  version: count.describe('Grows with every change; who writes says which one was read'),
  status: documentStatus,
  spans: z.array(mark),
  can_undo: z.boolean(),
  can_redo: z.boolean(),
};
export const annotationAnswer = z.strictObject(annotation);

export const documentAnswer = z.strictObject({
  ...annotation,
  text: z.string(),
  tokens: z.array(count).describe('Start and end of each token in turn'),
  suggestions: z.strictObject({
    model: z.string().nullable(),
    spans: z.array(mark),
    problem: z.string().optional().describe('Why the model cannot be used'),
  }),
  previous: id.nullable(),
  next: id.nullable(),
});

export const changeRequest = z.strictObject({
  version: count,
  kind: z.string().min(1).max(40).describe('What was done: mark, relabel, accept …'),
  model: z.string().max(100).nullable().default(null).describe('Whose suggestions were on the screen'),
  status: documentStatus,
  spans: listOf(mark, { most: MOST_SPANS, entries: 'names' }),
});

export const versionRequest = z.strictObject({ version: count });

export const nextQuery = z.object({
  by: z.enum(['order', 'uncertainty', 'diversity']).default('order'),
  after: z.coerce.number().int().min(0).default(0),
});
export const nextAnswer = z.strictObject({ next: id.nullable() });

export const acceptAboveRequest = z.strictObject({ threshold: probability });
export const acceptAboveAnswer = z.strictObject({ accepted: count, model: z.string() });

export const decisionListAnswer = z.strictObject({
  decisions: z.array(
    z.strictObject({
      id,
      at: z.string().describe('ISO 8601, UTC'),
      by: z.string(),
      kind: z.string(),
      model: z.string().nullable(),
      standing: z.enum(['done', 'undone', 'replaced']),
    }),
  ),
});
