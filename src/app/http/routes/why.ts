import type { ApiResource } from '#app/http/api-resource.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import {
  type MentionsAnswer,
  mentionsAnswer,
  mentionsRequest,
  type WhyAnswer,
  whyAnswer,
  whyRequest,
} from '#app/http/schemas/why.js';
import type { Mention } from '#app/services/mentions.js';
import { explainName } from '#app/shared/explain-name.js';
import { whyTold } from '#app/shared/why-told.js';
import type { ApiDependencies } from './api-dependencies.js';
import { TAGGING_FAILURES } from './tag.js';
import { readText } from './tag-inputs.js';

/** Why a model says what it says, and which names that people have accepted are like it. */
export function whyResources({ models, annotation, limits, guards }: ApiDependencies): readonly ApiResource[] {
  const why: ApiResource = {
    path: '/api/why',
    operations: {
      post: {
        id: 'explainName',
        summary: 'Why some words of a text are tagged as they are: what each word around them carries',
        description:
          'The words around are left out one at a time (occlusion). Works for names that are found and for words that are not.',
        body: {
          name: 'WhyRequest',
          schema: whyRequest,
          examples: { ada: { value: { text: 'Ada Lovelace met José in Zürich.', start: 0, end: 12 } } },
        },
        answer: { name: 'WhyAnswer', schema: whyAnswer, description: 'What carries the name' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...guards.json('tag'),
          async (request, response) => {
            const { text, start, end, model } = parseRequest(whyRequest, request.body);
            readText(text, { path: 'text', limits });
            const tagger = await models.get(model);
            const body: WhyAnswer = whyTold(tagger.model, explainName(tagger, text, { start, end }));
            response.set('Cache-Control', 'no-store').json(body);
          },
        ],
      },
    },
  };
  if (annotation === undefined) return [why];
  const mentions: ApiResource = {
    path: '/api/mentions',
    operations: {
      post: {
        id: 'findMentions',
        summary: 'Accepted names, in any project, that are like these words',
        body: {
          name: 'MentionsRequest',
          schema: mentionsRequest,
          examples: { ada: { value: { text: 'Ada Lovelace', label: 'PER' } } },
        },
        answer: { name: 'Mentions', schema: mentionsAnswer, description: 'The most alike first, five at most' },
        failures: ['invalid_request', 'invalid_json', 'body_too_large', 'unsupported_media_type', 'database_busy'],
        handlers: [
          ...guards.json('annotate'),
          (request, response) => {
            const { text, label } = parseRequest(mentionsRequest, request.body);
            const body: MentionsAnswer = { mentions: annotation.mentions(text, label).map(mentionBody) };
            response.set('Cache-Control', 'no-store').json(body);
          },
        ],
      },
    },
  };
  return [why, mentions];
}

export function mentionBody({ projectName, ...mention }: Mention): MentionsAnswer['mentions'][number] {
  return { project_name: projectName, ...mention };
}
