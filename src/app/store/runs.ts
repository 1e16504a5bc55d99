import { AppError } from '#base/errors.js';
import { isProcessGone } from '#base/files/process-liveness.js';
import type { Database, Row } from './database.js';
import { readRow } from './rows.js';
import type {
  EpochRecord,
  Measure,
  NewEpoch,
  NewRun,
  RunOutcome,
  RunRecord,
  RunStatus,
  RunWithEpochs,
} from './run-record.js';
import { fromStoredPath, toStoredPath } from './stored-path.js';

/** The training attempts. One whose process died is told as `interrupted`, not as `running` for ever. */
export interface RunRegistry {
  /** @throws {AppError} `invalid_argument` when the id is taken or the seed is not an integer. */
  createRun(run: NewRun): void;
  /** Takes up a run that ended or whose process died. @throws {AppError} `training_in_progress` while it runs. */
  resumeRun(runId: string): void;
  /** An epoch recorded twice replaces the first: a resumed run repeats the epoch it was in. */
  recordEpoch(runId: string, epoch: NewEpoch): void;
  finishRun(runId: string, status: Exclude<RunStatus, 'running'>, outcome?: RunOutcome): void;
  /** Newest first. */
  list(): readonly RunRecord[];
  /** @throws {AppError} `not_found`. */
  get(runId: string): RunWithEpochs;
}

/** Column of each measure; the order is that of the table. */
const MEASURES: readonly (readonly [Measure, string])[] = [
  ['loss', 'loss'],
  ['devPrecision', 'dev_precision'],
  ['devRecall', 'dev_recall'],
  ['devF1', 'dev_f1'],
  ['learningRate', 'learning_rate'],
  ['gradientNorm', 'gradient_norm'],
  ['tokensPerSecond', 'tokens_per_second'],
  ['seconds', 'seconds'],
];
const SELECT = `SELECT runs.*,
    (SELECT count(*) FROM epochs WHERE run_id = runs.id) AS epoch_count,
    (SELECT max(dev_f1) FROM epochs WHERE run_id = runs.id) AS best_dev_f1
  FROM runs`;

export function createRunRegistry(database: Database): RunRegistry {
  markDeadRuns(database);

  /** `finished_at` decides, not the status: a run that was only presumed dead may go on writing. */
  const requireOpen = (runId: string): void => {
    const row = database.get('SELECT finished_at FROM runs WHERE id = ?', runId);
    if (row === undefined) throw unknownRun(runId);
    if (row.finished_at !== null) {
      throw new AppError('invalid_argument', `registry: run ${JSON.stringify(runId)} has ended already`);
    }
  };

  return {
    createRun({ id, config, seed, dataSha256, output, corpus, recipe }) {
      if (id === '') throw new AppError('invalid_argument', 'registry: "id" of a run must not be empty');
      if (!Number.isSafeInteger(seed)) {
        throw new AppError('invalid_argument', `registry: "seed" must be an integer, found ${seed}`);
      }
      const now = new Date().toISOString();
      database.transaction(() => {
        if (database.get('SELECT 1 FROM runs WHERE id = ?', id) !== undefined) {
          throw new AppError('invalid_argument', `registry: there is a run ${JSON.stringify(id)} already`);
        }
        database.run(
          `INSERT INTO runs (id, status, config, seed, data_sha256, output, process_id, started_at, resumed_at,
             corpus, recipe)
           VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          JSON.stringify(config),
          seed,
          dataSha256,
          toStoredPath(database.homeDirectory, output),
          process.pid,
          now,
          now,
          corpus ?? null,
          recipe ?? null,
        );
      });
    },
    resumeRun(runId) {
      database.transaction(() => {
        const row = database.get('SELECT * FROM runs WHERE id = ?', runId);
        if (row === undefined) throw unknownRun(runId);
        if (statusOf(row) === 'running') {
          throw new AppError('training_in_progress', `registry: run ${JSON.stringify(runId)} is still running`);
        }
        database.run(
          `UPDATE runs SET status = 'running', process_id = ?, resumed_at = ?, finished_at = NULL,
             model_name = NULL, model_version = NULL, error = NULL
           WHERE id = ?`,
          process.pid,
          new Date().toISOString(),
          runId,
        );
      });
    },
    recordEpoch(runId, epoch) {
      const columns = ['run_id', 'epoch', 'step', ...MEASURES.map(([, column]) => column)];
      database.transaction(() => {
        requireOpen(runId);
        database.run(
          `INSERT OR REPLACE INTO epochs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
          runId,
          countOf('epoch', epoch.epoch),
          countOf('step', epoch.step),
          ...MEASURES.map(([measure]) => (Number.isFinite(epoch[measure]) ? epoch[measure] : null)),
        );
      });
    },
    finishRun(runId, status, { modelName, modelVersion, error } = {}) {
      database.transaction(() => {
        requireOpen(runId);
        database.run(
          'UPDATE runs SET status = ?, finished_at = ?, model_name = ?, model_version = ?, error = ? WHERE id = ?',
          status,
          new Date().toISOString(),
          modelName ?? null,
          modelVersion ?? null,
          error ?? null,
          runId,
        );
      });
    },
    list: () => database.all(`${SELECT} ORDER BY position DESC`).map((row) => readRun(row, database.homeDirectory)),
    get(runId) {
      const row = database.get(`${SELECT} WHERE id = ?`, runId);
      if (row === undefined) throw unknownRun(runId);
      const epochs = database.all('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch', runId);
      return { ...readRun(row, database.homeDirectory), epochs: epochs.map(readEpoch) };
    },
  };
}

