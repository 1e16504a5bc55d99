import type { ScoredTrainingsOptions, TrainingsReport, TrainingsScore } from '#app/services/scored-trainings.js';
import { percent } from '#base/percent.js';
import type { Interval } from '#tagging/evaluation/confidence-interval.js';
import { type ReadFlags, readOptionsOf } from './convert-files.js';
import { note } from './output.js';
import { bar, createProgressLine, duration } from './progress.js';
import { withTrainingQueue } from './with-training-queue.js';

/** What many trainings take, whatever they are for. */
export interface TrainingsFlags extends Omit<ScoredTrainingsOptions, 'train' | 'read' | 'signal'>, ReadFlags {
  readonly recut?: boolean;
  readonly queue?: string;
}

/** Runs many trainings, here or on a queue, with their progress on the terminal; Ctrl-C ends them. */
export async function showTrainings<T>(
  flags: TrainingsFlags,
  json: boolean,
  begin: (
    more: Required<Pick<ScoredTrainingsOptions, 'read'>> & Pick<ScoredTrainingsOptions, 'signal' | 'trainElsewhere'>,
  ) => AsyncGenerator<TrainingsReport, T>,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const line = createProgressLine();
  try {
    const read = { ...readOptionsOf(flags), recut: flags.recut ?? false };
    const { signal } = controller;
    const run = withTrainingQueue({ ...flags, signal }, (trainElsewhere) => begin({ read, signal, trainElsewhere }));
    const begun = performance.now();
    let next = await run.next();
    for (; !next.done; next = await run.next()) {
      const report = next.value;
      if (report.type === 'training') {
        const done = (report.training - 1 + report.share) / report.trainings;
        const left = duration(((performance.now() - begun) / 1000 / done) * (1 - done));
        line.show(`training ${report.training} of ${report.trainings}, ${report.of} ${bar(done)} ${left} left`);
      } else if (report.type === 'notice' || !json) note(report.message);
    }
    return next.value;
  } finally {
    line.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** The score of a group of trainings for JSON, in the keys of this program. */
export function scoreBody({ recipe, f1, interval, range, labels }: TrainingsScore): object {
  return {
    recipe,
    f1,
    f1_interval: interval,
    f1_of_trainings: range,
    labels: Object.fromEntries(
      Object.entries(labels).map(([label, one]) => [label, { f1: one.f1, f1_interval: one.interval }]),
    ),
  };
}

/** The heading of {@link scoreColumns}. */
export const SCORE_HEADING = '    F1         95 % CI  SINGLE TRAININGS';

/** F1, its interval and the range of the single trainings, as columns of a table. */
export function scoreColumns({ f1, interval, range }: TrainingsScore): string {
  const between = ([low, high]: Interval): string => `${percent(low).padStart(6)} to ${percent(high).padStart(6)}`;
  return `${percent(f1).padStart(6)}  ${between(interval)}  ${between(range)}`;
}
