/**
 * The newest activation that was not undone and whose model still exists says which model is active; version 0 is the
 * shipped model, which no row of `models` describes. Before, the newest model was active where none had been chosen.
 */
export const ACTIVATIONS_AND_TRAININGS = `
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
  `;
