import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { trainingPageView } from '#app/http/pages/training-page.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { projectIds } from '#app/http/schemas/projects.js';
import { eventsQuery, trainForm, trainingAction, trainingIds } from '#app/http/schemas/trainings.js';
import { fileName } from '#app/services/annotation.js';
import type { NumberedEvent } from '#app/services/training-job.js';
import { AppError } from '#base/errors.js';

export interface TrainingPagesDependencies {
  readonly annotation: NonNullable<AppDependencies['annotation']>;
  readonly trainings: NonNullable<AppDependencies['trainings']>;
  readonly guards: Guards;
}

/** Sentences of the watch-list; each is tagged after every epoch. */
const MOST_WATCHED = 20;
/** A proxy closes a connection on which nothing is said for long; and a server that ends must not wait for one. */
const HEARTBEAT_MS = 1000;
const BEATS_PER_COMMENT = 15;

/** The pages of trainings that a project starts, and what they tell while they run. */
export function addTrainingPages(app: Express, { annotation, trainings, guards }: TrainingPagesDependencies): void {
  const shown = guards.show('annotate');

  app
    .route('/projects/:project/train')
    .post(...guards.form('annotate'), (request: Request, response: Response) => {
      const { project: id } = parseRequest(projectIds, request.params);
      const { recipe, activation, watch } = parseRequest(trainForm, request.body ?? {});
      const { name } = annotation.project(id);
      const sentences = annotation.sentences(id);
      requireMaterial(sentences);
      const job = trainings.start({
        title: name,
        project: id,
        data: { kind: 'sentences', train: sentences },
        recipe,
        modelName: fileName(name),
        activation,
        watch: watch
          .split(/\r?\n/)
          .map((line) => line.trim())
          .filter((line) => line !== '')
          .slice(0, MOST_WATCHED),
      });
      response.redirect(303, `/trainings/${job.id}?project=${id}`);
    })
    .all(allowOnly(['POST']));

  app
    .route('/trainings/:job')
    .get(...shown, (request: Request, response: Response) => {
      const { job: id } = parseRequest(trainingIds, request.params);
      const view = trainingPageView(trainings.get(id), trainings.events(id));
      response.set('Cache-Control', 'no-store').render('training', { page: { ...view, current: 'projects' } });
    })
    .post(...guards.form('annotate'), (request: Request, response: Response) => {
      const { job: id } = parseRequest(trainingIds, request.params);
      const { action } = parseRequest(trainingAction, request.body ?? {});
      trainings[action](id);
      response.redirect(303, `/trainings/${id}`);
    })
    .all(allowOnly(['GET', 'POST']));

  app
    .route('/trainings/:job/events')
    .get(...shown, (request: Request, response: Response) => {
      const { job: id } = parseRequest(trainingIds, request.params);
      const after = parseRequest(eventsQuery, { after: request.get('last-event-id') ?? request.query.after });
      const past = trainings.events(id, after.after);
      response.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
      response.flushHeaders();
      const send = (event: NumberedEvent): void => void response.write(serverSentEvent(event));
      // Nothing can be told between these two lines: what is past and what comes join without a gap.
      for (const event of past) send(event);
      const unwatch = trainings.watch(id, send);
      let beats = 0;
      const heartbeat = setInterval(() => {
        const { server } = request.socket as { server?: { listening: boolean } };
        if (server?.listening === false) response.end();
        else if (++beats % BEATS_PER_COMMENT === 0) response.write(': \n\n');
      }, HEARTBEAT_MS);
      response.once('close', () => {
        clearInterval(heartbeat);
        unwatch();
      });
    })
    .all(allowOnly(['GET']));
}

/** JSON has no line break outside of escapes, so one `data:` line holds it. */
function serverSentEvent({ sequence, event }: NumberedEvent): string {
  const { type, ...data } = event;
  return `${sequence === null ? '' : `id: ${sequence}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Two sentences with a name at least: one to learn from, and one to see whether anything was learned. */
function requireMaterial(sentences: readonly { readonly tags: readonly string[] }[]): void {
  if (sentences.length < 2)
    throw new AppError(
      'empty_corpus',
      `train: expected at least two accepted sentences, found ${sentences.length}; accept some documents first`,
    );
  if (!sentences.some(({ tags }) => tags.some((tag) => tag !== 'O')))
    throw new AppError('empty_corpus', 'train: expected a name in what was accepted, found none; mark some first');
}
