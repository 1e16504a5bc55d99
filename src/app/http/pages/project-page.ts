import { FORMATS } from '#annotation/formats/format-table.js';
import { segments } from '#annotation/tags/segments.js';
import type { OpenDocument } from '#app/services/annotation.js';
import { ANY_FORMAT, PLAIN_TEXT } from '#app/services/project-documents.js';
import { decisionText } from '#app/shared/decision-text.js';
import { type LabelStyle, projectStyles } from '#app/shared/labels.js';
import { percentOf, scoreText } from '#app/shared/scores.js';
import {
  type DecisionRecord,
  DOCUMENT_STATUSES,
  type DocumentStatus,
  type DocumentSummary,
  type ProjectRecord,
} from '#app/store/projects.js';
import { percent } from '#base/percent.js';
import type { LearningEstimate } from '#tagging/evaluation/learning-estimate.js';
import { RECIPES } from '#training/config/recipes.js';

/** The recipe for few sentences is offered first: projects begin small. */
export const FIRST_RECIPE = 'tiny';

/** What `views/projects.ejs` shows. Every string is plain text. */
export function projectsPageView(projects: readonly ProjectRecord[]): object {
  return {
    title: 'Projects · Onomast',
    projects: projects.map((project) => {
      const { id, name, labels, counts, createdAt } = project;
      const { total, decided } = progressOf(counts);
      const styles = projectStyles(labels);
      return {
        href: `/projects/${id}`,
        name,
        labels: labels.map(({ label }) => styles.get(label)!),
        documents: total,
        decided,
        created: createdAt.slice(0, 10),
      };
    }),
  };
}

interface ListPage {
  readonly number: number;
  readonly size: number;
  readonly filter: {
    readonly status?: DocumentStatus | undefined;
    readonly label?: string | undefined;
    /** Percent. */
    readonly doubt?: number | undefined;
    readonly changed: 'yes' | 'no';
  };
  readonly estimate: EstimateShown | undefined;
  /** Models that a training can go on from, `name@version`. */
  readonly bases: readonly string[];
}

interface EstimateShown {
  /** Finished ones of this project. */
  readonly trainings: number;
  readonly more: number;
  readonly estimate: LearningEstimate | undefined;
}

/** One honest sentence. */
function estimateSentence({ trainings, more, estimate }: EstimateShown): string {
  if (estimate) {
    const { now, later, sentences } = estimate;
    return (
      `If it goes on as from training to training so far, ${more} more sentences bring F1 from about ${percent(now)} ` +
      `(${sentences} sentences) to about ${percent(later)}. With a small dev part either can be off by many points.`
    );
  }
  if (trainings < 2)
    return `What ${more} more sentences would bring is told after two trainings of which one had a quarter more sentences.`;
  return `The trainings so far do not tell what ${more} more sentences would bring: F1 did not rise with the sentences.`;
}

/** What `views/project.ejs` shows; `documents` is one more than a page when there is a page after it. */
export function projectPageView(project: ProjectRecord, documents: readonly DocumentSummary[], page: ListPage): object {
  const { id, name, labels, counts } = project;
  const styles = projectStyles(labels);
  const { total, decided } = progressOf(counts);
  const here = `/projects/${id}`;
  const listHref = (number: number): string =>
    `${here}?${new URLSearchParams({ ...told(page.filter), page: String(number) })}#documents`;
  return {
    title: `${name} · Onomast`,
    id,
    name,
    here,
    labels: labels.map(({ label, key }) => ({ ...styles.get(label)!, key: key ?? '' })),
    total,
    decided,
    percent: total === 0 ? 0 : Math.floor((100 * decided) / total),
    isBegun: decided > 0,
    hasMore: total > decided,
    filters: [undefined, ...DOCUMENT_STATUSES].map((status) => ({
      name: status ?? 'all',
      count: status === undefined ? total : counts[status],
      href: `${here}?${new URLSearchParams(told({ ...page.filter, status }))}#documents`,
      isCurrent: status === page.filter.status,
    })),
    filter: { ...page.filter, doubt: page.filter.doubt ?? '' },
    isYoung: counts.accepted < YOUNG,
    estimate: page.estimate && estimateSentence(page.estimate),
    documents: documents
      .slice(0, page.size)
      .map(({ id: document, name: given, beginning, status, names, uncertainty }) => ({
        href: `${here}/documents/${document}`,
        name: given ?? String(document),
        beginning,
        status,
        names,
        uncertainty: uncertainty === null ? '–' : scoreText(uncertainty),
      })),
    previousHref: page.number > 1 ? listHref(page.number - 1) : undefined,
    nextHref: documents.length > page.size ? listHref(page.number + 1) : undefined,
    formats: [
      { name: ANY_FORMAT, summary: 'find out the format' },
      { name: PLAIN_TEXT, summary: 'plain text, a document a paragraph' },
      ...FORMATS.map((format) => ({ name: format.name, summary: format.summary })),
    ],
    exports: FORMATS.map((format) => ({ name: format.name, summary: format.summary })),
    said: undefined,
    accepted: counts.accepted,
    recipes: [
      ...Object.entries(RECIPES).map(([recipe, { summary }]) => ({
        name: recipe,
        summary,
        isChosen: recipe === FIRST_RECIPE,
      })),
      ...page.bases.map((spec) => ({
        name: `from ${spec}`,
        summary: 'goes on from that model, and keeps of its labels those that are accepted here',
        isChosen: false,
      })),
    ],
  };
}

