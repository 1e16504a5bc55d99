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

/** A decision that a model is the one used when none is named. */
export interface Activation {
  readonly name: string;
  /** 0 for the model that ships with the program, which is not registered. */
  readonly version: number;
  /** Why, in one sentence. */
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly activatedAt: string;
}

/**
 * The trained models, and which of them was made active when. A `spec` is `name` (the version of it that was active last,
 * else its newest) or `name@version`.
 */
export interface ModelRegistry {
  /** @throws {AppError} `invalid_argument` for a malformed name, no labels, or a run that is not registered. */
  register(model: NewModel): { readonly name: string; readonly version: number };
  /** Newest first. */
  list(): readonly ModelRecord[];
  /** @throws {AppError} `unknown_model`; `invalid_argument` for a malformed spec. */
  find(spec: string): ModelRecord;
  /** Those that were not taken back, newest first; models that were removed are left out. The first one is in force. */
  activations(): readonly Activation[];
  /**
   * Puts a model in force; nothing is recorded for one that is. Version 0 names the shipped model.
   *
   * @throws {AppError} `unknown_model`
   */
  activate(model: Pick<ModelRecord, 'name' | 'version'>, reason: string): void;
  /** Takes back the activation in force, so that the one before it is; undefined if there is none. */
  rollBack(): Activation | undefined;
  /** Forgets one version; its directory stays. Needs `name@version`: a name alone would be an accident. */
  remove(spec: string): ModelRecord;
  /**
   * Gives one version another name, with the next number of that name, for a version names one model for ever. Activations,
   * runs, decisions and trainings that have not ended follow; its directory stays. Needs `name@version`.
   *
   * @throws {AppError} `unknown_model`; `invalid_argument` for a malformed spec or name, or the name that it has.
   */
  rename(spec: string, name: string): ModelRecord;
}

/** Where a model is told by name and version: table, column of the name, column of the version. */
const NAMED_IN = [
  ['models', 'name', 'version'],
  ['activations', 'name', 'version'],
  ['runs', 'model_name', 'model_version'],
] as const;
/** Where one is told as `name@version`: table and column. */
const SPEC_IN = [
  ['decisions', 'model'],
  ['documents', 'uncertainty_model'],
] as const;
/** Where marked names tell which model suggested them. */
const SPANS_IN = [
  ['documents', 'spans'],
  ['decisions', 'before'],
  ['decisions', 'after'],
] as const;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const SELECT = 'SELECT * FROM models';
const LAST_ACTIVATION = `(SELECT max(activations.position) FROM activations
  WHERE activations.name = models.name AND activations.version = models.version AND undone_at IS NULL)`;
/** In force first; what was removed does not count, and the shipped model is not registered. */
const ACTIVATIONS = `SELECT * FROM activations WHERE undone_at IS NULL
  AND (version = 0 OR EXISTS (SELECT 1 FROM models WHERE name = activations.name AND version = activations.version))
  ORDER BY position DESC`;

