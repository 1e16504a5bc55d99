import { z } from 'zod';
import { count, modelSpec, probability, spanEnd } from './scalars.js';

export const whyRequest = z.strictObject({
  text: z.string(),
  start: count.describe('UTF-16 units; any part of the words will do, they are taken whole'),
  end: spanEnd,
  model: modelSpec.optional().describe('"name" or "name@version"; the active model when absent'),
});

const labelScore = z.strictObject({ label: z.string(), score: probability });

export const whyAnswer = z.strictObject({
  model: z.string(),
  text: z.string(),
  start: count,
  end: spanEnd,
  label: z.string().describe('What is found, or the likeliest label of exactly these words'),
  score: probability.describe('Of these words with that label, in their sentence alone'),
  found: z.boolean(),
  remembered: z.boolean().describe('Only what the text said earlier makes it a name'),
  labels: z.array(labelScore).describe('Likeliest first'),
  no_name: probability.describe('That they are no name, or not exactly'),
  words: z
    .array(
      z.strictObject({
        text: z.string(),
        start: count,
        end: spanEnd,
        effect: z.number().min(-1).max(1).describe('What the score loses without the word; below 0 it spoke against'),
      }),
    )
    .describe('Up to thirty words before and after'),
  without_left: probability.describe('The score without all that stands before'),
  without_right: probability,
  alone: probability,
});
export type WhyAnswer = z.output<typeof whyAnswer>;

export const mentionsRequest = z.strictObject({ text: z.string().min(1).max(1000), label: z.string().max(100) });

export const mentionsAnswer = z.strictObject({
  mentions: z.array(
    z.strictObject({
      project: count,
      project_name: z.string(),
      document: count,
      label: z.string(),
      start: count,
      end: spanEnd,
      similarity: probability.describe('Of the characters of the two names'),
      before: z.string(),
      text: z.string(),
      after: z.string(),
    }),
  ),
});
export type MentionsAnswer = z.output<typeof mentionsAnswer>;
