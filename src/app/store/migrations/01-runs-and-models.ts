/** Training runs with their epochs, models, and which of them is active. */
export const RUNS_AND_MODELS = `
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
  `;
