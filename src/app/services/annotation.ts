import { writeDocuments } from '#annotation/conversion/write-documents.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { findFormat } from '#annotation/formats/format-table.js';
import { assertLabel } from '#annotation/tags/bio.js';
import { faultOf, type Mark, type TokenOffsets, withMark, withoutMark } from '#app/shared/marks.js';
import type { PinRecord, PinRegistry } from '#app/store/pins.js';
import type {
  AnnotationState,
  DecisionRecord,
  DocumentFilter,
  DocumentRecord,
  DocumentSummary,
  ProjectRecord,
  ProjectRegistry,
} from '#app/store/projects.js';
import type { SentencePartRegistry } from '#app/store/sentence-parts.js';
import { AppError } from '#base/errors.js';
import { acceptedSentences } from './accepted-sentences.js';
import { mostDifferent } from './diversity.js';
import { dealOut, type KeptParts, keptDevPart } from './kept-parts.js';
import { type Mention, nearestMentions } from './mentions.js';
import { MISTAKE_KINDS, type Mistake, type MistakeKind, mistakesIn } from './mistakes.js';
import { specOf } from './model-list.js';
import { brokenPlaces, checkedPin, isTriedOn } from './pins.js';
import { documentOf, readUpload, tokenOffsetsOf, type Upload, type UploadLedger } from './project-documents.js';
import { type ProjectTagging, tagHere } from './project-tagging.js';
import type { TaggerSource } from './tagger-pool.js';

/** What a model finds in a text, for a person to decide about. */
export interface Suggestions {
  /** `name@version`; `null` where no model has a label of the project, or the one that has cannot be used. */
  readonly model: string | null;
  readonly spans: readonly Mark[];
  /** Why that model cannot be used, in a sentence. */
  readonly problem?: string;
}

/** A document as it is annotated. */
export interface OpenDocument {
  readonly project: ProjectRecord;
  readonly document: DocumentRecord;
  readonly tokens: TokenOffsets;
  readonly suggestions: Suggestions;
  readonly previous?: number;
  readonly next?: number;
}

export interface Change {
  /** Of the document as it was read. */
  readonly version: number;
  /** What was done: `mark`, `accept`, … */
  readonly kind: string;
  readonly by: string;
  readonly model: string | null;
  readonly after: AnnotationState;
}

export type QueueOrder = 'order' | 'uncertainty' | 'diversity';

