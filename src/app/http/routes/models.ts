import type { ApiResource } from '#app/http/api-resource.js';
import { type ModelListAnswer, modelListAnswer } from '#app/http/schemas/models.js';
import type { ModelSummary } from '#app/services/tagger-pool.js';
import type { ApiDependencies } from './api-dependencies.js';

/** The models there are. */
export function modelsResource({ models, guards }: Pick<ApiDependencies, 'models' | 'guards'>): ApiResource {
  return {
    path: '/api/models',
    operations: {
      get: {
        id: 'listModels',
        summary: 'The registered models, newest first, then the one that came with the program',
        answer: { name: 'ModelList', schema: modelListAnswer, description: 'The models' },
        failures: ['database_busy'],
        handlers: [
          ...guards.show('tag'),
          (_request, response) => {
            const body: ModelListAnswer = { models: models.list().map(summaryBody) };
            response.set('Cache-Control', 'no-cache').json(body);
          },
        ],
      },
    },
  };
}

function summaryBody(summary: ModelSummary): ModelListAnswer['models'][number] {
  const { id, version, sha256, labels, isActive, isShipped, createdAt, scores } = summary;
  return {
    id,
    version,
    sha256,
    labels: [...labels],
    active: isActive,
    shipped: isShipped,
    created_at: createdAt,
    scores,
  };
}
