import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { copyDatabase, faultsOfDatabase } from '#app/store/maintenance.js';
import type { ModelRecord } from '#app/store/models.js';
import { openRegistry } from '#app/store/registry.js';
import { toStoredPath } from '#app/store/stored-path.js';
import { AppError, messageOf } from '#base/errors.js';
import { writeDurably } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { readRegularFile } from '#base/files/read-regular-file.js';
import { writing } from '#base/files/write-error.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { keptVersion, replaceDirectory, sha256, weightsHashOf } from '#tagging/model/model-directory.js';
import { specOf } from './model-list.js';

/** The places a backup is made of, or put back to. */
export interface Home {
  readonly directory: string;
  readonly database: string;
}

export interface BackupReport {
  readonly models: readonly string[];
  /** One sentence for each model that is registered but could not be copied, or put back. */
  readonly problems: readonly string[];
  readonly bytes: number;
}

interface Manifest {
  readonly format: typeof FORMAT;
  readonly program: string;
  readonly created: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const FORMAT = 'onomast-backup-1';
const MANIFEST = 'manifest.json';
const DATABASE = 'onomast.sqlite';
/** What a backup holds, and nothing else: no name leads out of its directory. */
const FILE_NAME = /^(onomast\.sqlite|models\/[A-Za-z0-9][\w.-]*@\d+\/[\w][\w.-]*)$/;
const MOST_BYTES = 4 * 2 ** 30;

/**
 * Copies the database as it is at one moment, and every registered model, to a new directory; a server may go on meanwhile.
 * The list of files with their hashes is written last: a backup that was cut off has none.
 *
 * @throws {AppError} `not_found` where there is nothing to back up; `io_error` where the directory is there already.
 */
export async function backUp(home: Home, to: string): Promise<BackupReport> {
  if (!existsSync(home.database)) throw new AppError('not_found', `${home.database}: there is no database to back up`);
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new AppError('io_error', `${to}: expected no directory, or an empty one, found files in it`);
  makeDirectory(to);
  const database = join(to, DATABASE);
  await copyDatabase(home.database, database);
  const files: Record<string, Manifest['files'][string]> = {};
  const note = (name: string, bytes: Uint8Array): void => {
    files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  };
  const records = recordsOf(database, home.directory); // before it is hashed
  note(DATABASE, readRegularFile(database, MOST_BYTES));
  const problems: string[] = [];
  const models: string[] = [];
  for (const record of records) {
    const spec = specOf(record);
    const place = placeOf(record);
    if (place === undefined) {
      problems.push(`${spec}: its files are no longer at ${record.path}`);
      continue;
    }
    makeDirectory(join(to, 'models', spec));
    for (const name of readdirSync(place)) {
      const bytes = readRegularFile(join(place, name), MOST_BYTES);
      writing(to, () => writeDurably(join(to, 'models', spec, name), bytes));
      note(`models/${spec}/${name}`, bytes);
    }
    models.push(spec);
  }
  const manifest: Manifest = { format: FORMAT, program: ONOMAST_VERSION, created: new Date().toISOString(), files };
  writing(to, () => writeDurably(join(to, MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)));
  return { models, problems, bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Puts a backup back. Every file is compared with its hash before anything is changed; models are written before the database
 * that names them. What was in the database is kept beside it. A server that runs sees the restored state.
 *
 * @throws {AppError} `not_found`, `damaged_backup` for what is no whole backup, `io_error` where a database is there and
 *   `replaces` is false.
 */
export async function restore(
  home: Home,
  from: string,
  { replaces }: { readonly replaces: boolean },
): Promise<BackupReport> {
  const files = checkedFiles(from);
  if (existsSync(home.database) && !replaces) {
    throw new AppError(
      'io_error',
      `${home.database}: there is a database already; --force puts the backup in its place and keeps it as ${KEPT}`,
    );
  }
  makeDirectory(dirname(home.database));
  const staged = `${home.database}.restoring-${process.pid}`;
  const problems: string[] = [];
  const models: string[] = [];
  try {
    await copyDatabase(join(from, DATABASE), staged);
    for (const { record, place } of placesFor(recordsOf(staged, home.directory))) {
      const spec = specOf(record);
      const own = [...files].filter(([name]) => name.startsWith(`models/${spec}/`));
      if (weightsHashOf(place) === record.weightsSha256) models.push(spec);
      else if (own.length === 0) problems.push(`${spec}: the backup has no files of it`);
      else if (!isInside(home.directory, place))
        problems.push(`${spec}: it lies outside of the home, at ${place}; copy ${join(from, 'models', spec)} there`);
      else {
        replaceDirectory(place, Object.fromEntries(own.map(([name, bytes]) => [name.split('/')[2], bytes])));
        models.push(spec);
      }
    }
    if (existsSync(home.database)) await copyDatabase(home.database, `${home.database}${KEPT_ENDING}`);
    await copyDatabase(staged, home.database);
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${staged}${ending}`, { force: true });
  }
  return { models, problems, bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0) };
}

const KEPT_ENDING = '.before-restore';
const KEPT = `onomast.sqlite${KEPT_ENDING}`;

/** Newest first. The copy is opened, not the database itself: what opens it may bring it up to date. */
function recordsOf(database: string, homeDirectory: string): readonly ModelRecord[] {
  const registry = openRegistry(database, { homeDirectory });
  try {
    return registry.models.list();
  } finally {
    registry.close();
  }
}

/** The directory that holds the weights of a model; undefined where none does. */
function placeOf({ path, weightsSha256 }: ModelRecord): string | undefined {
  return [path, keptVersion(path, weightsSha256)].find((place) => weightsHashOf(place) === weightsSha256);
}

/** Of several versions that were trained to one directory the newest lies there, the others where they were kept. */
function placesFor(records: readonly ModelRecord[]): { readonly record: ModelRecord; readonly place: string }[] {
  const taken = new Set<string>();
  return records.map((record) => {
    const place = taken.has(record.path) ? keptVersion(record.path, record.weightsSha256) : record.path;
    taken.add(record.path);
    return { record, place };
  });
}

function isInside(directory: string, path: string): boolean {
  const stored = toStoredPath(directory, path);
  return stored !== '.' && !isAbsolute(stored);
}

/** The bytes of every file of a backup. @throws {AppError} `not_found`, `damaged_backup` */
function checkedFiles(from: string): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(from))
    throw new AppError('not_found', `${from}: expected a directory of \`onomast backup\`, found nothing`);
  const manifest = readManifest(from);
  const damaged = (name: string, what: string): AppError =>
    new AppError('damaged_backup', `${join(from, name)}: ${what}`);
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    if (!FILE_NAME.test(name))
      throw damaged(MANIFEST, `it names a file that no backup has: ${JSON.stringify(name.slice(0, 80))}`);
    let bytes: Uint8Array;
    try {
      bytes = readRegularFile(join(from, name), MOST_BYTES);
    } catch (error) {
      throw damaged(name, messageOf(error));
    }
    if (bytes.length !== expected.bytes) throw damaged(name, `expected ${expected.bytes} bytes, found ${bytes.length}`);
    if (sha256(bytes) !== expected.sha256)
      throw damaged(name, 'it is not the file that was backed up: its hash differs');
    files.set(name, bytes);
  }
  if (!files.has(DATABASE)) throw damaged(MANIFEST, 'it names no database');
  const faults = faultsOfDatabase(join(from, DATABASE));
  if (faults.length > 0) throw damaged(DATABASE, faults[0]);
  return files;
}

function readManifest(from: string): Manifest {
  const place = join(from, MANIFEST);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(readRegularFile(place, 64 * 2 ** 20)).toString('utf8'));
  } catch (error) {
    throw new AppError(
      'damaged_backup',
      `${place}: the list of files cannot be read: ${messageOf(error)}; was the backup cut off?`,
    );
  }
  const { format, files } = (value ?? {}) as Partial<Manifest>;
  if (format !== FORMAT || typeof files !== 'object' || files === null)
    throw new AppError(
      'damaged_backup',
      `${place}: expected a list of the form ${FORMAT}, found ${JSON.stringify(format ?? null).slice(0, 80)}`,
    );
  return value as Manifest;
}
