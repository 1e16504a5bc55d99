import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { mistakesPageView } from '#app/http/pages/mistakes-page.js';
import { mistakeForm, mistakesQuery } from '#app/http/schemas/mistakes.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { projectIds } from '#app/http/schemas/projects.js';
import { AppError } from '#base/errors.js';
import { LOCAL_USER } from './projects.js';

/** The page on which the mistakes of a model are read, and corrected where the model was right. */
export function addMistakePages(
  app: Express,
  {
    annotation,
    models,
    guards,
  }: Pick<AppDependencies, 'models'> & {
    readonly annotation: NonNullable<AppDependencies['annotation']>;
    readonly guards: Guards;
  },
): void {
  const render = async (request: Request, response: Response, problem?: string): Promise<void> => {
    const { project: id } = parseRequest(projectIds, request.params);
    const { model, kind } = parseRequest(mistakesQuery, request.query);
    const report = await annotation.mistakes(id, { model: model || undefined, kind });
    const project = annotation.project(id);
    const page = { ...mistakesPageView(project, report, { kind, models: models.list() }), problem };
    response.set('Cache-Control', 'no-store').render('mistakes', { page });
  };

  app
    .route('/projects/:project/mistakes')
    .get(...guards.show('annotate'), (request, response) => render(request, response))
    .post(...guards.form('annotate'), async (request, response) => {
      const { project: id } = parseRequest(projectIds, request.params);
      const { document, version, model, kind, accepted, found } = parseRequest(mistakeForm, request.body ?? {});
      try {
        annotation.takeFinding(id, document, { version, by: LOCAL_USER, model, accepted, found });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'changed_meanwhile') throw error;
        response.status(409);
        return render(request, response, error.message);
      }
      const query = new URLSearchParams({ model, ...(kind && { kind }) });
      response.redirect(303, `/projects/${id}/mistakes?${query}`);
    })
    .all(allowOnly(['GET', 'POST']));
}