/** Projects, their documents and what people decide about them: what the page, the API and the command line share. */
export interface AnnotationService {
  projects(): readonly ProjectRecord[];
  /** @throws {AppError} `not_found`, as every method that is given an id. */
  project(id: number): ProjectRecord;
  /** @throws {AppError} `invalid_argument`, `invalid_tag` */
  create(name: string, labels: readonly string[]): number;
  removeProject(id: number): void;
  addLabel(projectId: number, label: string): void;
  removeLabel(projectId: number, label: string): void;
  /** Reads and keeps nothing. */
  look(upload: Upload): UploadLedger;
  /** Reads and keeps; labels that are new to the project are added to it. */
  keep(projectId: number, upload: Upload): UploadLedger;
  list(
    projectId: number,
    page: { readonly offset: number; readonly limit: number } & DocumentFilter,
  ): readonly DocumentSummary[];
  open(projectId: number, documentId: number): Promise<OpenDocument>;
  removeDocument(projectId: number, documentId: number): void;
  next(projectId: number, order: QueueOrder, after: number): Promise<number | undefined>;
  /** @throws {AppError} `changed_meanwhile`, `overlapping_spans`, `invalid_request` */
  decide(projectId: number, documentId: number, change: Change): DocumentRecord;
  undo(projectId: number, documentId: number, version: number): DocumentRecord;
  redo(projectId: number, documentId: number, version: number): DocumentRecord;
  decisions(projectId: number, documentId: number): readonly DecisionRecord[];
  /** Accepts every untouched document in which each name suggested scores at least `threshold`. */
  acceptAbove(
    projectId: number,
    threshold: number,
    by: string,
  ): Promise<{ readonly accepted: number; readonly model: string }>;
  /** The latest state of what was accepted, as one file. @throws {AppError} `invalid_argument`, `empty_corpus` */
  export(projectId: number, format: string): { readonly name: string; readonly text: string };
  /**
   * Where a model and the accepted documents disagree, the surest first.
   *
   * @param model The one that suggests names in the project unless told.
   */
  mistakes(
    projectId: number,
    options?: { readonly model?: string | undefined; readonly kind?: MistakeKind | undefined },
  ): Promise<MistakeReport>;
  /** The model was right: what it finds takes the place of what was accepted. Throws as {@link decide}. */
  takeFinding(
    projectId: number,
    documentId: number,
    taken: Pick<Change, 'version' | 'by' | 'model'> & Pick<Mistake, 'accepted' | 'found'>,
  ): DocumentRecord;
  /** Accepted names of this label, in any project, that resemble the words; the most alike first, five at most. */
  mentions(name: string, label: string): readonly Mention[];
  /** Sentences that every new model is tried on, oldest first. */
  pins(projectId: number): readonly PinRecord[];
  /** @throws {AppError} as `checkedPin` */
  addPin(projectId: number, pin: Pick<PinRecord, 'text' | 'spans'>): number;
  removePin(projectId: number, pin: number): void;
  /** Tries the pins of a project on a model; the one that suggests names in it unless told. */
  tryPins(projectId: number, model?: string): Promise<PinReport>;
  /** What a model can learn from: the accepted documents. */
  sentences(projectId: number): readonly LabelledSentence[];
  /** For a training: the sentences to learn from, and those kept to measure by. @throws {AppError} `empty_corpus` */
  dealOut(projectId: number): KeptParts;
  /** Accepted sentences that no training of the project learns from; none before its first one. */
  devSentences(projectId: number): readonly LabelledSentence[];
}

export interface MistakeReport {
  readonly spec: string;
  /** Documents that were compared. */
  readonly documents: number;
  /** How many there are of each kind. */
  readonly counts: Readonly<Record<MistakeKind, number>>;
  readonly mistakes: readonly Mistake[];
}

export interface PinReport {
  readonly model: string | null;
  /** For each pin what is wrong, one sentence a place; `null` where the model knows other labels. */
  readonly pins: readonly { readonly pin: PinRecord; readonly broken: readonly string[] | null }[];
}

export interface AnnotationOptions {
  readonly registry: ProjectRegistry;
  readonly pins: PinRegistry;
  readonly parts: SentencePartRegistry;
  readonly models: TaggerSource;
  /** In this thread unless told. */
  readonly tagging?: ProjectTagging;
  /** UTF-16 units of one document. */
  readonly textLimit?: number;
}

const MOST_LABELS = 200;
const MOST_NAME = 100;
/** Texts, and UTF-16 units of them, that are scored in one go. */
const SCORED_AT_ONCE = 200;
/** Documents compared with a model, and mistakes listed: more are not read by anybody. */
const MOST_COMPARED = 500;
const MOST_MISTAKES = 200;
const UNITS_AT_ONCE = 4000;
const REST_MS = 20;
/** Documents that are weighed against each other, and those that they are compared with, while somebody waits. */
const MOST_CONSIDERED = 150;
const MOST_SEEN = 1000;

