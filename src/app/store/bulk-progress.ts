import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { AppError, messageOf } from '#base/errors.js';
import { makeDirectory } from '#base/files/make-directory.js';

/** How far a bulk job is: everything before it is on disk, in files of the given lengths. */
export interface BulkProgress {
  /** Of the next chunk, from 0. */
  readonly chunk: number;
  /** Which input is next, from 0; the number of inputs once all is done. */
  readonly input: number;
  /** Of the next record of that input, from 1, and where it begins. */
  readonly line: number;
  readonly byte: number;
  /** Bytes of the output of that input, and of the list of failures, that belong to finished chunks. */
  readonly outputBytes: number;
  readonly failureBytes: number;
  readonly records: number;
  readonly failures: number;
}

export interface BulkProgressStore {
  /** Undefined for a job that has not begun. */
  read(): BulkProgress | undefined;
  /** Survives the death of the process, and of the machine. */
  write(progress: BulkProgress): void;
  close(): void;
}

/** In the folder of results. */
export const PROGRESS_FILE = 'progress.sqlite';

/** A job that has not begun. */
export const BULK_START: BulkProgress = {
  chunk: 0,
  input: 0,
  line: 1,
  byte: 0,
  outputBytes: 0,
  failureBytes: 0,
  records: 0,
  failures: 0,
};
/** "ONOB": the file of a bulk job. */
const APPLICATION_ID = 0x4f4e4f42;
const VERSION = 1;
const COLUMNS = [
  ['chunk', 'chunk'],
  ['input', 'input'],
  ['line', 'line'],
  ['byte', 'byte'],
  ['outputBytes', 'output_bytes'],
  ['failureBytes', 'failure_bytes'],
  ['records', 'records'],
  ['failures', 'failures'],
] as const;

/**
 * Opens the progress of a bulk job, or begins one.
 *
 * @param specification What the job is: inputs, options and the hash of the model. Another one is refused, for its results
 *   would be mixed with those that are there.
 * @throws {AppError} `invalid_argument` for another job, `database_error` or `disk_full`
 */
export function openBulkProgress(path: string, specification: object): BulkProgressStore {
  const wanted = JSON.stringify(specification);
  try {
    makeDirectory(dirname(path));
    const sqlite = new Sqlite(path);
    try {
      prepare(sqlite, path);
      const known = sqlite.prepare('SELECT specification FROM job').pluck().get() as string | undefined;
      if (known === undefined) sqlite.prepare('INSERT INTO job (only_row, specification) VALUES (1, ?)').run(wanted);
      else if (known !== wanted) throw otherJob(path, known, wanted);
      return createStore(sqlite, path);
    } catch (error) {
      sqlite.close();
      throw error;
    }
  } catch (error) {
    throw translated(error, path);
  }
}

/** Milliseconds that a page waits for a job which is just writing. */
const READ_TIMEOUT = 200;

/**
 * How far the job of a folder is, read beside whoever works on it; undefined where there is none, or it cannot be read.
 *
 * @returns Sizes of the inputs in bytes, and when it was last written, in milliseconds.
 */
export function readBulkProgress(
  path: string,
): { readonly progress: BulkProgress; readonly sizes: readonly number[]; readonly updatedAt: number } | undefined {
  try {
    const { mtimeMs: updatedAt } = statSync(path);
    const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: READ_TIMEOUT });
    try {
      const { sizes } = JSON.parse(sqlite.prepare('SELECT specification FROM job').pluck().get() as string);
      const isSound = Array.isArray(sizes) && sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
      return isSound ? { progress: selectProgress(sqlite).get() ?? BULK_START, sizes, updatedAt } : undefined;
    } finally {
      sqlite.close();
    }
  } catch {
    return undefined;
  }
}

function prepare(sqlite: Sqlite.Database, path: string): void {
  const id = sqlite.pragma('application_id', { simple: true });
  const isEmpty = sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  const isOurs = id === APPLICATION_ID && sqlite.pragma('user_version', { simple: true }) === VERSION;
  if (!isOurs && !(id === 0 && isEmpty)) {
    throw new AppError(
      'database_error',
      `${path}: expected the progress of a bulk job of this version, found another file`,
    );
  }
  // A power cut must not leave output that is longer than the progress says without the progress knowing: FULL.
  sqlite.pragma('journal_mode = DELETE');
  sqlite.pragma('synchronous = FULL');
  if (isOurs) return;
  sqlite.exec(`
    BEGIN;
    CREATE TABLE job (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), specification TEXT NOT NULL) STRICT;
    CREATE TABLE progress (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      ${COLUMNS.map(([, column]) => `${column} INTEGER NOT NULL`).join(', ')}
    ) STRICT;
    PRAGMA user_version = ${VERSION};
    PRAGMA application_id = ${APPLICATION_ID};
    COMMIT;
  `);
}

function selectProgress(sqlite: Sqlite.Database): Sqlite.Statement<[], BulkProgress> {
  return sqlite.prepare(`SELECT ${COLUMNS.map(([key, column]) => `${column} AS ${key}`).join(', ')} FROM progress`);
}

function createStore(sqlite: Sqlite.Database, path: string): BulkProgressStore {
  const names = COLUMNS.map(([, column]) => column);
  const select = selectProgress(sqlite);
  const replace = sqlite.prepare(
    `INSERT OR REPLACE INTO progress (only_row, ${names.join(', ')}) VALUES (1, ${names.map(() => '?').join(', ')})`,
  );
  return {
    read: () => select.get(),
    write(progress) {
      try {
        replace.run(...COLUMNS.map(([key]) => progress[key]));
      } catch (error) {
        throw translated(error, path);
      }
    },
    close: () => {
      sqlite.close();
    },
  };
}

function otherJob(path: string, known: string, wanted: string): AppError {
  const [before, now] = [JSON.parse(known), JSON.parse(wanted)] as Record<string, unknown>[];
  const changed = Object.keys(now).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  return new AppError(
    'invalid_argument',
    `${dirname(path)}: expected the job that was begun there, found another ${changed.join(', ')}; choose another folder, or ` +
      'remove that one to begin anew',
  );
}

function translated(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = String((error as { code?: unknown } | null)?.code);
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC')
    return new AppError('disk_full', `${path}: the disk is full`, { cause: error });
  return new AppError('database_error', `${path}: ${messageOf(error)}`, { cause: error });
}
