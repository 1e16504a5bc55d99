import { PROJECTS_SCHEMA } from './projects-schema.js';

/**
 * The schema, one step for each version, oldest first. Steps are only ever added: a step that was published is never
 * changed, for databases exist that have gone through it. Hashes are hexadecimal SHA-256, times ISO 8601 in UTC.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'interrupted', 'failed')),
    config TEXT NOT NULL CHECK (json_valid(config)),
    seed INTEGER NOT NULL,
    data_sha256 TEXT NOT NULL,
    output TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    resumed_at TEXT NOT NULL,
    finished_at TEXT,
    model_name TEXT,
    model_version INTEGER,
    error TEXT
  ) STRICT;

  CREATE TABLE epochs (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    step INTEGER NOT NULL CHECK (step >= 0),
    loss REAL,
    dev_precision REAL,
    dev_recall REAL,
    dev_f1 REAL,
    learning_rate REAL,
    gradient_norm REAL,
    tokens_per_second REAL,
    seconds REAL,
    PRIMARY KEY (run_id, epoch)
  ) STRICT, WITHOUT ROWID;

  -- Keeps counting when models are removed: a version names one model for ever.
  CREATE TABLE model_names (
    name TEXT PRIMARY KEY NOT NULL,
    last_version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE models (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL REFERENCES model_names (name),
    version INTEGER NOT NULL CHECK (version >= 1),
    path TEXT NOT NULL,
    weights_sha256 TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    labels TEXT NOT NULL CHECK (json_valid(labels)),
    scores TEXT NOT NULL CHECK (json_valid(scores)),
    config TEXT NOT NULL CHECK (json_valid(config)),
    run_id TEXT REFERENCES runs (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    UNIQUE (name, version)
  ) STRICT;

  CREATE TABLE active_model (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    model INTEGER NOT NULL REFERENCES models (position) ON DELETE CASCADE
  ) STRICT;
  `,
  // The newest activation that was not undone and whose model still exists says which model is active; version 0 is the
  // shipped model, which no row of `models` describes. Before, the newest model was active where none had been chosen.
  `
  CREATE TABLE activations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    reason TEXT NOT NULL,
    activated_at TEXT NOT NULL,
    undone_at TEXT
  ) STRICT;

  INSERT INTO activations (name, version, reason, activated_at)
    SELECT name, version, 'active before activations were recorded', created_at FROM models
    ORDER BY position IN (SELECT model FROM active_model) DESC, position DESC LIMIT 1;

  DROP TABLE active_model;

  CREATE TABLE training_jobs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN
      ('running', 'pausing', 'paused', 'stopping', 'stopped', 'finished', 'failed')),
    request TEXT NOT NULL CHECK (json_valid(request)),
    output TEXT NOT NULL,
    process_id INTEGER,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE training_job_events (
    job_id TEXT NOT NULL REFERENCES training_jobs (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    event TEXT NOT NULL CHECK (json_valid(event)),
    at TEXT NOT NULL,
    PRIMARY KEY (job_id, sequence)
  ) STRICT, WITHOUT ROWID;
  `,
  PROJECTS_SCHEMA,
  `
  CREATE TABLE tokens (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('tag', 'annotate', 'admin')),
    secret_sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
  ) STRICT;
  `,
  // What a run is called by: its corpus, and the recipe that was told or chosen; unknown of runs before.
  `
  ALTER TABLE runs ADD COLUMN corpus TEXT;
  ALTER TABLE runs ADD COLUMN recipe TEXT;
  `,
];
