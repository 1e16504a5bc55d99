import type { ApiResource } from '#app/http/api-resource.js';
import { errorBody } from '#app/http/error-handler.js';
import { healthAnswer, readinessAnswer } from '#app/http/schemas/models.js';
import { AppError } from '#base/errors.js';
import { modelBody } from '#tagging/tagger/tag-response.js';
import type { ApiDependencies } from './api-dependencies.js';

/** Whether this server lives, and whether it can tag. */
export function healthResource({ tagging }: Pick<ApiDependencies, 'tagging'>): ApiResource {
  return {
    path: '/healthz',
    operations: {
      get: {
        id: 'health',
        summary: 'Whether a model is loaded and answers, and which',
        answer: { name: 'Health', schema: healthAnswer, description: 'Ready' },
        failures: ['no_model', 'database_busy'],
        handlers: [
          async (_request, response) => {
            response.set('Cache-Control', 'no-store');
            try {
              const { identity } = await tagging.model();
              response.json({ status: 'ok', model: modelBody(identity) });
            } catch (error) {
              if (!(error instanceof AppError)) throw error;
              response.status(503).json(errorBody(error)); // whatever is wrong with the model, this server cannot serve
            }
          },
        ],
      },
    },
  };
}

/** Whether this server takes requests now: a balancer sends them elsewhere while it does not. */
export function readinessResource({ tagging, limits }: Pick<ApiDependencies, 'tagging' | 'limits'>): ApiResource {
  return {
    path: '/readyz',
    operations: {
      get: {
        id: 'readiness',
        summary: 'Whether a model is loaded and another request would be taken',
        answer: { name: 'Readiness', schema: readinessAnswer, description: 'It takes requests' },
        failures: ['no_model', 'overloaded', 'database_busy'],
        handlers: [
          async (_request, response) => {
            response.set('Cache-Control', 'no-store');
            if (tagging.inProgress >= limits.requestsAtOnce) {
              throw new AppError('overloaded', `${tagging.inProgress} requests are in progress already`);
            }
            try {
              await tagging.model();
            } catch (error) {
              if (!(error instanceof AppError)) throw error;
              response.status(503).json(errorBody(error));
              return;
            }
            response.json({ status: 'ready' });
          },
        ],
      },
    },
  };
}
