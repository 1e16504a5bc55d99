import { FORMATS } from '#annotation/formats/format-table.js';
import { segments } from '#annotation/tags/segments.js';
import type { OpenDocument } from '#app/services/annotation.js';
import { ANY_FORMAT, PLAIN_TEXT } from '#app/services/project-documents.js';
import { type LabelStyle, projectStyles } from '#app/shared/labels.js';
import { percentOf, scoreText } from '#app/shared/scores.js';
import {
  DOCUMENT_STATUSES,
  type DocumentStatus,
  type DocumentSummary,
  type ProjectRecord,
} from '#app/store/projects.js';
import { RECIPES } from '#training/config/recipes.js';

/** The recipe for few sentences is offered first: projects begin small. */
const FIRST_RECIPE = 'tiny';

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
  readonly status: DocumentStatus | undefined;
}

/** What `views/project.ejs` shows; `documents` is one more than a page when there is a page after it. */
export function projectPageView(project: ProjectRecord, documents: readonly DocumentSummary[], page: ListPage): object {
  const { id, name, labels, counts } = project;
  const styles = projectStyles(labels);
  const { total, decided } = progressOf(counts);
  const here = `/projects/${id}`;
  const listHref = (number: number): string =>
    `${here}?${new URLSearchParams({ ...(page.status && { status: page.status }), page: String(number) })}#documents`;
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
      href: `${here}${status === undefined ? '' : `?status=${status}`}#documents`,
      isCurrent: status === page.status,
    })),
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
    recipes: Object.entries(RECIPES).map(([recipe, { summary }]) => ({
      name: recipe,
      summary,
      isChosen: recipe === FIRST_RECIPE,
    })),
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
export function documentPageView(open: OpenDocument, { by, at }: { by: string; at: string | undefined }): object {
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
    model: isSuggested && suggestions.spans.length > 0 ? suggestions.model : undefined,
    previousHref: href(previous),
    nextHref: href(next),
    pieces,
    labels: labels.map(({ label, key }) => ({ ...styles.get(label)!, key: key ?? '' })),
    project: JSON.stringify({ id: project.id, labels, by, ...(at !== undefined && { at }) }),
  };
}
