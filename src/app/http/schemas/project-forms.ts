import { z } from 'zod';

/** A form sends '' for a field that was left alone. */
function blank<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

/** Fields of the forms of projects. Browsers send every field as text, and no field for an empty box. */
export const newProjectForm = z.object({
  name: z.string().max(1000).default(''),
  labels: z.string().max(20_000).default(''),
});

export const labelForm = z.object({ label: z.string().max(1000), action: z.enum(['add', 'remove']) });

export const uploadForm = z.object({
  text: z.string().default(''),
  format: z.string().max(40).default('auto'),
  checked: z.enum(['yes', 'no']).default('no'),
  action: z.enum(['look', 'keep']),
});

export const acceptAboveForm = z.object({ threshold: z.coerce.number().min(0).max(100) });

const queueOrder = z.enum(['order', 'uncertainty', 'diversity']).default('order');

export const documentForm = z.object({
  action: z.enum(['accept', 'reject', 'skip', 'undo', 'redo', 'delete']),
  version: z.coerce.number().int().min(0),
  by: queueOrder,
});

export const documentPageQuery = z.object({
  by: queueOrder,
  /** What to look at, `start-end`. */
  at: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}$/)
    .optional(),
});

export const projectPageQuery = z.object({
  status: blank(z.enum(['new', 'draft', 'accepted', 'rejected', 'skipped'])),
  label: blank(z.string().max(100)),
  /** Percent. */
  doubt: blank(z.coerce.number().min(0).max(100)),
  changed: z.enum(['yes', 'no']).default('no'),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  done: z.coerce.number().int().min(0).optional(),
});

export const exportQuery = z.object({ format: z.string().min(1).max(40) });
