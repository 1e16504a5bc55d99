import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { AppError, messageOf } from '#base/errors.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { MIGRATIONS } from './migrations.js';

/** What the registry needs of a database, and the only door to SQLite. */
export interface Database {
  /** Stored paths are relative to it. Absolute; `undefined` for `:memory:`. */
  readonly homeDirectory: string | undefined;
  /** Returns the number of rows that were changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  all(sql: string, ...values: readonly SqlValue[]): readonly Row[];
  get(sql: string, ...values: readonly SqlValue[]): Row | undefined;
  /** All of `action` or nothing of it; takes the write lock at once. */
  transaction<T>(action: () => T): T;
  /** May be called twice. */
  close(): void;
}

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** "ONOM": marks the file as ours, so that a database of another program is never written into. */
const APPLICATION_ID = 0x4f4e4f4d;

export interface DatabaseOptions {
  readonly busyTimeoutMs?: number;
  /** The folder that may be moved or copied as a whole; that of the file unless told. */
  readonly homeDirectory?: string;
}

/**
 * Opens the registry, creating the file and its folder when they are missing and bringing an older one up to date. Where
 * nothing can be written, on a read-only disk for instance, it can still be read.
 *
 * @param path A file, or `:memory:`.
 * @throws {AppError} `database_busy` when another process holds the lock longer than `busyTimeoutMs`, `disk_full`,
 *   `database_error` for everything else: no right to write, not a database, another program's, a newer version's.
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  const { busyTimeoutMs = 5000, homeDirectory = dirname(path) } = options;
  if (path === '')
    throw new AppError('invalid_argument', 'registry: "path" must name a file or be ":memory:", found ""');
  const isMemory = path === ':memory:';
  const file = isMemory ? path : resolve(path);
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw translate(error, file);
    }
  };

  return guard(() => {
    if (!isMemory && !existsSync(file)) makeDirectory(dirname(file));
    const sqlite = openFile(file, busyTimeoutMs);
    return {
      homeDirectory: isMemory ? undefined : resolve(homeDirectory),
      run: (sql, ...values) => guard(() => sqlite.prepare(sql).run(...values).changes),
      all: (sql, ...values) => guard(() => sqlite.prepare(sql).all(...values) as Row[]),
      get: (sql, ...values) => guard(() => sqlite.prepare(sql).get(...values) as Row | undefined),
      transaction: (action) => guard(() => sqlite.transaction(action).immediate()),
      close: () => {
        sqlite.close();
      },
    };
  });
}

function openFile(file: string, timeout: number): Sqlite.Database {
  try {
    return prepared(new Sqlite(file, { timeout }), file);
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code);
    const mayBeReadable =
      /^(SQLITE_(READONLY|CANTOPEN|FULL|IOERR)|ENOSPC)/.test(code) && existsSync(file) && statSync(file).isFile();
    if (!mayBeReadable) throw error;
  }
  return openCopy(file);
}

/**
 * SQLite reads a database in WAL mode only where it may put files beside it. Elsewhere the file is read whole; it is small.
 * A write to the copy would be lost in silence, so it is refused.
 */
function openCopy(file: string): Sqlite.Database {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new AppError(
      'database_error',
      `registry: ${file} was not closed, and it cannot be put in order in a folder that cannot be written; ` +
        'open it once where it can be, or do without it by naming the directory of a model',
    );
  }
  const bytes = readFileSync(file);
  // The bytes that say WAL; a database in memory has none. https://www.sqlite.org/fileformat2.html, section 1.3.3
  bytes.fill(1, 18, 20);
  const sqlite = prepared(new Sqlite(bytes), file);
  sqlite.pragma('query_only = ON');
  return sqlite;
}

/** Closes what cannot be used. */
function prepared(sqlite: Sqlite.Database, file: string): Sqlite.Database {
  try {
    prepareFile(sqlite, file);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function prepareFile(sqlite: Sqlite.Database, file: string): void {
  refuseForeign(sqlite, file);
  sqlite.pragma('journal_mode = WAL');
  // What is said to be saved must be there after a power cut: with FULL the log is synced before a commit returns
  // (https://www.sqlite.org/pragma.html#pragma_synchronous); with NORMAL the last ones might be lost.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  migrate(sqlite, file);
}

function refuseForeign(sqlite: Sqlite.Database, file: string): void {
  const applicationId = sqlite.pragma('application_id', { simple: true });
  const isEmpty = sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (applicationId !== APPLICATION_ID && !(applicationId === 0 && isEmpty)) {
    throw new AppError('database_error', `registry: ${file} is the database of another program; choose another file`);
  }
}

/** `user_version` counts the steps that were applied. It is read again under the lock: two programs may start at once. */
function migrate(sqlite: Sqlite.Database, file: string): void {
  const known = MIGRATIONS.length;
  const versionOf = () => sqlite.pragma('user_version', { simple: true }) as number;
  if (versionOf() > known) {
    throw new AppError(
      'database_error',
      `registry: ${file} has version ${versionOf()}, this program knows versions up to ${known}; update the program`,
    );
  }
  if (versionOf() === known) return;
  sqlite
    .transaction(() => {
      for (const step of MIGRATIONS.slice(versionOf())) sqlite.exec(step);
      sqlite.pragma(`user_version = ${known}`);
      sqlite.pragma(`application_id = ${APPLICATION_ID}`);
    })
    .immediate();
}

function translate(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  const fail = (kind: 'database_busy' | 'disk_full' | 'database_error', problem: string) =>
    new AppError(kind, `registry: ${file}: ${problem}`, { cause: error });

  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return fail('database_busy', 'another program is writing; try again');
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') return fail('disk_full', 'the disk is full');
  if (code.startsWith('SQLITE_NOTADB')) return fail('database_error', 'the file is not a database');
  if (code.startsWith('SQLITE_READONLY')) return fail('database_error', 'the database can only be read, not written');
  if (/^(SQLITE_|E[A-Z]+$)/.test(code)) return fail('database_error', messageOf(error));
  return error;
}
