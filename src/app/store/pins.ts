import { AppError } from '#base/errors.js';
import type { Database, Row } from './database.js';
import { readRow } from './rows.js';

/** What must, or must not, be found at a place of a text. */
export interface PinnedSpan {
  /** UTF-16 units, half-open. */
  readonly start: number;
  readonly end: number;
  /** '' only where nothing at all must be found. */
  readonly label: string;
  readonly must: boolean;
}

/** A sentence that every new model is tried on. */
export interface PinRecord {
  readonly id: number;
  readonly projectId: number;
  readonly text: string;
  readonly spans: readonly PinnedSpan[];
  /** ISO 8601, UTC. */
  readonly madeAt: string;
}

/** The pins of all projects. Every method is one transaction. */
export interface PinRegistry {
  /** Oldest first; of every project unless told. */
  list(projectId?: number): readonly PinRecord[];
  /** @throws {AppError} `not_found` for a project that is not there. */
  add(projectId: number, pin: Pick<PinRecord, 'text' | 'spans'>): number;
  /** @throws {AppError} `not_found` */
  remove(projectId: number, id: number): void;
}

export function createPinRegistry(database: Database): PinRegistry {
  return {
    list: (projectId) =>
      database
        .all('SELECT * FROM pins WHERE ? IS NULL OR project_id = ? ORDER BY id', projectId ?? null, projectId ?? null)
        .map(readPin),
    add: (projectId, { text, spans }) =>
      database.transaction(() => {
        if (database.get('SELECT 1 FROM projects WHERE id = ?', projectId) === undefined)
          throw new AppError('not_found', `project: there is no project ${projectId}`);
        database.run(
          'INSERT INTO pins (project_id, text, spans, made_at) VALUES (?, ?, ?, ?)',
          projectId,
          text,
          JSON.stringify(spans),
          new Date().toISOString(),
        );
        return readRow('pins', database.get('SELECT max(id) AS id FROM pins')!).integer('id');
      }),
    remove: (projectId, id) =>
      database.transaction(() => {
        if (database.get('SELECT 1 FROM pins WHERE id = ? AND project_id = ?', id, projectId) === undefined)
          throw new AppError('not_found', `pin: there is no pin ${id} in project ${projectId}`);
        database.run('DELETE FROM pins WHERE id = ?', id);
      }),
  };
}

function readPin(row: Row): PinRecord {
  const read = readRow('pins', row);
  return {
    id: read.integer('id'),
    projectId: read.integer('project_id'),
    text: read.text('text'),
    spans: JSON.parse(read.text('spans')) as PinnedSpan[],
    madeAt: read.text('made_at'),
  };
}
