import { z } from 'zod';

/** Fields of the page's form, and of the links to its examples. */
export const pageFormSchema = z.object({
  text: z.string().default(''),
  model: z.string().max(100).default(''),
  /** The name that one asks about, `start-end`. */
  why: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}$/)
    .optional(),
});

export const pageQuerySchema = z.object({
  example: z.coerce.number().int().min(1).optional(),
  model: z.string().max(100).default(''),
});
