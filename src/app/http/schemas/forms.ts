import { z } from 'zod';

/** Fields of the page's form, and of the links to its examples. */
export const pageFormSchema = z.object({ text: z.string().default(''), model: z.string().max(100).default('') });

export const pageQuerySchema = z.object({
  example: z.coerce.number().int().min(1).optional(),
  model: z.string().max(100).default(''),
});