export function createAnnotationService({
  registry,
  pins,
  parts,
  models,
  tagging = tagHere(models),
  textLimit = 1_000_000,
}: AnnotationOptions): AnnotationService {
  const beingScored = new Set<number>();

  /** The active model if it knows a label of the project, else the newest that does. */
  const modelFor = (project: ProjectRecord): string | null => {
    const labels = project.labels.map(({ label }) => label);
    const candidates = [...models.list()].sort((left, right) => Number(right.isActive) - Number(left.isActive));
    const found = candidates.find((model) => model.labels.some((label) => labels.includes(label)));
    return found === undefined ? null : `${found.id}@${found.version}`;
  };

  /** Of the labels of the project. */
  const suggestionsFor = async (
    { labels }: ProjectRecord,
    spec: string,
    texts: readonly string[],
  ): Promise<readonly (readonly Mark[])[]> =>
    (await tagging.names(spec, texts)).map(({ entities }) =>
      entities
        .filter(({ label }) => labels.some((known) => known.label === label))
        .map(({ start, end, label, score }) => ({ start, end, label, score, model: spec })),
    );

  /** A model that cannot be used, for its files are damaged or of another version, keeps nobody from marking. */
  const suggest = async (project: ProjectRecord, spec: string, text: string): Promise<Suggestions> => {
    const none = ofUnusableModel((problem) => ({ model: null, spans: [], problem }));
    return suggestionsFor(project, spec, [text])
      .then(([spans]) => ({ model: spec, spans }))
      .catch(none);
  };

  const addLabels = (projectId: number, labels: readonly string[]): void => {
    const known = new Set(registry.get(projectId).labels.map(({ label }) => label));
    for (const label of labels) if (!known.has(label)) service.addLabel(projectId, label);
  };

  const service: AnnotationService = {
    projects: () => registry.list(),
    project: (id) => registry.get(id),
    create(name, labels) {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > MOST_NAME)
        throw new AppError('invalid_argument', `name: expected 1 to ${MOST_NAME} characters, found ${trimmed.length}`);
      const unique = [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
      if (unique.length === 0) throw new AppError('invalid_argument', 'labels: expected at least one, such as PER');
      requireLabels(unique);
      return registry.create(
        trimmed,
        unique.map((label, index) => ({ label, key: keyOf(index), look: index })),
      );
    },
    removeProject: (id) => registry.remove(id),
    addLabel(projectId, label) {
      const { labels } = registry.get(projectId);
      requireLabels([...labels.map((known) => known.label), label]);
      const taken = new Set(labels.map(({ key }) => key));
      const free = KEYS.find((key) => !taken.has(key)) ?? null;
      registry.addLabel(projectId, { label, key: free, look: Math.max(-1, ...labels.map(({ look }) => look)) + 1 });
    },
    removeLabel(projectId, label) {
      if (registry.get(projectId).labels.length === 1)
        throw new AppError(
          'invalid_argument',
          'label: a project needs at least one; add another before you remove this one',
        );
      registry.removeLabel(projectId, label);
    },
    look: (upload) => readUpload(upload, textLimit).ledger,
    keep(projectId, upload) {
      const { documents, labels, ledger } = readUpload(upload, textLimit);
      addLabels(projectId, labels);
      registry.addDocuments(projectId, documents);
      return ledger;
    },
    list: (projectId, page) => registry.listDocuments(projectId, page),
    async open(projectId, documentId) {
      const project = registry.get(projectId);
      const document = registry.getDocument(projectId, documentId);
      const tokens = tokenOffsetsOf(document);
      const spec = modelFor(project);
      const neighbours = registry.neighbours(projectId, documentId);
      const isUntouched = document.status === 'new' && document.spans.length === 0;
      if (spec === null || !isUntouched)
        return { project, document, tokens, suggestions: { model: spec, spans: [] }, ...neighbours };
      return { project, document, tokens, suggestions: await suggest(project, spec, document.text), ...neighbours };
    },
    removeDocument: (projectId, documentId) => registry.removeDocument(projectId, documentId),
    async next(projectId, order, after) {
      if (order === 'diversity') {
        const found = mostDifferent(
          taken(registry.documents(projectId, ['new', 'draft']), MOST_CONSIDERED, after),
          [...taken(registry.documents(projectId, ['accepted', 'rejected']), MOST_SEEN)].map(({ text }) => text),
        );
        return found?.id ?? registry.next(projectId, 'order', after);
      }
      if (order === 'uncertainty') {
        const spec = modelFor(registry.get(projectId));
        if (spec !== null && !beingScored.has(projectId)) {
          beingScored.add(projectId);
          const isMore = await scoreSome(projectId, spec)
            .catch(ofUnusableModel(() => false))
            .finally(() => beingScored.delete(projectId));
          if (isMore) void scoreRest(projectId, spec);
        }
      }
      return registry.next(projectId, order, after);
    },
    decide(projectId, documentId, { version, kind, by, model, after }) {
      const project = registry.get(projectId);
      const { text } = registry.getDocument(projectId, documentId);
      const fault = faultOf(
        after.spans,
        text.length,
        project.labels.map(({ label }) => label),
      );
      if (fault !== undefined)
        throw new AppError(fault.kind === 'overlap' ? 'overlapping_spans' : 'invalid_request', fault.message);
      const spans = [...after.spans].sort((left, right) => left.start - right.start);
      return registry.decide(projectId, documentId, version, {
        kind,
        by,
        model,
        after: { status: after.status, spans },
      });
    },
    undo: (projectId, documentId, version) => registry.undo(projectId, documentId, version),
    redo: (projectId, documentId, version) => registry.redo(projectId, documentId, version),
    decisions: (projectId, documentId) => registry.decisions(projectId, documentId),
    async acceptAbove(projectId, threshold, by) {
      const project = registry.get(projectId);
      const spec = modelFor(project);
      if (spec === null) throw new AppError('no_model', 'there is no model yet that knows a label of this project');
      let accepted = 0;
      for (const document of registry.documents(projectId, ['new'])) {
        const [spans] = await suggestionsFor(project, spec, [document.text]);
        if (spans.length === 0 || spans.some(({ score }) => (score ?? 0) < threshold)) continue;
        const after: AnnotationState = { status: 'accepted', spans };
        try {
          registry.decide(projectId, document.id, document.version, { kind: 'accept above', by, model: spec, after });
          accepted += 1;
        } catch (error) {
          // Somebody has decided about it, or deleted it, while it was tagged.
          if (!(error instanceof AppError && ['changed_meanwhile', 'not_found'].includes(error.code))) throw error;
        }
      }
      return { accepted, model: spec };
    },
    async mistakes(projectId, { model, kind } = {}) {
      const project = registry.get(projectId);
      const spec = model ?? modelFor(project);
      if (spec === null) throw new AppError('no_model', 'there is no model yet that knows a label of this project');
      const tagger = await models.get(spec);
      const labels = project.labels.map(({ label }) => label);
      const found: Mistake[] = [];
      let compared = 0;
      for (const document of registry.documents(projectId, ['accepted'])) {
        if (compared === MOST_COMPARED) break;
        compared += 1;
        found.push(...mistakesIn(document, tagger.tag(document.text), labels));
        await new Promise((resolve) => setImmediate(resolve)); // so that others are answered meanwhile
      }
      const counted = MISTAKE_KINDS.map((one) => [one, found.filter((mistake) => mistake.kind === one).length]);
      const mistakes = found
        .filter((mistake) => kind === undefined || mistake.kind === kind)
        .sort((left, right) => right.sureness - left.sureness)
        .slice(0, MOST_MISTAKES);
      return {
        spec: specOf({ name: tagger.model.id, version: tagger.model.version }),
        documents: compared,
        counts: Object.fromEntries(counted) as Record<MistakeKind, number>,
        mistakes,
      };
    },
    takeFinding(projectId, documentId, { version, by, model, accepted, found }) {
      const { status, spans } = registry.getDocument(projectId, documentId);
      const without = accepted === null ? spans : withoutMark(spans, accepted);
      const after = { status, spans: found === null ? without : withMark(without, found) };
      return service.decide(projectId, documentId, { version, kind: 'as the model says', by, model, after });
    },
    mentions: (name, label) => nearestMentions(registry, name, label),
    export(projectId, format) {
      findFormat(format);
      const { name } = registry.get(projectId);
      const stem = fileName(name);
      const documents = function* () {
        for (const record of registry.documents(projectId, ['accepted'])) yield documentOf(record, stem);
      };
      const [file] = writeDocuments(documents(), format, { stem, isStream: true }).files;
      if (file === undefined)
        throw new AppError('empty_corpus', 'export: no document of this project has been accepted yet');
      return file;
    },
    sentences: (projectId) => acceptedSentences(registry, projectId),
    dealOut: (projectId) => dealOut(parts, projectId, acceptedSentences(registry, projectId)),
    devSentences: (projectId) => keptDevPart(parts, projectId, acceptedSentences(registry, projectId)),
    pins(projectId) {
      registry.get(projectId);
      return pins.list(projectId);
    },
    addPin: (projectId, pin) => pins.add(projectId, checkedPin(pin)),
    removePin: (projectId, id) => pins.remove(projectId, id),
    async tryPins(projectId, model) {
      const spec = model ?? modelFor(registry.get(projectId));
      const all = pins.list(projectId);
      if (spec === null || all.length === 0) return { model: spec, pins: all.map((pin) => ({ pin, broken: null })) };
      const tagger = await models.get(spec);
      return {
        model: spec,
        pins: all.map((pin) => ({
          pin,
          broken: isTriedOn(pin, tagger.labels) ? brokenPlaces(pin, tagger.tag(pin.text)) : null,
        })),
      };
    },
  };
  return service;

  /** While nobody waits: a project of thousands is scored in the time that its first documents take a person. */
  async function scoreRest(projectId: number, spec: string): Promise<void> {
    beingScored.add(projectId);
    try {
      do
        await new Promise((resolve) => setTimeout(resolve, REST_MS)); // others are answered first
      while (await scoreSome(projectId, spec));
    } catch {
      // The project or the database is gone; who asks next is told.
    } finally {
      beingScored.delete(projectId);
    }
  }

  /** @returns Whether there were any. */
  async function scoreSome(projectId: number, spec: string): Promise<boolean> {
    let units = 0;
    const chosen = registry.unscored(projectId, spec, SCORED_AT_ONCE).filter(({ text }) => {
      units += text.length;
      return units <= UNITS_AT_ONCE || units === text.length;
    });
    if (chosen.length === 0) return false;
    const doubts = await tagging.doubts(
      spec,
      chosen.map(({ text }) => text),
    );
    registry.setUncertainties(
      spec,
      doubts.map((uncertainty, i) => ({ id: chosen[i].id, uncertainty })),
    );
    return true;
  }
}

/** Goes on without a model that cannot be loaded; whatever else went wrong is told. */
function ofUnusableModel<T>(instead: (problem: string) => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof AppError && ['incompatible_model', 'damaged_model', 'worker_failed'].includes(error.code))
      return instead(error.message);
    throw error;
  };
}

/** The first documents, without one. */
function* taken(documents: Iterable<DocumentRecord>, most: number, without?: number): Generator<DocumentRecord> {
  let count = 0;
  for (const document of documents) {
    if (document.id === without) continue;
    if (++count > most) return;
    yield document;
  }
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

function keyOf(index: number): string | null {
  return KEYS[index] ?? null;
}

function requireLabels(labels: readonly string[]): void {
  if (labels.length > MOST_LABELS)
    throw new AppError('too_many_items', `labels: expected at most ${MOST_LABELS}, found ${labels.length}`, {
      details: { limit: MOST_LABELS },
    });
  for (const label of labels) assertLabel(label);
}

/** Letters, digits and `-` of a project's name, for the names of files and models. */
export function fileName(name: string): string {
  return (
    name
      .normalize('NFKC')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'project'
  );
}
