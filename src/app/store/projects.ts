import { counted } from '#base/counted.js';
import { AppError } from '#base/errors.js';
import type { Database, Row } from './database.js';
import { type JsonObject, type RowReader, readRow } from './rows.js';

export interface ProjectLabel {
  readonly label: string;
  /** The digit that gives it; `null` when all are taken. */
  readonly key: string | null;
  /** Which colour and which line it is drawn in. */
  readonly look: number;
}

export interface ProjectRecord {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  readonly labels: readonly ProjectLabel[];
  /** How many documents there are of each status. */
  readonly counts: Readonly<Record<DocumentStatus, number>>;
}

/** `new`: nobody has looked; `draft`: marked, not yet accepted; `rejected` texts are no material to learn from. */
export type DocumentStatus = 'new' | 'draft' | 'accepted' | 'rejected' | 'skipped';
export const DOCUMENT_STATUSES: readonly DocumentStatus[] = ['new', 'draft', 'accepted', 'rejected', 'skipped'];

/** A marked name: UTF-16 offsets, half-open. `model` and `score` are there where a model has suggested it. */
export interface MarkedSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly model?: string;
  readonly score?: number;
}

/** What a document's annotation says. */
export interface AnnotationState {
  readonly status: DocumentStatus;
  readonly spans: readonly MarkedSpan[];
}

