import { AppError } from '#base/errors.js';
import { isProcessGone } from '#base/files/process-liveness.js';
import type { Database, Row } from './database.js';
import { type JsonObject, readRow } from './rows.js';
import { fromStoredPath, toStoredPath } from './stored-path.js';

/** `pausing` and `stopping` last until the training has come to a point where it can end. */
export type TrainingJobState = 'running' | 'pausing' | 'paused' | 'stopping' | 'stopped' | 'finished' | 'failed';

export interface TrainingJobRecord {
  readonly id: string;
  readonly state: TrainingJobState;
  /** What was asked for. */
  readonly request: JsonObject;
  /** The directory the model is written to; absolute. */
  readonly output: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly changedAt: string;
}

export interface StoredEvent {
  /** From 1, without gaps, for each job. */
  readonly sequence: number;
  readonly event: JsonObject;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Trainings that run in processes of their own, and what they told. */
export interface TrainingJobRegistry {
  create(job: Pick<TrainingJobRecord, 'id' | 'request' | 'output'>): void;
  /** Newest first. One whose process died is told as `paused`, for its checkpoint is there. */
  list(): readonly TrainingJobRecord[];
  /** @throws {AppError} `not_found` */
  get(id: string): TrainingJobRecord;
  /** `processId` is of the server that watches over the training. */
  setState(id: string, state: TrainingJobState, processId?: number): void;
  append(id: string, event: JsonObject): StoredEvent;
  /** In order; those after `sequence`, 0 for all. */
  eventsAfter(id: string, sequence: number): readonly StoredEvent[];
  remove(id: string): void;
}

const LIVELY: readonly TrainingJobState[] = ['running', 'pausing', 'stopping'];

export function createTrainingJobRegistry(database: Database): TrainingJobRegistry {
  const now = (): string => new Date().toISOString();
  const get = (id: string): TrainingJobRecord => {
    const row = database.get('SELECT * FROM training_jobs WHERE id = ?', id);
    if (row === undefined)
      throw new AppError('not_found', `training: there is no job ${JSON.stringify(id.slice(0, 80))}`);
    return readJob(row, database.homeDirectory);
  };
  return {
    create({ id, request, output }) {
      database.run(
        `INSERT INTO training_jobs (id, state, request, output, process_id, created_at, changed_at)
         VALUES (?, 'running', ?, ?, ?, ?, ?)`,
        id,
        JSON.stringify(request),
        toStoredPath(database.homeDirectory, output),
        process.pid,
        now(),
        now(),
      );
    },
    list: () =>
      database
        .all('SELECT * FROM training_jobs ORDER BY position DESC')
        .map((row) => readJob(row, database.homeDirectory)),
    get,
    setState(id, state, processId) {
      get(id);
      database.run(
        'UPDATE training_jobs SET state = ?, changed_at = ?, process_id = coalesce(?, process_id) WHERE id = ?',
        state,
        now(),
        processId ?? null,
        id,
      );
    },
    append: (id, event) =>
      database.transaction(() => {
        const last = database.get('SELECT max(sequence) AS sequence FROM training_job_events WHERE job_id = ?', id);
        const sequence = Number(last?.sequence ?? 0) + 1;
        const at = now();
        database.run(
          'INSERT INTO training_job_events (job_id, sequence, event, at) VALUES (?, ?, ?, ?)',
          id,
          sequence,
          JSON.stringify(event),
          at,
        );
        return { sequence, event, at };
      }),
    eventsAfter: (id, sequence) =>
      database
        .all('SELECT * FROM training_job_events WHERE job_id = ? AND sequence > ? ORDER BY sequence', id, sequence)
        .map((row) => {
          const read = readRow('training_job_events', row);
          return { sequence: read.integer('sequence'), event: read.json('event'), at: read.text('at') };
        }),
    remove(id) {
      get(id);
      database.run('DELETE FROM training_jobs WHERE id = ?', id);
    },
  };
}

function readJob(row: Row, homeDirectory: string | undefined): TrainingJobRecord {
  const read = readRow('training_jobs', row);
  const state = read.text('state') as TrainingJobState;
  const seenAt = read.text('changed_at');
  const isDead = LIVELY.includes(state) && isProcessGone({ processId: read.integer('process_id'), seenAt });
  return {
    id: read.text('id'),
    state: isDead ? (state === 'stopping' ? 'stopped' : 'paused') : state,
    request: read.json('request'),
    output: fromStoredPath(homeDirectory, read.text('output')),
    createdAt: read.text('created_at'),
    changedAt: seenAt,
  };
}
