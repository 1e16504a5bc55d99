import type { ApiResource } from '#app/http/api-resource.js';
import type { Guards } from '#app/http/guards/guards.js';
import { type MistakesAnswer, mistakesAnswer, mistakesQuery } from '#app/http/schemas/mistakes.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import {
  acceptAboveAnswer,
  acceptAboveRequest,
  annotationAnswer,
  changeRequest,
  decisionListAnswer,
  documentAnswer,
  documentIds,
  documentListAnswer,
  documentListQuery,
  newProjectRequest,
  nextAnswer,
  nextQuery,
  projectAnswer,
  projectIds,
  projectListAnswer,
  uploadAnswer,
  uploadRequest,
  versionRequest,
} from '#app/http/schemas/projects.js';
import type { AnnotationService, OpenDocument } from '#app/services/annotation.js';
import type { UploadLedger } from '#app/services/project-documents.js';
import type { DocumentRecord, ProjectRecord } from '#app/store/projects.js';

export interface ProjectResourcesOptions {
  readonly annotation: AnnotationService;
  readonly guards: Guards;
}

/** Who decides, until the server knows its users. */
export const LOCAL_USER = 'local';

/** Projects, their documents, and what is decided about them. */
export function projectResources({ annotation, guards }: ProjectResourcesOptions): readonly ApiResource[] {
  const writing = guards.json('annotate');
  const reading = guards.show('annotate');
  const project = { name: 'Project', schema: projectAnswer };
  const state = { name: 'Annotation', schema: annotationAnswer, description: 'What the document says now' };
  const conflicts = ['not_found', 'changed_meanwhile', 'database_busy', 'disk_full'] as const;
  const body = [
    'invalid_request',
    'invalid_json',
    'body_too_large',
    'unsupported_media_type',
    'not_utf8',
    'too_many_items',
    'request_timeout',
    'overloaded',
  ] as const;

  return [
    {
      path: '/api/projects',
      operations: {
        get: {
          id: 'listProjects',
          summary: 'The projects, newest first',
          answer: { name: 'ProjectList', schema: projectListAnswer, description: 'The projects' },
          failures: ['database_busy'],
          handlers: [
            ...reading,
            (_request, response) => void response.json({ projects: annotation.projects().map(projectBody) }),
          ],
        },
        post: {
          id: 'createProject',
          summary: 'Begin a project with a set of labels',
          body: {
            name: 'NewProject',
            schema: newProjectRequest,
            examples: { two: { value: { name: 'Ship names', labels: ['SHIP', 'PORT'] } } },
          },
          answer: { ...project, description: 'The project', status: 201 },
          failures: [...body, 'invalid_argument', 'invalid_tag', 'database_busy', 'disk_full'],
          handlers: [
            ...writing,
            (request, response) => {
              const { name, labels } = parseRequest(newProjectRequest, request.body);
              response.status(201).json(projectBody(annotation.project(annotation.create(name, labels))));
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/uploads',
      operations: {
        post: {
          id: 'uploadDocuments',
          summary: 'Read documents in any format; with keep, keep them',
          body: {
            name: 'Upload',
            schema: uploadRequest,
            examples: {
              text: { value: { text: 'The Aurora left Bergen.\n\nNobody saw her.', format: 'text', keep: true } },
            },
          },
          answer: { name: 'UploadLedger', schema: uploadAnswer, description: 'What was read, and whether it is kept' },
          failures: [
            ...body,
            'not_found',
            'invalid_argument',
            'malformed_corpus',
            'empty_corpus',
            'invalid_tag',
            'misaligned_span',
            'overlapping_spans',
            'text_too_long',
            'database_busy',
            'disk_full',
          ],
          handlers: [
            ...writing,
            (request, response) => {
              const ids = parseRequest(projectIds, request.params);
              const { name, text, format, checked, keep } = parseRequest(uploadRequest, request.body);
              const upload = { name, content: text, format, isChecked: checked };
              annotation.project(ids.project);
              const ledger = keep ? annotation.keep(ids.project, upload) : annotation.look(upload);
              response.json(ledgerBody(ledger, keep));
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/documents',
      operations: {
        get: {
          id: 'listDocuments',
          summary: 'The documents of a project, in order',
          query: documentListQuery,
          answer: { name: 'DocumentList', schema: documentListAnswer, description: 'The documents' },
          failures: ['invalid_request', 'not_found', 'database_busy'],
          handlers: [
            ...reading,
            (request, response) => {
              const ids = parseRequest(projectIds, request.params);
              annotation.project(ids.project);
              response.json({
                documents: annotation.list(ids.project, parseRequest(documentListQuery, request.query)),
              });
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/next',
      operations: {
        get: {
          id: 'nextDocument',
          summary: 'The document to look at next: in order, or the one the model is least sure of',
          query: nextQuery,
          answer: { name: 'NextDocument', schema: nextAnswer, description: 'Its id, or null when all is done' },
          failures: ['invalid_request', 'not_found', 'damaged_model', 'database_busy'],
          handlers: [
            ...reading,
            async (request, response) => {
              const ids = parseRequest(projectIds, request.params);
              const { by, after } = parseRequest(nextQuery, request.query);
              response.json({ next: (await annotation.next(ids.project, by, after)) ?? null });
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/accept-above',
      operations: {
        post: {
          id: 'acceptAbove',
          summary: 'Accept every untouched document in which each name suggested scores at least so much',
          description:
            'Documents without a suggestion stay as they are. Each acceptance can be undone in its document.',
          body: {
            name: 'AcceptAbove',
            schema: acceptAboveRequest,
            examples: { sure: { value: { threshold: 0.95 } } },
          },
          answer: { name: 'AcceptedAbove', schema: acceptAboveAnswer, description: 'How many were accepted' },
          failures: [...body, 'not_found', 'no_model', 'damaged_model', 'database_busy', 'disk_full'],
          handlers: [
            ...writing,
            async (request, response) => {
              const ids = parseRequest(projectIds, request.params);
              const { threshold } = parseRequest(acceptAboveRequest, request.body);
              response.json(await annotation.acceptAbove(ids.project, threshold, LOCAL_USER));
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/mistakes',
      operations: {
        get: {
          id: 'listMistakes',
          summary: 'Where a model and the accepted documents disagree, the surest first',
          query: mistakesQuery,
          answer: { name: 'Mistakes', schema: mistakesAnswer, description: 'The mistakes' },
          failures: ['invalid_request', 'not_found', 'no_model', 'unknown_model', 'damaged_model', 'database_busy'],
          handlers: [
            ...reading,
            async (request, response) => {
              const ids = parseRequest(projectIds, request.params);
              const { spec, documents, counts, mistakes } = await annotation.mistakes(
                ids.project,
                parseRequest(mistakesQuery, request.query),
              );
              const body: MistakesAnswer = { model: spec, documents, counts, mistakes: [...mistakes] };
              response.set('Cache-Control', 'no-store').json(body);
            },
          ],
        },
      },
    },
    {
      path: '/api/projects/:project/documents/:document',
      operations: {
        get: {
          id: 'openDocument',
          summary: 'A document, its names, and what the model suggests where nobody has looked yet',
          answer: { name: 'Document', schema: documentAnswer, description: 'The document' },
          failures: ['invalid_request', 'not_found', 'damaged_model', 'database_busy'],
          handlers: [
            ...reading,
            async (request, response) => {
              const ids = parseRequest(documentIds, request.params);
              response
                .set('Cache-Control', 'no-store')
                .json(documentBody(await annotation.open(ids.project, ids.document)));
            },
          ],
        },
        put: {
          id: 'decide',
          summary: 'What a document says from now on; on disk when it is answered',
          description: 'Refused with `changed_meanwhile` when the document is not the version that was read.',
          body: {
            name: 'Change',
            schema: changeRequest,
            examples: {
              mark: {
                value: { version: 1, kind: 'mark', status: 'draft', spans: [{ start: 4, end: 10, label: 'SHIP' }] },
              },
            },
          },
          answer: state,
          failures: [...body, ...conflicts, 'overlapping_spans'],
          handlers: [
            ...writing,
            (request, response) => {
              const ids = parseRequest(documentIds, request.params);
              const { version, kind, model, status, spans } = parseRequest(changeRequest, request.body);
              const after = { status, spans: spans.map(withoutUndefined) };
              const change = { version, kind, by: LOCAL_USER, model, after };
              response.json(annotationBody(annotation.decide(ids.project, ids.document, change)));
            },
          ],
        },
      },
    },
    ...(['undo', 'redo'] as const).map(
      (direction): ApiResource => ({
        path: `/api/projects/:project/documents/:document/${direction}`,
        operations: {
          post: {
            id: `${direction}Decision`,
            summary:
              direction === 'undo' ? 'Take the last decision back' : 'Make the decision again that was taken back',
            body: {
              name: 'ReadVersion',
              schema: versionRequest,
              examples: { read: { value: { version: direction === 'undo' ? 2 : 3 } } },
            },
            answer: state,
            failures: [...body, ...conflicts],
            handlers: [
              ...writing,
              (request, response) => {
                const ids = parseRequest(documentIds, request.params);
                const { version } = parseRequest(versionRequest, request.body);
                response.json(annotationBody(annotation[direction](ids.project, ids.document, version)));
              },
            ],
          },
        },
      }),
    ),
    {
      path: '/api/projects/:project/documents/:document/decisions',
      operations: {
        get: {
          id: 'listDecisions',
          summary: 'Who decided what about a document, when, and with which model’s suggestions; oldest first',
          answer: { name: 'DecisionList', schema: decisionListAnswer, description: 'The decisions' },
          failures: ['invalid_request', 'not_found', 'database_busy'],
          handlers: [
            ...reading,
            (request, response) => {
              const ids = parseRequest(documentIds, request.params);
              response.json({ decisions: annotation.decisions(ids.project, ids.document) });
            },
          ],
        },
      },
    },
  ];
}

/** Zod says `undefined` where a member is missing; what is kept has no such member. */
function withoutUndefined<T extends { readonly model?: string | undefined; readonly score?: number | undefined }>({
  model,
  score,
  ...mark
}: T) {
  return { ...mark, ...(model !== undefined && { model }), ...(score !== undefined && { score }) };
}

function projectBody({ id, name, createdAt, labels, counts }: ProjectRecord): object {
  return { id, name, created_at: createdAt, labels, counts };
}

function ledgerBody({ format, documents, names, byLabel, remarks }: UploadLedger, kept: boolean): object {
  return { kept, format, documents, names, by_label: byLabel, remarks };
}

function annotationBody({ id, version, status, spans, canUndo, canRedo }: DocumentRecord): object {
  return { id, version, status, spans, can_undo: canUndo, can_redo: canRedo };
}

/** What the page hands to its script, and the API to whoever asks. */
export function documentBody({ document, tokens, suggestions, previous, next }: OpenDocument): object {
  const neighbours = { previous: previous ?? null, next: next ?? null };
  return { ...annotationBody(document), text: document.text, tokens, suggestions, ...neighbours };
}
