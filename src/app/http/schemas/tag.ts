import { z } from 'zod';
import { TEXT_KINDS } from '#annotation/text/markup/read-markup.js';
import type { Limits } from '#app/http/limits.js';
import { errorEntry } from './errors.js';
import { listOf } from './lists.js';
import { model } from './models.js';
import { count, milliseconds, modelSpec, offsetUnit, probability, spanEnd } from './scalars.js';

/** Entries of `texts` and `tokens` are looked at one by one later: a bad one must not fail its batch. */
export function tagRequestSchema({ texts, textLength, tokens }: Limits) {
  const ofTexts = { code: 'too_many_texts', entries: 'texts' } as const;
  return z
    .strictObject({
      text: z.string().optional().describe(`At most ${textLength} UTF-16 units`),
      texts: listOf(z.unknown(), { most: texts, ...ofTexts })
        .optional()
        .describe(`Texts of at most ${textLength} UTF-16 units; an entry that is none becomes an error entry`),
      tokens: listOf(z.unknown(), { most: tokens, code: 'too_many_tokens', entries: 'tokens' })
        .optional()
        .describe(
          `One sentence, a list of texts; or at most ${texts} sentences, lists of texts. Tokens are not empty, ` +
            `and at most ${tokens}`,
        ),
      input: z
        .enum(TEXT_KINDS)
        .default('text')
        .describe(
          'What text or texts are written in. Of html and markdown what a person reads is tagged; offsets count in the text ' +
            'as it was given, and the text of a name is what stands there, marks and character references included',
        ),
      offset_unit: offsetUnit
        .default('utf16')
        .describe('utf16 counts as JavaScript does, codepoint as Python, utf8 in bytes'),
      threshold: probability.default(0).describe('Names with a lower score are left out'),
      memory: z
        .boolean()
        .default(true)
        .describe('False: every sentence is tagged as if it stood alone, whatever its text said before'),
      include: listOf(z.enum(['tokens', 'alternatives']), { most: 10 })
        .default([])
        .describe('Answer the tokens with their tags, and the other labels of each name, too'),
      model: modelSpec
        .optional()
        .meta({ description: '"name" or "name@version"; the active model when absent', examples: ['names@7'] }),
    })
    .superRefine(({ text, texts, tokens, input }, context) => {
      const given = [text, texts, tokens].filter((value) => value !== undefined).length;
      if (given !== 1) {
        context.addIssue({ code: 'custom', message: `expected exactly one of text, texts and tokens, found ${given}` });
      }
      if (tokens !== undefined && input !== 'text') {
        const message = `expected "text" where tokens are given, found "${input}"`;
        context.addIssue({ code: 'custom', path: ['input'], message });
      }
    })
    .meta({ oneOf: [{ required: ['text'] }, { required: ['texts'] }, { required: ['tokens'] }] });
}

export type TagRequest = z.output<ReturnType<typeof tagRequestSchema>>;

export const entity = z.strictObject({
  text: z.string(),
  label: z.string().meta({ examples: ['PER'] }),
  start: count,
  end: spanEnd,
  score: probability.describe('Probability of exactly this span with exactly this label'),
  token_start: count,
  token_end: spanEnd,
  source: z
    .enum(['model', 'memory'])
    .describe('memory: without what earlier sentences say of its words it would be tagged otherwise'),
  alternatives: z.array(z.strictObject({ label: z.string(), score: probability })).optional(),
});

export const token = z.strictObject({
  text: z.string(),
  start: count,
  end: spanEnd,
  tag: z.string().meta({
    description: 'IOB2; the class alone if the classes of the model are one a token (parts of speech, say)',
    examples: ['B-PER', 'I-PER', 'O'],
  }),
  score: probability,
});

const result = {
  text: z.string().optional().describe('Only for tokens: they joined by single spaces, what the offsets count in'),
  text_length: count.describe('In the offset unit'),
  entities: z.array(entity).describe('In order of start, never overlapping'),
  tokens: z.array(token).optional(),
};

export const tagResultAnswer = z.strictObject(result);
const tagAnswer = z.strictObject({ model, offset_unit: offsetUnit, ...result, ms: milliseconds });
const tagBatchAnswer = z.strictObject({
  model,
  offset_unit: offsetUnit,
  results: z.array(z.union([tagResultAnswer, errorEntry])),
  ms: milliseconds,
});
export const tagAnswers = z.union([tagAnswer, tagBatchAnswer]);