/** With fewer accepted documents a model's doubts say little: then what differs most teaches most. */
const YOUNG = 30;

/** The parts of a filter that are set, as an address has them. */
function told({ status, label, doubt, changed }: ListPage['filter']): Record<string, string> {
  return {
    ...(status && { status }),
    ...(label && { label }),
    ...(doubt !== undefined && { doubt: String(doubt) }),
    ...(changed === 'yes' && { changed }),
  };
}

function progressOf(counts: ProjectRecord['counts']): { total: number; decided: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { total, decided: counts.accepted + counts.rejected };
}

interface PieceView {
  readonly text: string;
  readonly mark: (LabelStyle & { readonly title: string; readonly ariaLabel: string; readonly kind: string }) | null;
}

/** What `views/document.ejs` shows before its script takes over, and all that is shown without it. */
export function documentPageView(
  open: OpenDocument,
  { by, at, decisions }: { by: string; at: string | undefined; decisions: readonly DecisionRecord[] },
): object {
  const { project, document, suggestions, previous, next } = open;
  const { labels } = project;
  const styles = projectStyles(labels);
  const isSuggested = document.status === 'new' && document.spans.length === 0;
  const spans = isSuggested ? suggestions.spans : document.spans;
  const href = (id: number | undefined): string | undefined =>
    id === undefined ? undefined : `/projects/${project.id}/documents/${id}?by=${by}`;
  const pieces = segments(document.text, spans).map(({ text, entity }): PieceView => {
    if (entity === null) return { text, mark: null };
    const style = styles.get(entity.label)!;
    const score = entity.score === undefined ? '' : ` ${scoreText(entity.score)}`;
    const said = entity.score === undefined ? '' : `, ${percentOf(entity.score)} percent`;
    return {
      text,
      mark: {
        ...style,
        kind: isSuggested ? 'suggested' : 'decided',
        title: `${entity.label}${score}`,
        ariaLabel: `${text.replace(/\s+/g, ' ')}, ${style.name}${said}`,
      },
    };
  });
  return {
    title: `${document.name ?? document.id} · ${project.name} · Onomast`,
    here: `/projects/${project.id}/documents/${document.id}`,
    projectHref: `/projects/${project.id}`,
    projectName: project.name,
    name: document.name ?? `Document ${document.id}`,
    by,
    status: document.status,
    version: document.version,
    canUndo: document.canUndo,
    canRedo: document.canRedo,
    problem: suggestions.problem,
    model: isSuggested && suggestions.spans.length > 0 ? suggestions.model : undefined,
    previousHref: href(previous),
    nextHref: href(next),
    decisions: decisions.map(decisionText),
    pieces,
    labels: labels.map(({ label, key }) => ({ ...styles.get(label)!, key: key ?? '' })),
    project: JSON.stringify({ id: project.id, labels, by, ...(at !== undefined && { at }) }),
  };
}
