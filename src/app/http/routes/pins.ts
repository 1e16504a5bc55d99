import type { ApiResource } from '#app/http/api-resource.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import {
  newPinAnswer,
  newPinRequest,
  type PinsAnswer,
  pinIds,
  pinsAnswer,
  pinsQuery,
  removedPinAnswer,
} from '#app/http/schemas/pins.js';
import { projectIds } from '#app/http/schemas/projects.js';
import type { PinReport } from '#app/services/annotation.js';
import type { ProjectResourcesOptions } from './projects.js';

/** Sentences that every new model is tried on. */
export function pinResources({ annotation, guards }: ProjectResourcesOptions): readonly ApiResource[] {
  return [
    {
      path: '/api/projects/:project/pins',
      operations: {
        get: {
          id: 'listPins',
          summary: 'The pins of a project, tried on a model',
          query: pinsQuery,
          answer: { name: 'Pins', schema: pinsAnswer, description: 'The pins, oldest first' },
          failures: ['invalid_request', 'not_found', 'unknown_model', 'damaged_model', 'database_busy'],
          handlers: [
            ...guards.show('annotate'),
            async (request, response) => {
              const { project } = parseRequest(projectIds, request.params);
              const { model } = parseRequest(pinsQuery, request.query);
              annotation.project(project);
              response.set('Cache-Control', 'no-store').json(pinsBody(await annotation.tryPins(project, model)));
            },
          ],
        },
        post: {
          id: 'addPin',
          summary: 'Say what every new model must, or must not, find in a text',
          body: {
            name: 'NewPin',
            schema: newPinRequest,
            examples: {
              ship: { value: { text: 'The Aurora left.', spans: [{ start: 4, end: 10, label: 'SHIP', must: true }] } },
            },
          },
          answer: { name: 'AddedPin', schema: newPinAnswer, description: 'Its id', status: 201 },
          failures: [
            'invalid_request',
            'invalid_json',
            'invalid_argument',
            'invalid_tag',
            'overlapping_spans',
            'text_too_long',
            'too_many_items',
            'body_too_large',
            'unsupported_media_type',
            'not_found',
            'database_busy',
            'disk_full',
          ],
          handlers: [
            ...guards.json('annotate'),
            (request, response) => {
              const { project } = parseRequest(projectIds, request.params);
              const id = annotation.addPin(project, parseRequest(newPinRequest, request.body));
              response.status(201).json({ id });
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/pins/:pin',
      operations: {
        delete: {
          id: 'removePin',
          summary: 'Forget a pin',
          answer: { name: 'RemovedPin', schema: removedPinAnswer, description: 'It is gone' },
          failures: ['invalid_request', 'not_found', 'database_busy'],
          handlers: [
            ...guards.act('annotate'),
            (request, response) => {
              const { project, pin } = parseRequest(pinIds, request.params);
              annotation.removePin(project, pin);
              response.json({ removed: pin });
            },
          ],
        },
      },
    },
  ];
}

function pinsBody({ model, pins }: PinReport): PinsAnswer {
  return {
    model,
    pins: pins.map(({ pin: { id, text, spans, madeAt }, broken }) => ({
      id,
      text,
      spans: [...spans],
      made_at: madeAt,
      broken: broken && [...broken],
    })),
  };
}
