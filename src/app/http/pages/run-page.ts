import { basename, isAbsolute, relative } from 'node:path';
import type { BulkJob } from '#app/services/bulk-jobs.js';
import type { ModelSummary } from '#app/services/tagger-pool.js';
import { bulkCells } from '#app/shared/bulk-view.js';
import { chartFigure } from '#app/shared/chart.js';
import { overlaidCurves, trainingCurves } from '#app/shared/training-curves.js';
import type { EpochRecord, RunRecord, RunWithEpochs } from '#app/store/run-record.js';
import { percent } from '#base/percent.js';

/** What `views/runs.ejs` and `views/run.ejs` show. Every string is plain text, "–" stands for what is not known. */
export interface ModelView {
  readonly spec: string;
  readonly href: string;
  readonly isActive: boolean;
  readonly labels: string;
  readonly f1: string;
  readonly precision: string;
  readonly recall: string;
  readonly created: string;
  readonly sha256: string;
  readonly shortSha256: string;
}

export interface RunView {
  readonly id: string;
  /** What it learns from and how: `harbour.conll, tiny`. */
  readonly title: string;
  readonly href: string;
  readonly status: string;
  readonly epochs: number;
  readonly bestF1: string;
  readonly seed: number;
  readonly started: string;
  readonly finished: string;
  readonly model: string;
  readonly error: string;
}

export interface RunDetailView extends RunView {
  readonly output: string;
  readonly dataSha256: string;
  readonly config: string;
  /** Markup. */
  readonly curves: readonly string[];
  readonly rows: readonly EpochView[];
}

interface EpochView {
  readonly epoch: number;
  readonly isBest: boolean;
  readonly step: string;
  readonly loss: string;
  readonly precision: string;
  readonly recall: string;
  readonly f1: string;
  readonly learningRate: string;
  readonly gradientNorm: string;
  readonly speed: string;
  readonly seconds: string;
}

const UNKNOWN = '–';

export function modelView(summary: ModelSummary): ModelView {
  const { id, version, sha256, labels, isActive, isShipped, createdAt, scores } = summary;
  return {
    spec: `${id}@${version}`,
    href: modelHref(`${id}@${version}`),
    isActive,
    labels: labels.join(', '),
    f1: scoreOf(scores.f1),
    precision: scoreOf(scores.precision),
    recall: scoreOf(scores.recall),
    created: isShipped ? 'came with Onomast' : minute(createdAt),
    sha256,
    shortSha256: sha256.slice(0, 8),
  };
}

export function modelHref(spec: string): string {
  return `/models/${encodeURIComponent(spec)}`;
}

export function runView(run: RunRecord): RunView {
  return {
    id: run.id,
    title: [run.corpus ?? basename(run.output), ...(run.recipe === undefined ? [] : [run.recipe])].join(', '),
    href: `/runs/${encodeURIComponent(run.id)}`,
    status: run.status,
    epochs: run.epochCount,
    bestF1: scoreOf(run.bestDevF1),
    seed: run.seed,
    started: minute(run.startedAt),
    finished: minute(run.finishedAt),
    model: run.modelName === undefined ? UNKNOWN : `${run.modelName}@${run.modelVersion ?? '?'}`,
    error: run.error ?? '',
  };
}

export function runDetailView(run: RunWithEpochs): RunDetailView {
  return {
    ...runView(run),
    output: pathShown(run.output),
    dataSha256: run.dataSha256,
    config: JSON.stringify(run.config, null, 2),
    curves: trainingCurves(run.epochs.map(({ epoch, loss, devF1 }) => ({ epoch, loss, f1: devF1 }))).map(chartFigure),
    rows: run.epochs.map((epoch) => epochView(epoch, run.bestDevF1)),
  };
}

/** A row of `views/runs.ejs`. */
export function bulkJobView(job: BulkJob): object {
  const { id, inputs, output, model, isQueued, startedAt, share, secondsLeft, textsPerSecond } = job;
  return {
    id,
    inputs: inputs.map((path) => basename(path)).join(', '),
    output: pathShown(output),
    model: isQueued ? `${model}, by workers of a queue` : model,
    started: minute(startedAt),
    value: Math.round(1000 * share) / 10,
    ...bulkCells({ ...job, seconds_left: secondsLeft, texts_per_second: textsPerSecond }),
  };
}

/** What `views/curves.ejs` shows: several runs over each other. */
export function overlaidView(runs: readonly RunWithEpochs[]): object {
  const views = runs.map(runView);
  const named = runs.map((run, i) => ({
    // Runs of one corpus and recipe are told apart by when they began.
    name: `${views[i].title}, ${views[i].started}`,
    epochs: run.epochs.map(({ epoch, loss, devF1 }) => ({ epoch, loss, f1: devF1 })),
  }));
  return { runs: views, curves: overlaidCurves(named).map(chartFigure) };
}

function epochView(epoch: EpochRecord, bestDevF1: number | null): EpochView {
  return {
    epoch: epoch.epoch,
    isBest: epoch.devF1 !== null && epoch.devF1 === bestDevF1,
    step: epoch.step.toLocaleString('en'),
    loss: number(epoch.loss, 4),
    precision: scoreOf(epoch.devPrecision),
    recall: scoreOf(epoch.devRecall),
    f1: scoreOf(epoch.devF1),
    learningRate: number(epoch.learningRate, 3),
    gradientNorm: number(epoch.gradientNorm, 3),
    speed: epoch.tokensPerSecond === null ? UNKNOWN : Math.round(epoch.tokensPerSecond).toLocaleString('en'),
    seconds: epoch.seconds === null ? UNKNOWN : epoch.seconds.toFixed(1),
  };
}

/** Two decimals, as such scores are published: 0.8765 is "87.65". */
export function scoreOf(score: number | null | undefined): string {
  return score === null || score === undefined ? UNKNOWN : percent(score);
}

function number(value: number | null, digits: number): string {
  return value === null ? UNKNOWN : String(Number(value.toPrecision(digits)));
}

/** `2026-11-23T05:37:46.123Z` becomes `2026-11-23 05:37`. */
export function minute(time: string | undefined): string {
  return time === undefined ? UNKNOWN : time.slice(0, 16).replace('T', ' ');
}

/** Below the working directory as `npm start` users know it: `models/names`. */
export function pathShown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}
