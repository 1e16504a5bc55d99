import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { MIGRATIONS } from '#app/store/migrations.js';

/** Rows as programs of each version left them: what every later one must keep. */
const ROWS: readonly string[] = [
  `
  INSERT INTO runs (id, status, config, seed, data_sha256, output, process_id, started_at, resumed_at, finished_at,
      model_name, model_version) VALUES
    ('r_1', 'finished', '{"layers":1}', 7, 'd1', 'models/names', 11, '2026-01-01', '2026-01-01', '2026-01-02', 'names', 1),
    ('r_2', 'interrupted', '{"layers":2}', 8, 'd2', 'models/names', 12, '2026-01-03', '2026-01-03', NULL, NULL, NULL);
  INSERT INTO epochs (run_id, epoch, step, loss, dev_f1) VALUES ('r_1', 1, 10, 0.5, 0.25), ('r_1', 2, 20, 0.25, 0.75);
  INSERT INTO model_names VALUES ('names', 2);
  INSERT INTO models (name, version, path, weights_sha256, data_sha256, labels, scores, config, run_id, created_at) VALUES
    ('names', 1, 'models/names.versions/1', 'w1', 'd1', '["PER"]', '{"f1":0.75}', '{}', 'r_1', '2026-01-02'),
    ('names', 2, 'models/names', 'w2', 'd2', '["PER","LOC"]', '{"f1":0.8}', '{}', NULL, '2026-01-04');
  INSERT INTO active_model VALUES (1, 1);
  `,
  `
  INSERT INTO activations (name, version, reason, activated_at, undone_at) VALUES
    ('names', 2, 'better', '2026-01-05', '2026-01-06'), ('names', 0, 'shipped again', '2026-01-07', NULL);
  INSERT INTO training_jobs (id, state, request, output, process_id, created_at, changed_at) VALUES
    ('t_1', 'paused', '{"recipe":"tiny"}', 'models/job', 13, '2026-01-08', '2026-01-09');
  INSERT INTO training_job_events VALUES ('t_1', 1, '{"type":"start"}', '2026-01-08');
  `,
  `
  INSERT INTO projects (name, created_at) VALUES ('Ships', '2026-01-10');
  INSERT INTO project_labels VALUES (1, 0, 'SHIP', '1', 0), (1, 1, 'PORT', NULL, 1);
  INSERT INTO documents (project_id, name, text, tokens, sentences, meta, status, spans, version, changed_at) VALUES
    (1, 'a.txt', 'The Vasa 😀 sank.', NULL, NULL, '{"source":"x"}', 'accepted', '[[4,8,"SHIP"]]', 2, '2026-01-11'),
    (1, NULL, 'Nothing.', '[0,7,7,8]', '[2]', '{}', 'new', '[]', 0, '2026-01-11');
  INSERT INTO decisions (document_id, made_at, made_by, kind, model, before, after, standing) VALUES
    (1, '2026-01-11', 'page', 'mark', 'names@1', '{"spans":[]}', '{"spans":[[4,8,"SHIP"]]}', 'done'),
    (1, '2026-01-12', 'page', 'accept', NULL, '{"status":"draft"}', '{"status":"accepted"}', 'undone');
  INSERT INTO pins (project_id, text, spans, made_at) VALUES (1, 'The Vasa sank.', '[[4,8,"SHIP",true]]', '2026-01-13');
  `,
  `
  INSERT INTO tokens (id, name, scope, secret_sha256, created_at, revoked_at) VALUES
    ('k_1', 'reader', 'tag', 'aa', '2026-01-14', NULL), ('k_2', 'gone', 'admin', 'bb', '2026-01-14', '2026-01-15');
  `,
  `UPDATE runs SET corpus = 'ships', recipe = 'tiny' WHERE id = 'r_2';`,
  `INSERT INTO sentence_parts VALUES (1, 'cc', 'train'), (1, 'dd', 'dev');`,
];

/** Versions of the schema, oldest first; a new one fails here until it has rows of its own. */
export const VERSIONS: readonly number[] = ROWS.map((_, index) => index + 1);

/** A closed database as programs of this version of the schema left it, with rows in each of its tables. */
export function writeOlderDatabase(path: string, version: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const sqlite = new Sqlite(path);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('foreign_keys = ON');
  for (const [index, step] of MIGRATIONS.slice(0, version).entries()) {
    sqlite.exec(step);
    sqlite.exec(ROWS[index]);
  }
  sqlite.pragma(`user_version = ${version}`);
  sqlite.pragma(`application_id = ${0x4f4e4f4d}`);
  sqlite.close();
}

/** The version of a database and all rows of all its tables; reads only. */
export function contentOf(path: string): {
  readonly version: number;
  readonly tables: Readonly<Record<string, Row[]>>;
} {
  const sqlite = new Sqlite(path, { readonly: true });
  try {
    const names = sqlite
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all() as string[];
    const rows = (name: string): Row[] => sqlite.prepare(`SELECT * FROM "${name}"`).all() as Row[];
    return {
      version: sqlite.pragma('user_version', { simple: true }) as number,
      tables: Object.fromEntries(names.map((name) => [name, rows(name)])),
    };
  } finally {
    sqlite.close();
  }
}

type Row = Readonly<Record<string, unknown>>;

/** What of the older content is not in the newer one: rows that are gone or changed, of tables that are kept. */
export function lostRows(older: ReturnType<typeof contentOf>, newer: ReturnType<typeof contentOf>): string[] {
  return Object.entries(older.tables).flatMap(([name, rows]) => {
    if (name === 'active_model' && newer.version > 1) return []; // it became the first activation
    const kept = newer.tables[name] ?? [];
    return rows
      .filter((row) => !kept.some((other) => Object.entries(row).every(([column, value]) => other[column] === value)))
      .map((row) => `${name}: ${JSON.stringify(row)}`);
  });
}
