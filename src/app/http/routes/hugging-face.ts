import type { Request, Response } from 'express';
import type { ApiResource } from '#app/http/api-resource.js';
import { huggingFaceAnswers, huggingFaceRequestSchema } from '#app/http/schemas/hugging-face.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { errorOf, isFailure } from '#app/serving/failure.js';
import type { ApiDependencies } from './api-dependencies.js';
import { TAGGING_FAILURES } from './tag.js';
import { readText } from './tag-inputs.js';

/** The same in the shape of Hugging Face's token classification task. */
export function huggingFaceResource({ tagging, limits, guards }: Omit<ApiDependencies, 'models'>): ApiResource {
  const schema = huggingFaceRequestSchema(limits);
  return {
    path: '/api/hf/token-classification',
    operations: {
      post: {
        id: 'tokenClassification',
        summary: 'The same in the shape of Hugging Face’s token classification task, by the active model',
        description:
          'Offsets count code points, as Python does, unless `offset_unit` says otherwise. Tokens are whole words, so ' +
          'the strategies `first`, `average` and `max` answer as `simple`. A list of texts is answered by a list of ' +
          'lists; one bad text fails the request.',
        body: {
          name: 'HuggingFaceRequest',
          schema,
          examples: {
            text: { value: { inputs: 'Ada Lovelace met José in Zürich.' } },
            tokens: { value: { inputs: ['Ada met José.'], parameters: { aggregation_strategy: 'none' } } },
          },
        },
        answer: { name: 'HuggingFaceAnswers', schema: huggingFaceAnswers, description: 'The names found' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...guards.json('tag'),
          async (request: Request, response: Response) => {
            const { inputs, parameters } = parseRequest(schema, request.body);
            const isList = Array.isArray(inputs);
            const texts = isList ? inputs : [inputs];
            // A list of answers has no place for errors in this shape: one bad text fails the request, before any work.
            for (const [index, text] of texts.entries()) {
              readText(text, { path: isList ? `inputs[${index}]` : 'inputs', limits });
            }
            const { outputs } = await tagging.tag(response, undefined, {
              inputs: { texts },
              options: { memory: parameters.memory },
              form: {
                kind: 'huggingFace',
                strategy: parameters.aggregation_strategy,
                ignoreLabels: parameters.ignore_labels,
                offsetUnit: parameters.offset_unit,
              },
            });
            for (const output of outputs) if (isFailure(output)) throw errorOf(output);
            tagging.send(request, response, isList ? `[${outputs.join()}]` : (outputs[0] as string));
          },
        ],
      },
    },
  };
}
