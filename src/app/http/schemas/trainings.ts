import { z } from 'zod';

/** Fields of the form that starts a training. */
export const trainForm = z.object({
  recipe: z.string().min(1).max(120),
  activation: z.enum(['when_better', 'always', 'never']).default('when_better'),
  judge: z.enum(['part', 'folds']).default('part'),
  watch: z.string().max(20_000).default(''),
});

export const trainingIds = z.object({ job: z.string().min(1).max(80) });
export const trainingAction = z.object({ action: z.enum(['pause', 'resume', 'stop']) });
export const eventsQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });
