import type { Express } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { bulkJobView, modelView, overlaidView, runDetailView, runView } from '#app/http/pages/run-page.js';
import { AppError } from '#base/errors.js';

export interface RunPageDependencies extends Pick<AppDependencies, 'models' | 'runs' | 'bulkJobs'> {
  readonly guards: Guards;
  /** Whether every model has a page of its own. */
  readonly hasModelPages: boolean;
}

/** More lines cannot be told apart. */
const MOST_OVERLAID = 5;

/** The pages of trainings and models. */
export function addRunPages(
  app: Express,
  { models, runs, bulkJobs, guards, hasModelPages }: RunPageDependencies,
): void {
  app
    .route('/runs')
    .get(...guards.show('annotate'), (_request, response) => {
      const page = {
        title: 'Runs and models · Onomast',
        current: 'runs',
        models: models.list().map(modelView),
        runs: runs.list().map(runView),
        bulkJobs: (bulkJobs?.() ?? []).map(bulkJobView),
        hasModelPages,
      };
      response.set('Cache-Control', 'no-store').render('runs', { page });
    })
    .all(allowOnly(['GET']));

  app
    .route('/runs/curves')
    .get(...guards.show('annotate'), (request, response) => {
      const asked = [request.query.run ?? []].flat().map(String);
      if (asked.length > MOST_OVERLAID)
        throw new AppError(
          'too_many_items',
          `run: expected at most ${MOST_OVERLAID} runs over each other, found ${asked.length}`,
          { details: { limit: MOST_OVERLAID } },
        );
      const page = {
        title: 'Curves of runs · Onomast',
        current: 'runs',
        ...overlaidView(asked.map((id) => runs.get(id))),
      };
      response.set('Cache-Control', 'no-store').render('curves', { page });
    })
    .all(allowOnly(['GET']));

  app
    .route('/runs/:id')
    .get(...guards.show('annotate'), (request, response) => {
      const run = runDetailView(runs.get(request.params.id));
      response
        .set('Cache-Control', 'no-store')
        .render('run', { page: { title: `Run ${run.title} · Onomast`, current: 'runs', run } });
    })
    .all(allowOnly(['GET']));
}
