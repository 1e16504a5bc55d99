import type { NumberedEvent, TrainingJob, TrainingJobEvent } from '#app/services/training-job.js';
import { chartFigure } from '#app/shared/chart.js';
import { trainingCurves } from '#app/shared/training-curves.js';
import { percent } from '#base/percent.js';
import { codePieces } from './code-pieces.js';
import { modelHref } from './run-page.js';

type EventOf<T extends TrainingJobEvent['type']> = Extract<TrainingJobEvent, { type: T }>;

/** What `views/training.ejs` shows before its script goes on from there, and all that is shown without it. */
export function trainingPageView(job: TrainingJob, events: readonly NumberedEvent[]): object {
  const of = <T extends TrainingJobEvent['type']>(type: T): EventOf<T>[] =>
    events.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type);
  const epochs = of('epoch');
  const result = of('result').at(-1);
  const failure = of('failed').at(-1);
  return {
    title: `Training ${job.title} · Onomast`,
    id: job.id,
    here: `/trainings/${job.id}`,
    name: job.title,
    recipe: job.recipe,
    model: job.modelName,
    state: job.state,
    canPause: job.state === 'running',
    canResume: job.state === 'paused',
    canStop: ['running', 'pausing', 'paused'].includes(job.state),
    notices: [...of('notice'), ...of('remark')].map(({ message }) => codePieces(message)),
    failure: failure && codePieces(failure.message),
    result: result && {
      sentence: codePieces(result.activation.sentence),
      made:
        result.activation.spec === null
          ? null
          : { name: result.activation.spec, href: modelHref(result.activation.spec) },
      f1: percent(result.dev.f1),
      epochs: result.epochs,
    },
    curves: trainingCurves(epochs.map(({ epoch, loss, dev }) => ({ epoch, loss, f1: dev?.f1 ?? null }))).map(
      chartFigure,
    ),
    labels: Object.entries(epochs.at(-1)?.dev?.labels ?? {}).map(([label, f1]) => ({ label, f1: percent(f1) })),
    watched: (of('watch').at(-1)?.texts ?? []).map(({ text, entities }) => ({
      text,
      names:
        entities.map((entity) => `${text.slice(entity.start, entity.end)} (${entity.label})`).join(', ') ||
        'no name yet',
    })),
  };
}
