import { hostname } from 'node:os';
import { join } from 'node:path';
import { type BulkJobRecord, readBulkJobs } from '#app/store/bulk-jobs.js';
import { PROGRESS_FILE, readBulkProgress } from '#app/store/bulk-progress.js';
import { isProcessGone } from '#base/files/process-liveness.js';
import { BULK_JOBS_DIRECTORY } from './paths.js';

export const BULK_STATES = ['running', 'interrupted', 'finished'] as const;
export type BulkState = (typeof BULK_STATES)[number];

/** How far a bulk job is. */
export interface BulkJob extends Pick<BulkJobRecord, 'id' | 'inputs' | 'output' | 'model' | 'isQueued' | 'startedAt'> {
  readonly state: BulkState;
  readonly texts: number;
  readonly failed: number;
  /** Of the bytes of all inputs, 0 to 1. */
  readonly share: number;
  /** Since the process that works on it began; null where that is not known. */
  readonly bytesPerSecond: number | null;
  /** That, by the length of the texts done so far. */
  readonly textsPerSecond: number | null;
  /** Only of a job that runs. */
  readonly secondsLeft: number | null;
}

/** Another machine's process cannot be asked whether it lives: so long after it last said something it is taken for gone. */
const SILENCE_MS = 60_000;

/** Those of this home, newest first; without those whose results are gone, or cannot be read. */
export function bulkJobs(folder = BULK_JOBS_DIRECTORY): BulkJob[] {
  return readBulkJobs(folder).flatMap((record) => {
    const known = readBulkProgress(join(record.output, PROGRESS_FILE));
    return known ? [jobOf(record, known)] : [];
  });
}

function jobOf(record: BulkJobRecord, known: NonNullable<ReturnType<typeof readBulkProgress>>): BulkJob {
  const { id, inputs, output, model, isQueued, startedAt, startedBytes } = record;
  const { progress, sizes, updatedAt } = known;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const done = sizes.slice(0, progress.input).reduce((sum, size) => sum + size, 0) + progress.byte;
  const isFinished = progress.input >= sizes.length;
  const state = isFinished ? 'finished' : isAtWork(record, updatedAt) ? 'running' : 'interrupted';
  const seconds = (updatedAt - Date.parse(startedAt)) / 1000;
  const bytesPerSecond = seconds > 0 && done > startedBytes ? (done - startedBytes) / seconds : null;
  return {
    ...{ id, inputs, output, model, isQueued, startedAt, state },
    texts: progress.records,
    failed: progress.failures,
    share: isFinished || total === 0 ? 1 : done / total,
    bytesPerSecond,
    textsPerSecond: bytesPerSecond === null ? null : (bytesPerSecond * progress.records) / done,
    secondsLeft: state === 'running' && bytesPerSecond !== null ? (total - done) / bytesPerSecond : null,
  };
}

function isAtWork({ host, processId, startedAt }: BulkJobRecord, updatedAt: number): boolean {
  if (host === hostname()) return !isProcessGone({ processId, seenAt: startedAt });
  return Date.now() - updatedAt < SILENCE_MS;
}
