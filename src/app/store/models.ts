import { AppError } from '#base/errors.js';
import type { Database, Row } from './database.js';
import { type JsonObject, readRow } from './rows.js';
import { fromStoredPath, toStoredPath } from './stored-path.js';

export interface NewModel {
  /** Letters, digits, `.`, `_` and `-`, at most 64: `names`. */
  readonly name: string;
  /** The model's directory. */
  readonly path: string;
  readonly weightsSha256: string;
  readonly dataSha256: string;
  readonly labels: readonly string[];
  /** Numbers by name, on the dev part: `{ precision, recall, f1 }`, 0 to 1. Further entries are kept. */
  readonly scores: JsonObject;
  readonly config: JsonObject;
  readonly runId?: string;
}

export interface ModelRecord extends NewModel {
  /** 1, 2, … for each name; never used twice. */
  readonly version: number;
  /** Absolute. */
  readonly path: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The trained models. A `spec` is `name` (its active version, else its newest) or `name@version`. */
export interface ModelRegistry {
  /** @throws {AppError} `invalid_argument` for a malformed name, no labels, or a run that is not registered. */
  register(model: NewModel): { readonly name: string; readonly version: number };
  /** Newest first. */
  list(): readonly ModelRecord[];
  /** @throws {AppError} `unknown_model`; `invalid_argument` for a malformed spec. */
  find(spec: string): ModelRecord;
  /** The activated model, else the newest; `undefined` when there is none. */
  active(): ModelRecord | undefined;
  /** @throws {AppError} as {@link find}. */
  activate(spec: string): ModelRecord;
  /** Forgets one version; its directory stays. Needs `name@version`: a name alone would be an accident. */
  remove(spec: string): ModelRecord;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const SELECT = 'SELECT * FROM models';
const IS_ACTIVE = 'position IN (SELECT model FROM active_model)';

export function createModelRegistry(database: Database): ModelRegistry {
  const modelOf = (row: Row | undefined): ModelRecord | undefined =>
    row === undefined ? undefined : readModel(row, database.homeDirectory);

  const find = (spec: string): ModelRecord => {
    const { name, version } = parseSpec(spec);
    const row =
      version === undefined
        ? database.get(`${SELECT} WHERE name = ? ORDER BY ${IS_ACTIVE} DESC, version DESC LIMIT 1`, name)
        : database.get(`${SELECT} WHERE name = ? AND version = ?`, name, version);
    const model = modelOf(row);
    if (model === undefined) throw new AppError('unknown_model', `model: there is no model ${JSON.stringify(spec)}`);
    return model;
  };

  return {
    find,
    register(model) {
      checkModel(model);
      return database.transaction(() => {
        checkRun(database, model.runId);
        database.run(
          `INSERT INTO model_names (name, last_version) VALUES (?, 1)
           ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1`,
          model.name,
        );
        database.run(
          `INSERT INTO models
             (name, version, path, weights_sha256, data_sha256, labels, scores, config, run_id, created_at)
           VALUES (?, (SELECT last_version FROM model_names WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
          model.name,
          model.name,
          toStoredPath(database.homeDirectory, model.path),
          model.weightsSha256,
          model.dataSha256,
          JSON.stringify(model.labels),
          JSON.stringify(model.scores),
          JSON.stringify(model.config),
          model.runId ?? null,
          new Date().toISOString(),
        );
        const row = database.get('SELECT last_version FROM model_names WHERE name = ?', model.name)!;
        return { name: model.name, version: readRow('model_names', row).integer('last_version') };
      });
    },
    list: () => database.all(`${SELECT} ORDER BY position DESC`).map((row) => modelOf(row)!),
    active: () => modelOf(database.get(`${SELECT} ORDER BY ${IS_ACTIVE} DESC, position DESC LIMIT 1`)),
    activate(spec) {
      return database.transaction(() => {
        const model = find(spec);
        database.run(
          `INSERT INTO active_model (only_row, model)
           VALUES (1, (SELECT position FROM models WHERE name = ? AND version = ?))
           ON CONFLICT (only_row) DO UPDATE SET model = excluded.model`,
          model.name,
          model.version,
        );
        return model;
      });
    },
    remove(spec) {
      if (parseSpec(spec).version === undefined) {
        throw new AppError('invalid_argument', `model: expected "name@version", found ${JSON.stringify(spec)}`);
      }
      return database.transaction(() => {
        const model = find(spec);
        database.run('DELETE FROM models WHERE name = ? AND version = ?', model.name, model.version);
        return model;
      });
    },
  };
}

function parseSpec(spec: string): { name: string; version?: number } {
  const match = /^([^@]+)(?:@([1-9]\d{0,14}))?$/.exec(spec);
  if (match === null || !NAME.test(match[1])) {
    const found = JSON.stringify(spec.slice(0, 80));
    throw new AppError('invalid_argument', `model: expected "name" or "name@version", found ${found}`);
  }
  return match[2] === undefined ? { name: match[1] } : { name: match[1], version: Number(match[2]) };
}

function checkModel({ name, labels }: NewModel): void {
  if (!NAME.test(name)) {
    throw new AppError(
      'invalid_argument',
      `registry: "name" must be 1 to 64 letters, digits, ".", "_" or "-", found ${JSON.stringify(name)}`,
    );
  }
  if (labels.length === 0) throw new AppError('invalid_argument', 'registry: "labels" must not be empty');
}

function checkRun(database: Database, runId: string | undefined): void {
  if (runId !== undefined && database.get('SELECT 1 FROM runs WHERE id = ?', runId) === undefined) {
    throw new AppError('invalid_argument', `registry: "runId": there is no run ${JSON.stringify(runId)}`);
  }
}

function readModel(row: Row, homeDirectory: string | undefined): ModelRecord {
  const read = readRow('models', row);
  return {
    name: read.text('name'),
    version: read.integer('version'),
    path: fromStoredPath(homeDirectory, read.text('path')),
    weightsSha256: read.text('weights_sha256'),
    dataSha256: read.text('data_sha256'),
    labels: read.textList('labels'),
    scores: read.json('scores'),
    config: read.json('config'),
    createdAt: read.text('created_at'),
    ...read.optionalText('run_id', 'runId'),
  };
}
