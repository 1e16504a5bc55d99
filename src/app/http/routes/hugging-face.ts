import type { Request, Response } from 'express';
import type { ApiResource } from '#app/http/api-resource.js';
import { type HuggingFaceOptions, huggingFaceEntities } from '#app/http/hugging-face-answer.js';
import { huggingFaceAnswers, huggingFaceRequestSchema } from '#app/http/schemas/hugging-face.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import type { ApiDependencies } from './api-dependencies.js';
import { TAGGING_FAILURES } from './tag.js';
import { readText, tagInTurns } from './tag-inputs.js';

/** The same in the shape of Hugging Face's token classification task. */
export function huggingFaceResource({ models, limits, bodyGuards }: ApiDependencies): ApiResource {
  const schema = huggingFaceRequestSchema(limits);
  return {
    path: '/api/hf/token-classification',
    operations: {
      post: {
        id: 'tokenClassification',
        summary: 'The same in the shape of Hugging Face’s token classification task, by the active model',
        description:
          'Offsets count as JavaScript does unless `offset_unit` says otherwise. Tokens are whole words, so ' +
          'the strategies `first`, `average` and `max` answer as `simple`. A list of texts is answered by a list of ' +
          'lists; one bad text fails the request.',
        body: { name: 'HuggingFaceRequest', schema },
        answer: { name: 'HuggingFaceAnswers', schema: huggingFaceAnswers, description: 'The names found' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...bodyGuards,
          async (request: Request, response: Response) => {
            const { inputs, parameters } = parseRequest(schema, request.body);
            const isList = Array.isArray(inputs);
            const texts = isList ? inputs : [inputs];
            const readers = texts.map((text, index) => () => {
              return readText(text, { path: isList ? `inputs[${index}]` : 'inputs', limits });
            });
            // A list of answers has no place for errors in this shape: one bad text fails the request, before any work.
            for (const read of readers) read();
            const tagger = await models.get();
            const options: HuggingFaceOptions = {
              strategy: parameters.aggregation_strategy,
              ignoreLabels: parameters.ignore_labels,
              offsetUnit: parameters.offset_unit,
            };
            const answers = (
              await tagInTurns(readers, (batch) => tagger.tagAll(batch, { memory: parameters.memory }))
            ).map((tagged) => {
              if (tagged instanceof Error) throw tagged;
              return huggingFaceEntities(tagged, options);
            });
            response.set('Cache-Control', 'no-store').json(isList ? answers : answers[0]);
          },
        ],
      },
    },
  };
}