export function createModelRegistry(database: Database): ModelRegistry {
  const modelOf = (row: Row | undefined): ModelRecord | undefined =>
    row === undefined ? undefined : readModel(row, database.homeDirectory);

  const find = (spec: string): ModelRecord => {
    const { name, version } = parseSpec(spec);
    const row =
      version === undefined
        ? database.get(
            `${SELECT} WHERE name = ? ORDER BY ${LAST_ACTIVATION} DESC NULLS LAST, version DESC LIMIT 1`,
            name,
          )
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
        const version = nextVersion(database, model.name);
        database.run(
          `INSERT INTO models
             (name, version, path, weights_sha256, data_sha256, labels, scores, config, run_id, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          model.name,
          version,
          toStoredPath(database.homeDirectory, model.path),
          model.weightsSha256,
          model.dataSha256,
          JSON.stringify(model.labels),
          JSON.stringify(model.scores),
          JSON.stringify(model.config),
          model.runId ?? null,
          new Date().toISOString(),
        );
        return { name: model.name, version };
      });
    },
    list: () => database.all(`${SELECT} ORDER BY position DESC`).map((row) => modelOf(row)!),
    activations: () => database.all(ACTIVATIONS).map(readActivation),
    activate({ name, version }, reason) {
      database.transaction(() => {
        if (version > 0) find(`${name}@${version}`);
        const inForce = database.get(`${ACTIVATIONS} LIMIT 1`);
        if (inForce?.name === name && inForce.version === version) return;
        database.run(
          'INSERT INTO activations (name, version, reason, activated_at) VALUES (?, ?, ?, ?)',
          name,
          version,
          reason,
          new Date().toISOString(),
        );
      });
    },
    rollBack() {
      return database.transaction(() => {
        const row = database.get(`${ACTIVATIONS} LIMIT 1`);
        if (row === undefined) return undefined;
        const position = readRow('activations', row).integer('position');
        database.run('UPDATE activations SET undone_at = ? WHERE position = ?', new Date().toISOString(), position);
        return readActivation(row);
      });
    },
    remove(spec) {
      assertVersionNamed(spec);
      return database.transaction(() => {
        const model = find(spec);
        database.run('DELETE FROM models WHERE name = ? AND version = ?', model.name, model.version);
        return model;
      });
    },
    rename(spec, name) {
      assertVersionNamed(spec);
      assertModelName(name);
      return database.transaction(() => {
        const model = find(spec);
        if (name === model.name)
          throw new AppError('invalid_argument', `model: ${spec} is called ${JSON.stringify(name)} already`);
        const version = nextVersion(database, name);
        for (const [table, ofName, ofVersion] of NAMED_IN)
          database.run(
            `UPDATE ${table} SET ${ofName} = ?, ${ofVersion} = ? WHERE ${ofName} = ? AND ${ofVersion} = ?`,
            name,
            version,
            model.name,
            model.version,
          );
        const [before, after] = [`${model.name}@${model.version}`, `${name}@${version}`];
        for (const [table, column] of SPEC_IN)
          database.run(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`, after, before);
        // Compact JSON: within a text the quotes would be escaped.
        for (const [table, column] of SPANS_IN)
          database.run(
            `UPDATE ${table} SET ${column} = replace(${column}, ?, ?) WHERE instr(${column}, ?) > 0`,
            `"model":"${before}"`,
            `"model":"${after}"`,
            `"model":"${before}"`,
          );
        database.run(
          "UPDATE training_jobs SET request = json_set(request, '$.base', ?) WHERE json_extract(request, '$.base') = ?",
          after,
          before,
        );
        return find(after);
      });
    },
  };
}

function parseSpec(spec: string): { name: string; version?: number } {
  const match = /^([^@]+)(?:@(0|[1-9]\d{0,14}))?$/.exec(spec);
  if (match === null || !NAME.test(match[1])) {
    const found = JSON.stringify(spec.slice(0, 80));
    throw new AppError('invalid_argument', `model: expected "name" or "name@version", found ${found}`);
  }
  return match[2] === undefined ? { name: match[1] } : { name: match[1], version: Number(match[2]) };
}

/** Whether a model can be registered, and have a directory, under this name. */
export function isModelName(name: string): boolean {
  return NAME.test(name);
}

function assertVersionNamed(spec: string): void {
  if (parseSpec(spec).version === undefined)
    throw new AppError('invalid_argument', `model: expected "name@version", found ${JSON.stringify(spec)}`);
}

function assertModelName(name: string): void {
  if (!isModelName(name)) {
    throw new AppError(
      'invalid_argument',
      `registry: "name" must be 1 to 64 letters, digits, ".", "_" or "-", found ${JSON.stringify(name.slice(0, 80))}`,
    );
  }
}

function nextVersion(database: Database, name: string): number {
  database.run(
    `INSERT INTO model_names (name, last_version) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1`,
    name,
  );
  const row = database.get('SELECT last_version FROM model_names WHERE name = ?', name)!;
  return readRow('model_names', row).integer('last_version');
}

function checkModel({ name, labels }: NewModel): void {
  assertModelName(name);
  if (labels.length === 0) throw new AppError('invalid_argument', 'registry: "labels" must not be empty');
}

function checkRun(database: Database, runId: string | undefined): void {
  if (runId !== undefined && database.get('SELECT 1 FROM runs WHERE id = ?', runId) === undefined) {
    throw new AppError('invalid_argument', `registry: "runId": there is no run ${JSON.stringify(runId)}`);
  }
}

function readActivation(row: Row): Activation {
  const read = readRow('activations', row);
  return {
    name: read.text('name'),
    version: read.integer('version'),
    reason: read.text('reason'),
    activatedAt: read.text('activated_at'),
  };
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
