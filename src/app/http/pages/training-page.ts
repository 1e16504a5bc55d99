import type { NumberedEvent, TrainingJob, TrainingJobEvent } from '#app/services/training-job.js';
import { type LinePlot, linePlot } from '#app/shared/plots.js';
import { percent } from '#base/percent.js';

type EventOf<T extends TrainingJobEvent['type']> = Extract<TrainingJobEvent, { type: T }>;

/** What `views/training.ejs` shows before its script goes on from there, and all that is shown without it. */
export function trainingPageView(job: TrainingJob, events: readonly NumberedEvent[]): object {
  const of = <T extends TrainingJobEvent['type']>(type: T): EventOf<T>[] =>
    events.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type);
  const epochs = of('epoch');
  const result = of('result').at(-1);
  const failure = of('failed').at(-1);
  const plots: (LinePlot | undefined)[] = [
    linePlot({
      title: 'Training loss',
      xName: 'epoch',
      points: epochs.map(({ epoch, loss }) => ({ x: epoch, y: loss })),
      yLeast: 0,
    }),
    linePlot({
      title: 'F1 on the dev part',
      xName: 'epoch',
      points: epochs.map(({ epoch, dev }) => ({ x: epoch, y: dev?.f1 ?? null })),
      yLeast: 0,
      yMost: 1,
    }),
  ];
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
    notices: [...of('notice'), ...of('remark')].map(({ message }) => message),
    failure: failure?.message,
    result: result && { sentence: result.activation.sentence, f1: percent(result.dev.f1), epochs: result.epochs },
    plots: plots.filter((plot) => plot !== undefined),
    labels: Object.entries(epochs.at(-1)?.dev?.labels ?? {}).map(([label, f1]) => ({ label, f1: percent(f1) })),
    watched: (of('watch').at(-1)?.texts ?? []).map(({ text, entities }) => ({
      text,
      names:
        entities.map((entity) => `${text.slice(entity.start, entity.end)} (${entity.label})`).join(', ') ||
        'no name yet',
    })),
  };
}
