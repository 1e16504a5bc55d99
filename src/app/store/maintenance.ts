import Sqlite from 'better-sqlite3';
import { AppError, messageOf } from '#base/errors.js';
import { MIGRATIONS } from './migrations.js';

/** What is wrong with a database; empty if nothing is. Opens it to read, and changes nothing. */
export function faultsOfDatabase(file: string): string[] {
  return withDatabase(file, { readonly: true, fileMustExist: true }, (sqlite) => {
    const version = sqlite.pragma('user_version', { simple: true }) as number;
    const found = (sqlite.pragma('integrity_check') as { integrity_check: string }[]).map((row) => row.integrity_check);
    const orphans = (sqlite.pragma('foreign_key_check') as unknown[]).length;
    return [
      ...found.filter((line) => line !== 'ok'),
      ...(orphans > 0 ? [`${orphans} rows refer to rows that are not there`] : []),
      ...(version > MIGRATIONS.length
        ? [`it has version ${version}, this program knows versions up to ${MIGRATIONS.length}: update the program`]
        : []),
    ];
  });
}

/**
 * Copies a database as it is at one moment, also while other programs write to it, and one over another while programs have
 * that open: SQLite's online backup (https://www.sqlite.org/backup.html).
 *
 * @throws {AppError} `database_error`
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const sqlite = new Sqlite(from, { readonly: true, fileMustExist: true });
  try {
    await sqlite.backup(to);
  } catch (cause) {
    throw new AppError('database_error', `${to}: the database cannot be copied there: ${messageOf(cause)}`, { cause });
  } finally {
    sqlite.close();
  }
}

function withDatabase<T>(file: string, options: Sqlite.Options, use: (sqlite: Sqlite.Database) => T): T {
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(file, options);
    return use(sqlite);
  } catch (cause) {
    throw new AppError('database_error', `${file}: ${messageOf(cause)}`, { cause });
  } finally {
    sqlite?.close();
  }
}
