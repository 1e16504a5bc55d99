import { segments } from '#annotation/tags/segments.js';
import type { Entity, TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { type LabelStyle, labelStyles } from './labels.js';

/** What `views/index.ejs` shows of one tagged text. Every string is plain text. */
export interface TagView {
  readonly model: { readonly spec: string; readonly sha256: string; readonly shortSha256: string };
  readonly summary: string;
  readonly segments: readonly { readonly text: string; readonly mark: MarkView | null }[];
  readonly legend: readonly LegendEntry[];
  readonly rows: readonly RowView[];
  /** Entities found beyond the rows. */
  readonly omittedRows: number;
  readonly curl: string;
}

interface MarkView extends LabelStyle {
  readonly title: string;
  readonly ariaLabel: string;
}

interface LegendEntry extends LabelStyle {
  readonly count: number;
}

interface RowView extends LabelStyle {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly score: string;
}

/** A page of more rows than this helps nobody; the JSON interface gives them all. */
const ROW_LIMIT = 1000;

export interface TagViewOptions {
  readonly tagger: Pick<Tagger, 'model' | 'labels'>;
  readonly ms: number;
  /** Where this server is: `http://localhost:3000`. */
  readonly baseUrl: string;
  /** What the reader chose, '' for the active model. */
  readonly modelSpec: string;
}

export function tagView({ text, entities }: TaggedText, { tagger, ms, baseUrl, modelSpec }: TagViewOptions): TagView {
  const { id, version, sha256 } = tagger.model;
  const labelsFound = entities.map(({ label }) => label);
  const styles = labelStyles(tagger.labels, labelsFound);
  const counts = new Map<string, number>();
  for (const label of labelsFound) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    model: { spec: `${id}@${version}`, sha256, shortSha256: sha256.slice(0, 8) },
    summary: `${entities.length === 1 ? '1 name' : `${entities.length} names`} in ${ms} ms`,
    segments: segments(text, entities).map(({ text: piece, entity }) => ({
      text: piece,
      mark: entity === null ? null : markView(entity, styles.get(entity.label)!),
    })),
    legend: [...styles.values()].map((style) => ({ ...style, count: counts.get(style.label) ?? 0 })),
    rows: entities.slice(0, ROW_LIMIT).map((entity) => ({
      ...styles.get(entity.label)!,
      text: entity.text,
      start: entity.start,
      end: entity.end,
      score: entity.score.toFixed(3),
    })),
    omittedRows: Math.max(0, entities.length - ROW_LIMIT),
    curl: curlCommand(`${baseUrl}/api/tag`, modelSpec === '' ? { text } : { text, model: modelSpec }),
  };
}

function markView({ text, score }: Entity, style: LabelStyle): MarkView {
  return {
    ...style,
    title: `${style.label} ${score.toFixed(2)}`,
    ariaLabel: `${text.replace(/\s+/g, ' ')}, ${style.name}, ${percentOf(score)} percent`,
  };
}

/** Whole percent, but 0 and 100 only for 0 and 1: a model is never that sure. */
export function percentOf(score: number): number {
  if (score <= 0) return 0;
  return score >= 1 ? 100 : Math.min(99, Math.max(1, Math.round(score * 100)));
}

/** A command for a POSIX shell; within single quotes only the quote itself is special. */
function curlCommand(url: string, body: object): string {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  return `curl -s ${quote(url)} -H 'Content-Type: application/json' --data-binary ${quote(JSON.stringify(body))}`;
}
