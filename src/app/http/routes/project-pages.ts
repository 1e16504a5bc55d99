import type { Express, Request, RequestHandler, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { pinsPageView } from '#app/http/pages/pins-page.js';
import { documentPageView, FIRST_RECIPE, projectPageView, projectsPageView } from '#app/http/pages/project-page.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { pinForm } from '#app/http/schemas/pins.js';
import {
  acceptAboveForm,
  documentForm,
  documentPageQuery,
  exportQuery,
  labelForm,
  newProjectForm,
  projectPageQuery,
  uploadForm,
} from '#app/http/schemas/project-forms.js';
import { documentIds, nextQuery, projectIds } from '#app/http/schemas/projects.js';
import { trainForm } from '#app/http/schemas/trainings.js';
import { STATUS_OF } from '#app/http/statuses.js';
import { fileName } from '#app/services/annotation.js';
import { openExampleProject } from '#app/services/example-project.js';
import { parsePin } from '#app/services/pins.js';
import type { AnnotationState, DocumentStatus } from '#app/store/projects.js';
import { AppError } from '#base/errors.js';
import { estimateOf } from '#tagging/evaluation/learning-estimate.js';
import { documentBody, LOCAL_USER } from './projects.js';

export interface ProjectPagesDependencies {
  readonly annotation: NonNullable<AppDependencies['annotation']>;
  readonly models: AppDependencies['models'];
  /** Absent where the server does not train. */
  readonly trainings?: AppDependencies['trainings'];
  readonly guards: Guards;
}

/** Trainings that score each other's sentences, where the form asks for them. */
const FOLDS = 5;
/** A way to train that goes on from a model, among the recipes of the form. */
const FROM = 'from ';

function wayOf(recipe: string): { readonly recipe: string; readonly base?: string } {
  return recipe.startsWith(FROM) ? { recipe: FIRST_RECIPE, base: recipe.slice(FROM.length) } : { recipe };
}

/** Models to go on from, the newest and the shipped one among them where there are few. */
const MOST_BASES = 20;

/** Documents on one page of the list. */
const PAGE = 50;

/** The pages of projects. Every one works without JavaScript; marking single words needs it. */
export function addProjectPages(
  app: Express,
  { annotation, models, trainings, guards }: ProjectPagesDependencies,
): void {
  const form = guards.form('annotate');
  const shown = guards.show('annotate');
  const project = (request: Request): number => parseRequest(projectIds, request.params).project;

  const renderProjects = (response: Response, fields: object, note?: string): void => {
    const page = { ...projectsPageView(annotation.projects()), current: 'projects', fields, note };
    response.set('Cache-Control', 'no-store').render('projects', { page });
  };

  const renderProject = (response: Response, id: number, shown: object = {}, query: object = {}): void => {
    const { status, label, doubt, changed, page: number, done } = parseRequest(projectPageQuery, query);
    const newest = models.list()[0];
    const filter = {
      status,
      label,
      doubt: doubt === undefined ? undefined : doubt / 100,
      changedAfter: changed === 'yes' && newest && !newest.isShipped ? newest.createdAt : undefined,
    };
    const offset = (number - 1) * PAGE;
    const documents = annotation.list(id, { offset, limit: PAGE + 1, ...filter });
    const view = projectPageView(annotation.project(id), documents, {
      number,
      size: PAGE,
      filter: { status, label, doubt, changed },
      estimate: trainings && estimateFor(trainings, id),
      bases: models
        .list()
        .slice(0, MOST_BASES)
        .map(({ id: name, version }) => `${name}@${version}`),
    });
    const page = {
      ...view,
      current: 'projects',
      canTrain: trainings !== undefined,
      done,
      note: undefined,
      upload: EMPTY_UPLOAD,
      watch: '',
      ledger: undefined,
      ...shown,
    };
    response.set('Cache-Control', 'no-store').render('project', { page });
  };

  const renderPins = async (response: Response, id: number, shown: object = {}): Promise<void> => {
    const view = pinsPageView(annotation.project(id), await annotation.tryPins(id));
    const page = { ...view, note: undefined, written: '', ...shown };
    response.set('Cache-Control', 'no-store').render('pins', { page });
  };

  app
    .route('/projects')
    .get(...shown, (_request, response) => renderProjects(response, { name: '', labels: '' }))
    .post(...form, (request, response) => {
      const fields = parseRequest(newProjectForm, request.body ?? {});
      saying(response, () => {
        const id = annotation.create(fields.name, fields.labels.split(/[\s,;]+/));
        response.redirect(303, `/projects/${id}`);
      })((message) => renderProjects(response, fields, message));
    })
    .all(allowOnly(['GET', 'POST']));

  app
    .route('/projects/example')
    .post(...form, (_request, response) => response.redirect(303, `/projects/${openExampleProject(annotation)}`))
    .all(allowOnly(['POST']));

  app
    .route('/projects/:project')
    .get(...shown, (request, response) => renderProject(response, project(request), {}, request.query))
    .all(allowOnly(['GET']));

  app
    .route('/projects/:project/labels')
    .post(...form, (request, response) => {
      const id = project(request);
      const { label, action } = parseRequest(labelForm, request.body ?? {});
      saying(response, () => {
        if (action === 'remove') annotation.removeLabel(id, label);
        else annotation.addLabel(id, label.trim());
        response.redirect(303, `/projects/${id}`);
      })((message) => renderProject(response, id, { note: message }));
    })
    .all(allowOnly(['POST']));

  app
    .route('/projects/:project/upload')
    .post(...form, (request, response) => {
      const id = project(request);
      const { text, format, checked, action } = parseRequest(uploadForm, request.body ?? {});
      const upload = { name: '', content: text.replaceAll('\r\n', '\n'), format, isChecked: checked === 'yes' };
      annotation.project(id);
      saying(response, () => {
        if (action === 'keep') {
          const { documents } = annotation.keep(id, upload);
          response.redirect(303, `/projects/${id}?done=${documents}`);
        } else renderProject(response, id, { upload: { text, format, checked }, ledger: annotation.look(upload) });
      })((message) => renderProject(response, id, { note: message, upload: { text, format, checked } }));
    })
    .all(allowOnly(['POST']));

  app
    .route('/projects/:project/accept-above')
    .post(...form, async (request, response) => {
      const id = project(request);
      const { threshold } = parseRequest(acceptAboveForm, request.body ?? {});
      const { accepted, model } = await annotation.acceptAbove(id, threshold / 100, LOCAL_USER);
      const done = `${accepted === 1 ? '1 document was' : `${accepted} documents were`} accepted as ${model} suggests.`;
      renderProject(response, id, { done: undefined, note: undefined, said: done });
    })
    .all(allowOnly(['POST']));

  app
    .route('/projects/:project/pins')
    .get(...shown, async (request, response) => renderPins(response, project(request)))
    .post(...form, async (request, response) => {
      const id = project(request);
      const asked = parseRequest(pinForm, request.body ?? {});
      annotation.project(id);
      await saying(response, () => {
        if (asked.action === 'remove') annotation.removePin(id, asked.pin);
        else annotation.addPin(id, parsePin(asked.written.replaceAll('\r\n', '\n').trim()));
        response.redirect(303, `/projects/${id}/pins`);
      })((message) =>
        renderPins(response, id, { note: message, written: asked.action === 'add' ? asked.written : '' }),
      );
    })
    .all(allowOnly(['GET', 'POST']));

  if (trainings)
    app
      .route('/projects/:project/train')
      .post(...form, (request, response) => {
        const id = project(request);
        const { recipe, activation, judge, watch } = parseRequest(trainForm, request.body ?? {});
        const { name } = annotation.project(id);
        saying(response, () => {
          // The kept part stays unlearned under folds too, for models are compared on it.
          const { train, dev } = annotation.dealOut(id);
          const judged = judge === 'folds' ? { folds: FOLDS } : {};
          const job = trainings.start({
            title: name,
            project: id,
            data: { kind: 'sentences', train, ...(judge === 'part' && { dev }) },
            ...judged,
            ...wayOf(recipe),
            modelName: fileName(name),
            activation,
            watch: watch
              .split(/\r?\n/)
              .map((line) => line.trim())
              .filter((line) => line !== '')
              .slice(0, MOST_WATCHED),
          });
          response.redirect(303, `/trainings/${job.id}?project=${id}`);
        })((message) => renderProject(response, id, { note: message, watch: watch.replaceAll('\r\n', '\n') }));
      })
      .all(allowOnly(['POST']));

  app
    .route('/projects/:project/delete')
    .post(...form, (request, response) => {
      annotation.removeProject(project(request));
      response.redirect(303, '/projects');
    })
    .all(allowOnly(['POST']));

  app
    .route('/projects/:project/export')
    .get(...shown, (request, response) => {
      const { format } = parseRequest(exportQuery, request.query);
      const { name, text } = annotation.export(project(request), format);
      // A file to be kept, whatever it holds: never a page.
      response
        .set('Cache-Control', 'no-store')
        .set('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .type('text/plain')
        .send(text);
    })
    .all(allowOnly(['GET']));

  app
    .route('/projects/:project/next')
    .get(...shown, async (request, response) => {
      const id = project(request);
      const { by, after } = parseRequest(nextQuery, request.query);
      const next = await annotation.next(id, by, after);
      response.redirect(303, next === undefined ? `/projects/${id}` : `/projects/${id}/documents/${next}?by=${by}`);
    })
    .all(allowOnly(['GET']));

  const openDocument: RequestHandler = async (request, response) => {
    const ids = parseRequest(documentIds, request.params);
    const { by, at } = parseRequest(documentPageQuery, request.query);
    const open = await annotation.open(ids.project, ids.document);
    const page = {
      ...documentPageView(open, { by, at, decisions: annotation.decisions(ids.project, ids.document) }),
      current: 'projects',
      data: JSON.stringify(documentBody(open)),
    };
    response.set('Cache-Control', 'no-store').render('document', { page });
  };

  app
    .route('/projects/:project/documents/:document')
    .get(...shown, openDocument)
    .post(...form, async (request, response) => {
      const ids = parseRequest(documentIds, request.params);
      const { action, version, by } = parseRequest(documentForm, request.body ?? {});
      const here = `/projects/${ids.project}/documents/${ids.document}?by=${by}`;
      if (action === 'delete') {
        annotation.removeDocument(ids.project, ids.document);
        return response.redirect(303, `/projects/${ids.project}`);
      }
      if (action === 'undo' || action === 'redo') {
        annotation[action](ids.project, ids.document, version);
        return response.redirect(303, here);
      }
      const { document, suggestions } = await annotation.open(ids.project, ids.document);
      const spans = document.spans.length > 0 ? document.spans : suggestions.spans;
      const after: AnnotationState = {
        status: STATUS_AFTER[action],
        spans: action === 'accept' ? spans : document.spans,
      };
      const change = { version, kind: action, by: LOCAL_USER, model: suggestions.model, after };
      annotation.decide(ids.project, ids.document, change);
      return response.redirect(303, `/projects/${ids.project}/next?by=${by}&after=${ids.document}`);
    })
    .all(allowOnly(['GET', 'POST']));
}

const STATUS_AFTER = { accept: 'accepted', reject: 'rejected', skip: 'skipped' } as const satisfies Record<
  string,
  DocumentStatus
>;

/** Sentences that one can mark in an hour. */
const MORE = 50;

/** From what the trainings of the project have scored. */
function estimateFor(trainings: NonNullable<AppDependencies['trainings']>, project: number) {
  const points = trainings
    .list()
    .filter((job) => job.project === project && job.state === 'finished')
    .flatMap(({ id }) => {
      const events = trainings.events(id).map(({ event }) => event);
      const start = events.find((event) => event.type === 'start');
      const result = events.findLast((event) => event.type === 'result');
      return start && result ? [{ sentences: start.sentences.train, f1: result.dev.f1 }] : [];
    });
  return { trainings: points.length, more: MORE, estimate: estimateOf(points, MORE) };
}

/** Sentences of the watch-list; each is tagged after every epoch. */
const MOST_WATCHED = 20;

const EMPTY_UPLOAD = { text: '', format: 'auto', checked: 'yes' };

/** Does it, or shows the page again with what is wrong, so that nothing that was written is lost. */
function saying<T>(response: Response, action: () => void): (show: (message: string) => T) => T | undefined {
  try {
    action();
    return () => undefined;
  } catch (error) {
    if (!(error instanceof AppError) || STATUS_OF[error.code] === 404 || STATUS_OF[error.code] === 500) throw error;
    response.status(STATUS_OF[error.code]);
    return (show) => show(error.message);
  }
}
