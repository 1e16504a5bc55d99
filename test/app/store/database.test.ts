import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#app/store/database.js';
import { MIGRATIONS } from '#app/store/migrations.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const newPath = () => join(temporaryDirectory(), 'registry.db');

function openForTest(path: string, options = {}) {
  const database = openDatabase(path, options);
  onTestFinished(() => database.close());
  return database;
}

describe('openDatabase', () => {
  test('creates the folder and the file, with the pragmas the registry rests on', () => {
    const path = join(temporaryDirectory(), 'a', 'b', 'registry.db');
    const database = openForTest(path, { busyTimeoutMs: 1234 });
    expect(existsSync(path)).toBe(true);
    expect(database.homeDirectory).toBe(resolve(path, '..'));
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(database.get('PRAGMA busy_timeout')).toEqual({ timeout: 1234 });
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
  });

  test('opens ":memory:" without a home', () => {
    const database = openForTest(':memory:');
    expect(database.homeDirectory).toBeUndefined();
    expect(database.all('SELECT * FROM models')).toEqual([]);
  });

  test('keeps what was written when it is opened again', () => {
    const path = newPath();
    const first = openDatabase(path);
    first.run('INSERT INTO model_names VALUES (?, ?)', 'names', 3);
    first.close();
    first.close();
    expect(openForTest(path).all('SELECT * FROM model_names')).toEqual([{ name: 'names', last_version: 3 }]);
  });

  test('applies only the steps that are missing', () => {
    const path = newPath();
    const empty = new Sqlite(path);
    empty.pragma('user_version = 0');
    empty.close();
    expect(openForTest(path).get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
    expect(openForTest(path).get('SELECT count(*) AS n FROM runs')).toEqual({ n: 0 });
  });

  test.each([
    ['the one that was chosen', 'INSERT INTO active_model VALUES (1, 1)', 1],
    ['the newest where none was', '', 2],
  ])('a database of before activations were recorded: active is %s', (_, choice, version) => {
    const path = newPath();
    const old = new Sqlite(path);
    old.exec(MIGRATIONS[0]);
    old.exec("INSERT INTO model_names VALUES ('names', 2)");
    for (const number of [1, 2])
      old.exec(`INSERT INTO models (name, version, path, weights_sha256, data_sha256, labels, scores, config, created_at)
        VALUES ('names', ${number}, 'p', 'w', 'd', '["PER"]', '{}', '{}', '2026-01-0${number}')`);
    old.exec(choice);
    old.pragma('user_version = 1');
    old.pragma(`application_id = ${0x4f4e4f4d}`);
    old.close();
    const rows = openForTest(path).all('SELECT name, version, activated_at FROM activations');
    expect(rows).toEqual([{ name: 'names', version, activated_at: `2026-01-0${version}` }]);
  });

  test('brings a database of the first version up to date, with all that is in it', () => {
    const path = newPath();
    const old = new Sqlite(path);
    old.exec(MIGRATIONS[0]);
    old.exec("INSERT INTO model_names VALUES ('names', 3)");
    old.pragma('user_version = 1');
    old.pragma(`application_id = ${0x4f4e4f4d}`);
    old.close();
    const database = openForTest(path);
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
    expect(database.get('SELECT * FROM model_names')).toEqual({ name: 'names', last_version: 3 });
    expect(database.get('SELECT count(*) AS n FROM documents')).toEqual({ n: 0 });
  });

  test('refuses a database of a newer version', () => {
    const path = newPath();
    openDatabase(path).close();
    const newer = new Sqlite(path);
    newer.pragma('user_version = 99');
    newer.close();
    const error = thrownBy(() => openDatabase(path));
    expect(error.code).toBe('database_error');
    expect(error.message).toContain(
      `has version 99, this program knows versions up to ${MIGRATIONS.length}; update the program`,
    );
  });

  test('refuses the database of another program and leaves it alone', () => {
    const path = newPath();
    const foreign = new Sqlite(path);
    foreign.exec('CREATE TABLE recipes (name TEXT)');
    const error = thrownBy(() => openDatabase(path));
    expect(error.code).toBe('database_error');
    expect(error.message).toContain('is the database of another program');
    expect(foreign.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'recipes' }]);
    foreign.close();
  });

  test('says when the file is not a database', () => {
    const path = newPath();
    writeFileSync(path, 'Dear diary, '.repeat(1000));
    const error = thrownBy(() => openDatabase(path));
    expect(error.code).toBe('database_error');
    expect(error.message).toBe(`registry: ${path}: the file is not a database`);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ['a directory', (path: string) => mkdirSync(path), (path: string) => path],
    ['a file where the folder should be', (path: string) => writeFileSync(path, ''), (path: string) => join(path, 'x')],
  ])('says when the path is %s', (_, prepare, pathOf) => {
    const path = newPath();
    prepare(path);
    const error = thrownBy(() => openDatabase(pathOf(path)));
    expect(error.code).toBe('database_error');
    expect(error.message).toContain(`registry: ${pathOf(path)}: `);
  });

  test('refuses an empty path', () => {
    const error = thrownBy(() => openDatabase(''));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe('registry: "path" must name a file or be ":memory:", found ""');
  });

  test('reports a lock that another program holds, when opening and when writing', () => {
    const path = newPath();
    const database = openForTest(path, { busyTimeoutMs: 10 });
    const other = new Sqlite(path);
    onTestFinished(() => void other.close());
    other.exec('BEGIN EXCLUSIVE');
    const error = thrownBy(() => database.run("INSERT INTO model_names VALUES ('names', 1)"));
    expect(error.code).toBe('database_busy');
    expect(error.message).toBe(`registry: ${path}: another program is writing; try again`);
    other.exec('ROLLBACK');
    expect(database.run("INSERT INTO model_names VALUES ('names', 1)")).toBe(1);

    const freshPath = newPath();
    const holder = new Sqlite(freshPath);
    onTestFinished(() => void holder.close());
    holder.exec('BEGIN EXCLUSIVE');
    expect(thrownBy(() => openDatabase(freshPath, { busyTimeoutMs: 10 })).code).toBe('database_busy');
  });

  test('reports a full disk', () => {
    const path = newPath();
    const database = openForTest(path);
    const { page_count } = database.get('PRAGMA page_count') as { page_count: number };
    database.get(`PRAGMA max_page_count = ${page_count}`);
    const error = thrownBy(() => database.run('INSERT INTO model_names VALUES (?, 1)', 'x'.repeat(100_000)));
    expect(error.code).toBe('disk_full');
    expect(error.message).toBe(`registry: ${path}: the disk is full`);
  });

  test('reports that writing is not allowed', () => {
    const path = newPath();
    const database = openForTest(path);
    database.run('PRAGMA query_only = 1');
    const error = thrownBy(() => database.run("INSERT INTO model_names VALUES ('names', 1)"));
    expect(error.code).toBe('database_error');
    expect(error.message).toBe(`registry: ${path}: the database can only be read, not written`);
  });

  describe('where no file can be put beside it', () => {
    /** A link to nowhere, where SQLite wants a file of its own. */
    const leaveNoRoom = (path: string): void => symlinkSync(join(path, 'nowhere'), `${path}-shm`);

    function closedWithoutRoom(prepare: (path: string) => void = () => {}): string {
      const path = newPath();
      const database = openDatabase(path);
      database.run("INSERT INTO model_names VALUES ('names', 3)");
      database.close();
      prepare(path);
      leaveNoRoom(path);
      return path;
    }

    test('is read, and refuses to be written', () => {
      const path = closedWithoutRoom();
      const before = readFileSync(path);
      const database = openForTest(path);
      expect(database.homeDirectory).toBe(resolve(path, '..'));
      expect(database.all('SELECT * FROM model_names')).toEqual([{ name: 'names', last_version: 3 }]);
      for (const write of [
        () => database.run("INSERT INTO model_names VALUES ('more', 1)"),
        () => database.transaction(() => database.run('DELETE FROM model_names')),
      ]) {
        const error = thrownBy(write);
        expect(error.code).toBe('database_error');
        expect(error.message).toBe(`registry: ${path}: the database can only be read, not written`);
      }
      expect(database.all('SELECT * FROM model_names').length).toBe(1);
      expect(readFileSync(path).equals(before)).toBe(true);
    });

    test('of an older version is read too', () => {
      const path = closedWithoutRoom((older) => {
        rmSync(older);
        const empty = new Sqlite(older);
        empty.pragma('journal_mode = WAL');
        empty.close();
      });
      expect(openForTest(path).all('SELECT * FROM runs')).toEqual([]);
    });

    test('says what to do when it was not closed', () => {
      const [open, path] = [newPath(), newPath()];
      openForTest(open).run("INSERT INTO model_names VALUES ('names', 3)");
      for (const suffix of ['', '-wal']) copyFileSync(open + suffix, path + suffix);
      leaveNoRoom(path);
      const error = thrownBy(() => openDatabase(path));
      expect(error.code).toBe('database_error');
      expect(error.message).toBe(
        `registry: ${path} was not closed, and it cannot be put in order in a folder that cannot be written; ` +
          'open it once where it can be, or do without it by naming the directory of a model',
      );
    });

    test('refuses the database of another program all the same', () => {
      const path = newPath();
      const foreign = new Sqlite(path);
      foreign.pragma('journal_mode = WAL');
      foreign.exec('CREATE TABLE recipes (name TEXT)');
      foreign.close();
      leaveNoRoom(path);
      expect(thrownBy(() => openDatabase(path)).message).toContain('is the database of another program');
    });
  });

  test('undoes the whole of a transaction that throws', () => {
    const database = openForTest(':memory:');
    expect(() =>
      database.transaction(() => {
        database.run("INSERT INTO model_names VALUES ('names', 1)");
        throw new RangeError('changed my mind');
      }),
    ).toThrow(new RangeError('changed my mind'));
    expect(database.all('SELECT * FROM model_names')).toEqual([]);
  });
});
