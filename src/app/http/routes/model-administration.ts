import type { ApiResource } from '#app/http/api-resource.js';
import {
  activateRequest,
  type ComparisonAnswer,
  comparisonAnswer,
  diffQuery,
  type ModelDetailsAnswer,
  modelDetailsAnswer,
  modelIds,
  modelPair,
  objectionsAnswer,
  removedAnswer,
  renameRequest,
} from '#app/http/schemas/model-administration.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { comparedSentences, compareModels } from '#app/services/compare-models.js';
import type { ModelAdministration, ModelDetails } from '#app/services/model-administration.js';
import { specOf } from '#app/services/model-list.js';
import type { ApiDependencies } from './api-dependencies.js';

/** Single models: what is known of them, which one is used, and two on the same sentences. */
export function administrationResources({
  administration,
  annotation,
  models,
  guards,
}: Pick<ApiDependencies, 'annotation' | 'models' | 'guards'> & {
  readonly administration: ModelAdministration;
}): readonly ApiResource[] {
  const details = { name: 'ModelDetails', schema: modelDetailsAnswer };
  const comparison: ApiResource[] = annotation
    ? [
        {
          path: '/api/models/:model/diff/:other',
          operations: {
            get: {
              id: 'compareModels',
              summary: 'Two models on the accepted documents of a project: names gained and lost, a paired bootstrap',
              query: diffQuery,
              answer: { name: 'ModelComparison', schema: comparisonAnswer, description: 'What they differ in' },
              failures: ['invalid_request', 'unknown_model', 'not_found', 'empty_corpus', 'damaged_model'],
              handlers: [
                ...guards.show('annotate'),
                async (request, response) => {
                  const { model, other } = parseRequest(modelPair, request.params);
                  const sentences = comparedSentences(annotation, parseRequest(diffQuery, request.query));
                  const [left, right] = [await models.get(model), await models.get(other)];
                  const { gainedCount, lostCount, ...found } = await compareModels({ left, right }, sentences);
                  const body: ComparisonAnswer = {
                    ...found,
                    left: { model: nameOf(left.model), f1: found.left },
                    right: { model: nameOf(right.model), f1: found.right },
                    interval: [...found.interval],
                    gained: [...found.gained],
                    lost: [...found.lost],
                    gained_count: gainedCount,
                    lost_count: lostCount,
                  };
                  response.set('Cache-Control', 'no-store').json(body);
                },
              ],
            },
          },
        },
      ]
    : [];
  return [
    {
      path: '/api/models/:model',
      operations: {
        get: {
          id: 'getModel',
          summary: 'A model, with its scores on every part they were measured on',
          answer: { ...details, description: 'The model' },
          failures: ['invalid_request', 'invalid_argument', 'unknown_model'],
          handlers: [
            ...guards.show('annotate'),
            (request, response) => {
              const { model } = parseRequest(modelIds, request.params);
              response.set('Cache-Control', 'no-store').json(detailsBody(administration.describe(model)));
            },
          ],
        },
        delete: {
          id: 'removeModel',
          summary: 'Forgets a version of a model and deletes its files',
          answer: { name: 'RemovedModel', schema: removedAnswer, description: 'It is gone' },
          failures: ['invalid_request', 'invalid_argument', 'unknown_model'],
          handlers: [
            ...guards.act('admin'),
            (request, response) => {
              const { model } = parseRequest(modelIds, request.params);
              administration.remove(model);
              response.json({ removed: model });
            },
          ],
        },
      },
    },
    {
      path: '/api/models/:model/activate',
      operations: {
        post: {
          id: 'activateModel',
          summary: 'Makes a model the one that is used where none is named',
          description: 'Refused when a pin breaks with it, or a label falls on what was accepted, unless it is forced.',
          body: {
            name: 'ActivateRequest',
            schema: activateRequest,
            examples: { told: { value: { reason: 'Ships are found now.' } } },
          },
          answer: { ...details, description: 'The model, which is active now' },
          failures: ['invalid_request', 'invalid_argument', 'unknown_model', 'damaged_model', 'activation_refused'],
          handlers: [
            ...guards.json('admin'),
            async (request, response) => {
              const { model } = parseRequest(modelIds, request.params);
              const { reason = 'as the API asked', force } = parseRequest(activateRequest, request.body);
              response.json(detailsBody(await administration.activate(model, reason, force)));
            },
          ],
        },
      },
    },
    {
      path: '/api/models/:model/objections',
      operations: {
        get: {
          id: 'listObjections',
          summary: 'What speaks against making a model active: pins that break, labels that fall on what was accepted',
          answer: { name: 'Objections', schema: objectionsAnswer, description: 'What speaks against it' },
          failures: ['invalid_request', 'invalid_argument', 'unknown_model', 'damaged_model', 'database_busy'],
          handlers: [
            ...guards.show('annotate'),
            async (request, response) => {
              const { model } = parseRequest(modelIds, request.params);
              const { sentences, pins } = await administration.objections(model);
              response.set('Cache-Control', 'no-store').json({ objections: sentences, pins });
            },
          ],
        },
      },
    },
    ...comparison,
    {
      path: '/api/models/:model/rename',
      operations: {
        post: {
          id: 'renameModel',
          summary: 'Gives a version of a model another name, with the next number of that name',
          description:
            'If it is active it stays so. What was decided with it, and the run that made it, tell the new name.',
          body: {
            name: 'RenameRequest',
            schema: renameRequest,
            examples: { told: { value: { name: 'ships' } } },
          },
          answer: { ...details, description: 'The model, under its new name' },
          failures: ['invalid_request', 'invalid_argument', 'unknown_model'],
          handlers: [
            ...guards.json('admin'),
            (request, response) => {
              const { model } = parseRequest(modelIds, request.params);
              const { name } = parseRequest(renameRequest, request.body);
              response.json(detailsBody(administration.rename(model, name)));
            },
          ],
        },
      },
    },
  ];
}

function detailsBody({ record, isActive, isShipped, meta, scores, activations }: ModelDetails): ModelDetailsAnswer {
  const { name: id, version, weightsSha256: sha256, dataSha256, labels, createdAt } = record;
  return {
    id,
    version,
    sha256,
    data_sha256: dataSha256,
    labels: [...labels],
    active: isActive,
    shipped: isShipped,
    created_at: createdAt,
    parts: scores.map(({ part, overall, labels: ofPart }) => ({
      part,
      precision: overall.precision,
      recall: overall.recall,
      f1: overall.f1,
      f1_interval: overall.interval && [...overall.interval],
      labels: ofPart.map(({ label, f1, interval, names }) => ({
        label,
        f1,
        f1_interval: interval && [...interval],
        names,
      })),
    })),
    sources: (meta?.sources ?? []).map(({ files = [], ...source }) => ({ ...source, files: [...files] })),
    activations: activations.map(({ reason, activatedAt }) => ({ reason, at: activatedAt })),
  };
}

function nameOf({ id, version }: { readonly id: string; readonly version: number }): string {
  return specOf({ name: id, version });
}