function unknownRun(runId: string): AppError {
  return new AppError('not_found', `registry: there is no run ${JSON.stringify(runId.slice(0, 80))}`);
}

function countOf(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AppError('invalid_argument', `registry: "${name}" must be a whole number from 0, found ${value}`);
}

/** Only for the record: every reading tells the truth. So a registry that cannot be written to can still be read. */
function markDeadRuns(database: Database): void {
  for (const row of database.all("SELECT * FROM runs WHERE status = 'running'")) {
    if (statusOf(row) !== 'interrupted') continue;
    const read = readRow('runs', row);
    try {
      // The process number again: another program may have resumed the run in the meantime.
      database.run(
        "UPDATE runs SET status = 'interrupted' WHERE id = ? AND process_id = ?",
        read.text('id'),
        read.integer('process_id'),
      );
    } catch (error) {
      if (error instanceof AppError) return;
      throw error;
    }
  }
}

/** Looked at again on every reading: a run may die while this program has the database open. */
function statusOf(row: Row): RunStatus {
  const read = readRow('runs', row);
  const status = read.text('status') as RunStatus;
  const isDead = () => isProcessGone({ processId: read.integer('process_id'), seenAt: read.text('resumed_at') });
  return status === 'running' && isDead() ? 'interrupted' : status;
}

function readRun(row: Row, homeDirectory: string | undefined): RunRecord {
  const read = readRow('runs', row);
  return {
    id: read.text('id'),
    status: statusOf(row),
    config: read.json('config'),
    seed: read.integer('seed'),
    dataSha256: read.text('data_sha256'),
    output: fromStoredPath(homeDirectory, read.text('output')),
    startedAt: read.text('started_at'),
    epochCount: read.integer('epoch_count'),
    bestDevF1: read.numberOrNull('best_dev_f1'),
    ...read.optionalText('finished_at', 'finishedAt'),
    ...read.optionalText('model_name', 'modelName'),
    ...read.optionalInteger('model_version', 'modelVersion'),
    ...read.optionalText('error', 'error'),
    ...read.optionalText('corpus', 'corpus'),
    ...read.optionalText('recipe', 'recipe'),
  };
}

function readEpoch(row: Row): EpochRecord {
  const read = readRow('epochs', row);
  const measures = Object.fromEntries(MEASURES.map(([measure, column]) => [measure, read.numberOrNull(column)]));
  return { epoch: read.integer('epoch'), step: read.integer('step'), ...(measures as Record<Measure, number | null>) };
}
