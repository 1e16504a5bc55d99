import type { Database } from './database.js';
import { readRow } from './rows.js';

/** Learned from, or set apart to measure. */
export type SentencePart = 'train' | 'dev';

/** Which part each sentence of a project has been in; sentences are told by a hash of their words. */
export interface SentencePartRegistry {
  of(projectId: number): ReadonlyMap<string, SentencePart>;
  /** In place of what was told before. */
  replace(projectId: number, parts: ReadonlyMap<string, SentencePart>): void;
}

export function createSentencePartRegistry(database: Database): SentencePartRegistry {
  return {
    of: (projectId) =>
      new Map(
        database.all('SELECT * FROM sentence_parts WHERE project_id = ?', projectId).map((row) => {
          const read = readRow('sentence_parts', row);
          return [read.text('sentence'), read.text('part') as SentencePart];
        }),
      ),
    replace: (projectId, parts) =>
      database.transaction(() => {
        database.run('DELETE FROM sentence_parts WHERE project_id = ?', projectId);
        for (const [sentence, part] of parts)
          database.run('INSERT INTO sentence_parts VALUES (?, ?, ?)', projectId, sentence, part);
      }),
  };
}
