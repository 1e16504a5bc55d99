import type { Express } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import { modelView, runDetailView, runView } from '#app/http/pages/run-page.js';

/** The pages of trainings and models. */
export function addRunPages(app: Express, { models, runs }: Pick<AppDependencies, 'models' | 'runs'>): void {
  app
    .route('/runs')
    .get((_request, response) => {
      const page = {
        title: 'Runs and models · Onomast',
        current: 'runs',
        models: models.list().map(modelView),
        runs: runs.list().map(runView),
      };
      response.set('Cache-Control', 'no-store').render('runs', { page });
    })
    .all(allowOnly(['GET']));

  app
    .route('/runs/:id')
    .get((request, response) => {
      const run = runDetailView(runs.get(request.params.id));
      response
        .set('Cache-Control', 'no-store')
        .render('run', { page: { title: `Run ${run.id} · Onomast`, current: 'runs', run } });
    })
    .all(allowOnly(['GET']));
}
