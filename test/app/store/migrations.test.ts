import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '#app/store/database.js';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import { MIGRATIONS } from '#app/store/migrations.js';
import { openRegistry } from '#app/store/registry.js';
import { contentOf, lostRows, VERSIONS, writeOlderDatabase } from '../../helpers/older-database.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const FOLDER = fileURLToPath(new URL('../../../src/app/store/migrations', import.meta.url));
const schemaOf = (path: string): unknown[] => {
  const sqlite = new Sqlite(path, { readonly: true });
  try {
    return sqlite
      .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all();
  } finally {
    sqlite.close();
  }
};
const newPath = (): string => join(temporaryDirectory(), 'registry.db');

describe('migrations', () => {
  test('are one file each, numbered as they are applied', () => {
    const numbers = readdirSync(FOLDER).map((name) => Number(/^(\d\d)-/.exec(name)?.[1]));
    expect(numbers.sort()).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  test.each(VERSIONS)(
    'from version %i to the newest: every row is kept, and the schema is that of a new database',
    (version) => {
      const path = newPath();
      writeOlderDatabase(path, version);
      const before = contentOf(path);
      for (const [name, rows] of Object.entries(before.tables)) expect(rows, name).not.toEqual([]);
      openDatabase(path).close();
      const after = contentOf(path);
      expect(after.version).toBe(MIGRATIONS.length);
      expect(lostRows(before, after)).toEqual([]);
      expect(faultsOfDatabase(path)).toEqual([]);
      const fresh = newPath();
      openDatabase(fresh).close();
      expect(schemaOf(path)).toEqual(schemaOf(fresh));
    },
  );

  test.each(VERSIONS)('what version %i left can be used: runs, models, jobs, projects and tokens', (version) => {
    const path = newPath();
    writeOlderDatabase(path, version);
    const registry = openRegistry(path);
    try {
      expect(registry.models.list().map(({ name, version: number }) => `${name}@${number}`)).toEqual([
        'names@2',
        'names@1',
      ]);
      expect(registry.models.activations()[0]).toMatchObject({ name: 'names', version: version === 1 ? 1 : 0 });
      expect(registry.runs.list().map(({ id }) => id)).toEqual(['r_2', 'r_1']);
      expect(registry.trainingJobs.list().map(({ id }) => id)).toEqual(version >= 2 ? ['t_1'] : []);
      expect(registry.projects.list().map(({ name }) => name)).toEqual(version >= 3 ? ['Ships'] : []);
      expect(registry.tokens.list().map(({ id }) => id)).toEqual(
        version >= 4 ? expect.arrayContaining(['k_1', 'k_2']) : [],
      );
    } finally {
      registry.close();
    }
  });

  test('that fail leave the database as it was', () => {
    const path = newPath();
    writeOlderDatabase(path, 2);
    const sqlite = new Sqlite(path);
    sqlite.exec('CREATE TABLE documents (in_the_way TEXT)');
    sqlite.close();
    const before = contentOf(path);
    expect(thrownBy(() => openDatabase(path)).code).toBe('database_error');
    expect(contentOf(path)).toEqual(before);
  });

  test.each([MIGRATIONS.length + 1, 99])('a database of version %i is refused and left alone', (version) => {
    const path = newPath();
    writeOlderDatabase(path, MIGRATIONS.length);
    const sqlite = new Sqlite(path);
    sqlite.pragma(`user_version = ${version}`);
    sqlite.close();
    const before = contentOf(path);
    expect(thrownBy(() => openDatabase(path)).message).toBe(
      `registry: ${path} has version ${version}, this program knows versions up to ${MIGRATIONS.length}; update the program`,
    );
    expect(contentOf(path)).toEqual(before);
  });
});
