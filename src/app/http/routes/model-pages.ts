import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { comparisonView, modelPageView } from '#app/http/pages/model-page.js';
import { modelHref } from '#app/http/pages/run-page.js';
import { compareForm, modelForm, modelIds } from '#app/http/schemas/model-administration.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { STATUS_OF } from '#app/http/statuses.js';
import { comparedSentences, compareModels } from '#app/services/compare-models.js';
import { specOf } from '#app/services/model-list.js';
import { AppError } from '#base/errors.js';
import { type PageTagging, tagForPage } from './tag-for-page.js';

export interface ModelPagesDependencies extends Pick<AppDependencies, 'models' | 'annotation'>, PageTagging {
  readonly administration: NonNullable<AppDependencies['administration']>;
  readonly guards: Guards;
}

/** What is forced needs a reason; the service asks for it where there is none. */
function whyNot(force: 'yes' | 'no'): string {
  return force === 'yes' ? '' : 'as its page asked';
}

/** The pages of single models, and the one that compares two. All work without JavaScript. */
export function addModelPages(app: Express, dependencies: ModelPagesDependencies): void {
  const { administration, annotation, models, guards } = dependencies;

  /** With its version, as the lists have it; what is no model is told when it is used. */
  const fullSpec = (spec: string): string => {
    try {
      return specOf(administration.describe(spec).record);
    } catch (error) {
      if (error instanceof AppError && STATUS_OF[error.code] < 500) return spec;
      throw error;
    }
  };

  const renderCompare = async (request: Request, response: Response, fields: unknown): Promise<void> => {
    const { left, right, project, part, text } = parseRequest(compareForm, fields);
    const specs = models.list().map(({ id, version }) => specOf({ name: id, version }));
    const names = {
      left: fullSpec(left || (specs[1] ?? specs[0] ?? '')),
      right: fullSpec(right || (specs[0] ?? '')),
    };
    const page: Record<string, unknown> = {
      title: 'Compare two models · Onomast',
      current: 'runs',
      specs,
      names,
      sides: [
        { name: 'left', label: 'Model', chosen: names.left },
        { name: 'right', label: 'with', chosen: names.right },
      ],
      project,
      part,
      projects: annotation?.projects().map(({ id, name }) => ({ id, name })) ?? [],
      text,
    };
    let status = 200;
    try {
      if (text.trim() !== '') {
        const tagged = [];
        for (const [place, modelSpec] of [
          ['Left', names.left],
          ['Right', names.right],
        ])
          tagged.push({ place, ...(await tagForPage(dependencies, { request, response }, { text, modelSpec })) });
        page.tagged = tagged;
      }
      if (annotation && project !== undefined) {
        const sentences = comparedSentences(annotation, { project, part });
        const [one, other] = [await models.get(names.left), await models.get(names.right)];
        page.comparison = comparisonView(await compareModels({ left: one, right: other }, sentences), {
          ...names,
          part,
        });
      }
    } catch (error) {
      if (!(error instanceof AppError) || STATUS_OF[error.code] >= 500) throw error;
      status = STATUS_OF[error.code];
      page.problem = error.message;
    }
    response.status(status).set('Cache-Control', 'no-store').render('compare', { page });
  };

  app
    .route('/models/compare')
    .get(...guards.show('annotate'), (request, response) => renderCompare(request, response, request.query))
    // The text goes in the body, not in an address that logs and histories keep.
    .post(...guards.form('annotate'), (request, response) => renderCompare(request, response, request.body ?? {}))
    .all(allowOnly(['GET', 'POST']));

  const renderModel = (response: Response, spec: string, problem?: AppError, fields = {}): void => {
    const page = {
      ...modelPageView(administration.describe(spec)),
      current: 'runs',
      problem: problem?.message,
      isRefused: problem?.code === 'activation_refused',
      ...fields,
    };
    response
      .status(problem === undefined ? 200 : STATUS_OF[problem.code])
      .set('Cache-Control', 'no-store')
      .render('model', { page });
  };

  app
    .route('/models/:model')
    .get(...guards.show('annotate'), (request, response) => {
      renderModel(response, parseRequest(modelIds, request.params).model);
    })
    .post(...guards.form('admin'), async (request: Request, response: Response) => {
      const { model } = parseRequest(modelIds, request.params);
      const { action, name, reason, force, sure } = parseRequest(modelForm, request.body ?? {});
      try {
        if (action === 'remove') {
          if (sure !== 'yes')
            throw new AppError('invalid_argument', 'delete: tick the box beside it; the files cannot be brought back');
          administration.remove(model);
          return response.redirect(303, '/runs');
        }
        const { record } =
          action === 'activate'
            ? await administration.activate(model, reason.trim() || whyNot(force), force === 'yes')
            : action === 'rename'
              ? administration.rename(model, name.trim())
              : administration.rollBack();
        response.redirect(303, modelHref(specOf(record)));
      } catch (error) {
        if (!(error instanceof AppError) || !['invalid_argument', 'activation_refused'].includes(error.code))
          throw error;
        renderModel(response, model, error, { reason, ...(action === 'rename' && { name }) });
      }
    })
    .all(allowOnly(['GET', 'POST']));
}
