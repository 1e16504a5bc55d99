/**
 * Which sentences of a project are set apart to measure models, and which are learned from. `sentence` is the SHA-256 of its
 * words (`sentenceKey`), so that a part stays the same when names are corrected and holds all sentences of the same words.
 */
export const KEPT_PARTS = `
  CREATE TABLE sentence_parts (
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    sentence TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('train', 'dev')),
    PRIMARY KEY (project_id, sentence)
  ) STRICT, WITHOUT ROWID;
  `;
