import { type CurveOptions, type CurvePoint, type LearningCurve, learningCurve } from '#app/services/learning-curve.js';
import { chartPage } from '#app/shared/chart.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writeError } from '#base/files/write-error.js';
import { percent } from '#base/percent.js';
import type { Interval } from '#tagging/evaluation/confidence-interval.js';
import { print, printJson } from './output.js';
import { SCORE_HEADING, scoreBody, scoreColumns, showTrainings, type TrainingsFlags } from './show-trainings.js';

export interface CurveFlags extends TrainingsFlags, Pick<CurveOptions, 'sizes'> {
  readonly chart?: string;
  readonly json?: boolean;
}

/** `onomast curve` */
export async function runCurve(files: readonly string[], { chart, json = false, ...flags }: CurveFlags): Promise<void> {
  const curve = await showTrainings(flags, json, (more) => learningCurve({ ...flags, train: files, ...more }));
  if (json) printJson(bodyOf(curve));
  else print(textOf(curve));
  if (chart !== undefined) writeChart(chart, curve);
}

function bodyOf({ points, estimates, scored }: LearningCurve): object {
  return {
    scored_on: scored,
    points: points.map((point) => ({ sentences: point.sentences, ...scoreBody(point) })),
    more_sentences: estimates.map(({ more, estimate }) => ({
      more,
      f1_gain: estimate && estimate.later - estimate.now,
      f1_gain_interval: estimate?.interval ?? null,
    })),
  };
}

function textOf({ points, estimates, scored }: LearningCurve): string {
  const row = (point: CurvePoint): string =>
    `${String(point.sentences).padStart(9)}  ${scoreColumns(point)}  ${point.recipe}`;
  return [
    `F1 on ${scored.name}: ${scored.sentences} sentences, ${scored.names} names`,
    `SENTENCES  ${SCORE_HEADING}  RECIPE`,
    ...points.map(row),
    '',
    ...estimates.map(({ more, estimate }) =>
      estimate === null
        ? `${more} more sentences: no estimate, for larger parts did no better, or there are too few sizes.`
        : `${more} more sentences would bring about ${signed(estimate.later - estimate.now)} F1${spread(estimate.interval)}, if it goes on so.`,
    ),
  ].join('\n');
}

function spread(interval: Interval | undefined): string {
  return interval === undefined ? '' : ` (95 %: ${signed(interval[0])} to ${signed(interval[1])})`;
}

function signed(f1: number): string {
  return `${f1 < 0 ? '-' : '+'}${percent(Math.abs(f1))}`;
}

function writeChart(path: string, { points, scored }: LearningCurve): void {
  const curve = (name: string, value: (point: CurvePoint) => number, look: 'marked' | 'quiet') => ({
    name,
    look,
    points: points.map((point) => [point.sentences, value(point)] as const),
  });
  const page = chartPage({
    title: 'Learning curve',
    description: `F1 on ${scored.name} by the number of sentences learned from, with its 95 % interval.`,
    x: { label: 'sentences', isWhole: true },
    y: { label: 'F1', from: 0, to: 1 },
    series: [
      curve('F1', ({ f1 }) => f1, 'marked'),
      curve('', ({ interval }) => interval[0], 'quiet'),
      curve('', ({ interval }) => interval[1], 'quiet'),
    ],
  });
  try {
    replaceFile(path, new TextEncoder().encode(page), `${path}.writing`, 'w');
  } catch (cause) {
    throw writeError(path, cause, 'cannot write the chart');
  }
}