export interface DocumentRecord extends AnnotationState {
  readonly id: number;
  readonly projectId: number;
  readonly name: string | null;
  readonly text: string;
  /** As the file cut them: offsets, start and end in turn; `null` where the tokenizer cuts. */
  readonly tokens: readonly number[] | null;
  /** Ends of sentences, counted in tokens; `null` where the tokenizer finds them. */
  readonly sentences: readonly number[] | null;
  readonly meta: JsonObject;
  /** Grows with every change: who writes says which one was read. */
  readonly version: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Which documents are listed; all that are told hold. */
export interface DocumentFilter {
  readonly status?: DocumentStatus | undefined;
  /** A name with this label was marked. */
  readonly label?: string | undefined;
  /** The model's doubt, 0 to 1, is at least this. */
  readonly doubt?: number | undefined;
  /** Changed after this time, ISO 8601, UTC. */
  readonly changedAfter?: string | undefined;
}

/** A document in a list: the beginning of its text. */
export interface DocumentSummary {
  readonly id: number;
  readonly name: string | null;
  readonly beginning: string;
  readonly status: DocumentStatus;
  readonly names: number;
  readonly uncertainty: number | null;
}

export type NewDocument = Pick<DocumentRecord, 'name' | 'text' | 'tokens' | 'sentences' | 'meta' | 'status' | 'spans'>;

/** What somebody decided about a document. */
export interface NewDecision {
  readonly kind: string;
  readonly by: string;
  /** Whose suggestions were on the screen. */
  readonly model: string | null;
  readonly after: AnnotationState;
}

export interface DecisionRecord {
  readonly id: number;
  readonly at: string;
  readonly by: string;
  readonly kind: string;
  readonly model: string | null;
  readonly standing: 'done' | 'undone' | 'replaced';
}

/** What people annotate. Every method is one transaction: it is on disk when it returns, or it throws. */
export interface ProjectRegistry {
  /** @throws {AppError} `invalid_argument` for a name that is taken. */
  create(name: string, labels: readonly ProjectLabel[]): number;
  list(): readonly ProjectRecord[];
  /** @throws {AppError} `not_found`, as every method that is given an id. */
  get(id: number): ProjectRecord;
  remove(id: number): void;
  addLabel(projectId: number, label: ProjectLabel): void;
  /** @throws {AppError} `label_in_use` */
  removeLabel(projectId: number, label: string): void;
  addDocuments(projectId: number, documents: readonly NewDocument[]): number;
  listDocuments(
    projectId: number,
    page: { readonly offset: number; readonly limit: number } & DocumentFilter,
  ): readonly DocumentSummary[];
  getDocument(projectId: number, documentId: number): DocumentRecord;
  removeDocument(projectId: number, documentId: number): void;
  /** All of them in order, one at a time. */
  documents(projectId: number, statuses: readonly DocumentStatus[]): Iterable<DocumentRecord>;
  /**
   * The document to look at next: `order` takes the first new one after `after`, `uncertainty` the one the model is least
   * sure of; skipped ones come when no new one is left. `undefined` when all is done.
   */
  next(projectId: number, by: 'order' | 'uncertainty', after: number): number | undefined;
  /** The neighbours of a document in the list. */
  neighbours(projectId: number, documentId: number): { readonly previous?: number; readonly next?: number };
  /** New documents whose uncertainty is not known for this model. */
  unscored(projectId: number, model: string, limit: number): readonly { readonly id: number; readonly text: string }[];
  setUncertainties(model: string, values: readonly { readonly id: number; readonly uncertainty: number }[]): void;
  /** @throws {AppError} `changed_meanwhile` unless the document's version is still `version`. */
  decide(projectId: number, documentId: number, version: number, decision: NewDecision): DocumentRecord;
  /** Takes the last decision back; nothing happens where there is none. @throws {AppError} as {@link decide}. */
  undo(projectId: number, documentId: number, version: number): DocumentRecord;
  redo(projectId: number, documentId: number, version: number): DocumentRecord;
  /** Oldest first. */
  decisions(projectId: number, documentId: number): readonly DecisionRecord[];
}

const BEGINNING = 120;

export function createProjectRegistry(database: Database): ProjectRegistry {
  const now = (): string => new Date().toISOString();

  const labelsOf = (projectId: number): ProjectLabel[] =>
    database
      .all('SELECT label, key, look FROM project_labels WHERE project_id = ? ORDER BY position', projectId)
      .map((row) => {
        const read = readRow('project_labels', row);
        return {
          label: read.text('label'),
          key: row.key === null ? null : read.text('key'),
          look: read.integer('look'),
        };
      });

  const countsOf = (projectId: number): ProjectRecord['counts'] => {
    const rows = database.all(
      'SELECT status, count(*) AS n FROM documents WHERE project_id = ? GROUP BY status',
      projectId,
    );
    const found = new Map(rows.map((row) => [row.status, row.n as number]));
    return Object.fromEntries(
      DOCUMENT_STATUSES.map((status) => [status, found.get(status) ?? 0]),
    ) as ProjectRecord['counts'];
  };

  const readProject = (row: Row): ProjectRecord => {
    const read = readRow('projects', row);
    const id = read.integer('id');
    return {
      id,
      name: read.text('name'),
      createdAt: read.text('created_at'),
      labels: labelsOf(id),
      counts: countsOf(id),
    };
  };

  const get = (id: number): ProjectRecord => {
    const row = database.get('SELECT * FROM projects WHERE id = ?', id);
    if (row === undefined) throw new AppError('not_found', `project: there is no project ${id}`);
    return readProject(row);
  };

  const getDocument = (projectId: number, documentId: number): DocumentRecord => {
    const row = database.get(
      `SELECT d.*,
         EXISTS (SELECT 1 FROM decisions WHERE document_id = d.id AND standing = 'done') AS can_undo,
         EXISTS (SELECT 1 FROM decisions WHERE document_id = d.id AND standing = 'undone') AS can_redo
       FROM documents d WHERE d.id = ? AND d.project_id = ?`,
      documentId,
      projectId,
    );
    if (row === undefined)
      throw new AppError('not_found', `document: there is no document ${documentId} in project ${projectId}`);
    return readDocument(row);
  };

  const requireVersion = (document: DocumentRecord, version: number): void => {
    if (document.version === version) return;
    throw new AppError(
      'changed_meanwhile',
      `document ${document.id}: it was changed elsewhere meanwhile: expected version ${version}, found ${document.version}`,
    );
  };

  const setState = ({ id }: DocumentRecord, { status, spans }: AnnotationState): void => {
    database.run(
      'UPDATE documents SET status = ?, spans = ?, version = version + 1, changed_at = ? WHERE id = ?',
      status,
      JSON.stringify(spans),
      now(),
      id,
    );
  };

  /** Takes back the last decision that stands, or does again the first that was taken back. */
  const travel = (direction: 'undo' | 'redo', projectId: number, documentId: number, version: number): DocumentRecord =>
    database.transaction(() => {
      const document = getDocument(projectId, documentId);
      requireVersion(document, version);
      const row =
        direction === 'undo'
          ? database.get(
              "SELECT * FROM decisions WHERE document_id = ? AND standing = 'done' ORDER BY id DESC LIMIT 1",
              documentId,
            )
          : database.get(
              "SELECT * FROM decisions WHERE document_id = ? AND standing = 'undone' ORDER BY id LIMIT 1",
              documentId,
            );
      if (row === undefined) return document;
      const read = readRow('decisions', row);
      setState(document, stateFrom(read, direction === 'undo' ? 'before' : 'after'));
      database.run(
        'UPDATE decisions SET standing = ? WHERE id = ?',
        direction === 'undo' ? 'undone' : 'done',
        read.integer('id'),
      );
      return getDocument(projectId, documentId);
    });

  return {
    get,
    getDocument,
    create: (name, labels) =>
      database.transaction(() => {
        if (database.get('SELECT 1 FROM projects WHERE name = ?', name) !== undefined)
          throw new AppError('invalid_argument', `name: there is a project ${JSON.stringify(name)} already`);
        database.run('INSERT INTO projects (name, created_at) VALUES (?, ?)', name, now());
        const id = readRow('projects', database.get('SELECT id FROM projects WHERE name = ?', name)!).integer('id');
        for (const [position, label] of labels.entries()) insertLabel(database, id, { ...label, position });
        return id;
      }),
    list: () => database.all('SELECT * FROM projects ORDER BY id DESC').map(readProject),
    remove(id) {
      get(id);
      database.run('DELETE FROM projects WHERE id = ?', id);
    },
    addLabel: (projectId, label) =>
      database.transaction(() => {
        const { labels } = get(projectId);
        if (labels.some((other) => other.label === label.label))
          throw new AppError('invalid_argument', `label: the project has ${JSON.stringify(label.label)} already`);
        insertLabel(database, projectId, { ...label, position: labels.length });
      }),
    removeLabel: (projectId, label) =>
      database.transaction(() => {
        get(projectId);
        const inUse = readRow(
          'documents',
          database.get(
            `SELECT count(*) AS n FROM documents, json_each(documents.spans)
             WHERE project_id = ? AND json_extract(json_each.value, '$.label') = ?`,
            projectId,
            label,
          )!,
        ).integer('n');
        if (inUse > 0)
          throw new AppError(
            'label_in_use',
            `label ${JSON.stringify(label)}: ${counted(inUse, 'marked name')} ${inUse === 1 ? 'bears' : 'bear'} it; nothing was removed`,
          );
        database.run('DELETE FROM project_labels WHERE project_id = ? AND label = ?', projectId, label);
      }),
    addDocuments: (projectId, documents) =>
      database.transaction(() => {
        get(projectId);
        for (const { name, text, tokens, sentences, meta, status, spans } of documents) {
          database.run(
            `INSERT INTO documents (project_id, name, text, tokens, sentences, meta, status, spans, version, changed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
            projectId,
            name,
            text,
            tokens && JSON.stringify(tokens),
            sentences && JSON.stringify(sentences),
            JSON.stringify(meta),
            status,
            JSON.stringify(spans),
            now(),
          );
        }
        return documents.length;
      }),
    listDocuments: (projectId, { offset, limit, status, label, doubt, changedAfter }) =>
      database
        .all(
          `SELECT id, name, substr(text, 1, ${BEGINNING}) AS beginning, status, json_array_length(spans) AS names, uncertainty
           FROM documents WHERE project_id = ?
             AND (? IS NULL OR status = ?)
             AND (? IS NULL OR EXISTS (
               SELECT 1 FROM json_each(spans) WHERE json_extract(json_each.value, '$.label') = ?))
             AND (? IS NULL OR uncertainty >= ?)
             AND (? IS NULL OR changed_at > ?)
           ORDER BY id LIMIT ? OFFSET ?`,
          projectId,
          ...[status, label, doubt, changedAfter].flatMap((value) => [value ?? null, value ?? null]),
          limit,
          offset,
        )
        .map((row) => {
          const read = readRow('documents', row);
          return {
            id: read.integer('id'),
            name: nullableText(read, row, 'name'),
            beginning: read.text('beginning'),
            status: read.text('status') as DocumentStatus,
            names: read.integer('names'),
            uncertainty: read.numberOrNull('uncertainty'),
          };
        }),
    removeDocument(projectId, documentId) {
      getDocument(projectId, documentId);
      database.run('DELETE FROM documents WHERE id = ?', documentId);
    },
    *documents(projectId, statuses) {
      const marks = statuses.map(() => '?').join(', ');
      const rows = database.all(
        `SELECT id FROM documents WHERE project_id = ? AND status IN (${marks}) ORDER BY id`,
        projectId,
        ...statuses,
      );
      for (const row of rows) yield getDocument(projectId, readRow('documents', row).integer('id'));
    },
    next(projectId, by, after) {
      const order = by === 'uncertainty' ? 'uncertainty DESC NULLS LAST, id > ?, id' : 'id <= ?, id';
      const row = database.get(
        `SELECT id FROM documents
         WHERE project_id = ? AND status IN ('new', 'draft', 'skipped') AND id <> ?
         ORDER BY status = 'skipped', ${order} LIMIT 1`,
        projectId,
        after,
        after,
      );
      return row === undefined ? undefined : readRow('documents', row).integer('id');
    },
    neighbours(projectId, documentId) {
      const of = (sql: string) => database.get(sql, projectId, documentId);
      const previous = of('SELECT id FROM documents WHERE project_id = ? AND id < ? ORDER BY id DESC LIMIT 1');
      const next = of('SELECT id FROM documents WHERE project_id = ? AND id > ? ORDER BY id LIMIT 1');
      return {
        ...(previous && { previous: readRow('documents', previous).integer('id') }),
        ...(next && { next: readRow('documents', next).integer('id') }),
      };
    },
    unscored: (projectId, model, limit) =>
      database
        .all(
          `SELECT id, text FROM documents
           WHERE project_id = ? AND status IN ('new', 'skipped') AND uncertainty_model IS NOT ? ORDER BY id LIMIT ?`,
          projectId,
          model,
          limit,
        )
        .map((row) => {
          const read = readRow('documents', row);
          return { id: read.integer('id'), text: read.text('text') };
        }),
    setUncertainties: (model, values) =>
      database.transaction(() => {
        for (const { id, uncertainty } of values)
          database.run(
            'UPDATE documents SET uncertainty = ?, uncertainty_model = ? WHERE id = ?',
            uncertainty,
            model,
            id,
          );
      }),
    decide: (projectId, documentId, version, { kind, by, model, after }) =>
      database.transaction(() => {
        const document = getDocument(projectId, documentId);
        requireVersion(document, version);
        const before: AnnotationState = { status: document.status, spans: document.spans };
        database.run(
          "UPDATE decisions SET standing = 'replaced' WHERE document_id = ? AND standing = 'undone'",
          documentId,
        );
        database.run(
          `INSERT INTO decisions (document_id, made_at, made_by, kind, model, before, after, standing)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'done')`,
          documentId,
          now(),
          by,
          kind,
          model,
          JSON.stringify(before),
          JSON.stringify(after),
        );
        setState(document, after);
        return getDocument(projectId, documentId);
      }),
    undo: (projectId, documentId, version) => travel('undo', projectId, documentId, version),
    redo: (projectId, documentId, version) => travel('redo', projectId, documentId, version),
    decisions(projectId, documentId) {
      getDocument(projectId, documentId);
      return database.all('SELECT * FROM decisions WHERE document_id = ? ORDER BY id', documentId).map((row) => {
        const read = readRow('decisions', row);
        return {
          id: read.integer('id'),
          at: read.text('made_at'),
          by: read.text('made_by'),
          kind: read.text('kind'),
          model: nullableText(read, row, 'model'),
          standing: read.text('standing') as DecisionRecord['standing'],
        };
      });
    },
  };
}

function insertLabel(
  database: Database,
  projectId: number,
  { label, key, look, position }: ProjectLabel & { readonly position: number },
): void {
  database.run(
    'INSERT INTO project_labels (project_id, position, label, key, look) VALUES (?, ?, ?, ?, ?)',
    projectId,
    position,
    label,
    key,
    look,
  );
}

function readDocument(row: Row): DocumentRecord {
  const read = readRow('documents', row);
  return {
    id: read.integer('id'),
    projectId: read.integer('project_id'),
    name: nullableText(read, row, 'name'),
    text: read.text('text'),
    tokens: row.tokens === null ? null : (JSON.parse(read.text('tokens')) as number[]),
    sentences: row.sentences === null ? null : (JSON.parse(read.text('sentences')) as number[]),
    meta: read.json('meta'),
    status: read.text('status') as DocumentStatus,
    spans: JSON.parse(read.text('spans')) as MarkedSpan[],
    version: read.integer('version'),
    canUndo: row.can_undo === 1,
    canRedo: row.can_redo === 1,
  };
}

function stateFrom(read: RowReader, column: 'before' | 'after'): AnnotationState {
  return read.json(column) as unknown as AnnotationState;
}

function nullableText(read: RowReader, row: Row, column: string): string | null {
  return row[column] === null ? null : read.text(column);
}
