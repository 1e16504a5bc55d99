/**
 * What people annotate. `state` of a document is what its annotation says now; `decisions` hold how it
 * came to be, oldest first, each with the state before and after it, so that undoing survives a restart.
 */
export const PROJECTS = `
  CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE project_labels (
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    -- A digit, or NULL when all nine are taken.
    key TEXT,
    -- Which colour and which line of the style sheet.
    look INTEGER NOT NULL,
    PRIMARY KEY (project_id, label)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- As the file called it.
    name TEXT,
    text TEXT NOT NULL,
    -- Offsets of tokens, start and end in turn, when the file gave them; else NULL.
    tokens TEXT CHECK (tokens IS NULL OR json_valid(tokens)),
    -- Where sentences end, counted in tokens, when the file gave them.
    sentences TEXT CHECK (sentences IS NULL OR json_valid(sentences)),
    meta TEXT NOT NULL CHECK (json_valid(meta)),
    status TEXT NOT NULL CHECK (status IN ('new', 'draft', 'accepted', 'rejected', 'skipped')),
    spans TEXT NOT NULL CHECK (json_valid(spans)),
    version INTEGER NOT NULL,
    -- How unsure the model named beside it is of this text, 0 to 1.
    uncertainty REAL,
    uncertainty_model TEXT,
    changed_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX documents_by_status ON documents (project_id, status, id);

  CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The model whose suggestions were on the screen.
    model TEXT,
    before TEXT NOT NULL CHECK (json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after)),
    -- 'undone' ones can be done again; 'replaced' ones were undone before something else was decided.
    standing TEXT NOT NULL CHECK (standing IN ('done', 'undone', 'replaced'))
  ) STRICT;
  CREATE INDEX decisions_by_document ON decisions (document_id, standing, id);

  CREATE TABLE pins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    spans TEXT NOT NULL CHECK (json_valid(spans)),
    made_at TEXT NOT NULL
  ) STRICT;
  `;
