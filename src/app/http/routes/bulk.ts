import type { ApiResource } from '#app/http/api-resource.js';
import type { AppDependencies } from '#app/http/dependencies.js';
import type { Guards } from '#app/http/guards/guards.js';
import { type BulkListAnswer, bulkListAnswer } from '#app/http/schemas/bulk.js';
import type { BulkJob } from '#app/services/bulk-jobs.js';

export interface BulkDependencies {
  readonly bulkJobs: NonNullable<AppDependencies['bulkJobs']>;
  readonly guards: Guards;
}

/** How far the bulk jobs of this home are. */
export function bulkResource({ bulkJobs, guards }: BulkDependencies): ApiResource {
  return {
    path: '/api/bulk',
    operations: {
      get: {
        id: 'listBulkJobs',
        summary: 'What onomast bulk was given to do from this folder, newest first, and how far it is',
        answer: { name: 'BulkJobList', schema: bulkListAnswer, description: 'The jobs' },
        failures: [],
        handlers: [
          ...guards.show('annotate'),
          (_request, response) => {
            const body: BulkListAnswer = { jobs: bulkJobs().map(bulkBody) };
            response.set('Cache-Control', 'no-store').json(body);
          },
        ],
      },
    },
  };
}

function bulkBody(job: BulkJob): BulkListAnswer['jobs'][number] {
  const { id, state, inputs, output, model, isQueued, startedAt, texts, failed, share } = job;
  return {
    ...{ id, state, inputs: [...inputs], output, model },
    queue: isQueued,
    started_at: startedAt,
    ...{ texts, failed, share },
    bytes_per_second: job.bytesPerSecond,
    texts_per_second: job.textsPerSecond,
    seconds_left: job.secondsLeft,
  };
}
