import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { trainingPageView } from '#app/http/pages/training-page.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { eventsQuery, trainingAction, trainingIds } from '#app/http/schemas/trainings.js';
import type { NumberedEvent } from '#app/services/training-job.js';

export interface TrainingPagesDependencies {
  readonly trainings: NonNullable<AppDependencies['trainings']>;
  readonly guards: Guards;
}

/** A proxy closes a connection on which nothing is said for long; and a server that ends must not wait for one. */
const HEARTBEAT_MS = 1000;
const BEATS_PER_COMMENT = 15;

/** The pages of trainings that a project starts, and what they tell while they run. */
export function addTrainingPages(app: Express, { trainings, guards }: TrainingPagesDependencies): void {
  const shown = guards.show('annotate');

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
