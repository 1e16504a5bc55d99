import { segments } from '#annotation/tags/segments.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import { curlCommand } from './curl-command.js';
import { type LabelStyle, labelStyles } from './labels.js';
import { looksEnglish } from './looks-english.js';
import { percentOf, scoreText } from './scores.js';

/**
 * What the page of a tagged text shows. The server writes it with `views/index.ejs`, the client with `browser/tag-result`:
 * both from this view, so that they cannot differ. Every string is plain text.
 */
export interface TagView {
  readonly model: { readonly spec: string; readonly sha256: string; readonly shortSha256: string };
  readonly summary: string;
  /** What one should know of this model with this text; '' where there is nothing. */
  readonly remark: string;
  readonly segments: readonly { readonly text: string; readonly mark: MarkView | null }[];
  readonly legend: readonly LegendEntry[];
  readonly rows: readonly RowView[];
  /** Entities found beyond the rows. */
  readonly omittedRows: number;
  readonly curl: string;
}

export interface MarkView extends LabelStyle {
  readonly title: string;
  readonly ariaLabel: string;
}

export interface LegendEntry extends LabelStyle {
  readonly count: number;
}

export interface RowView extends LabelStyle {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly score: string;
}

/** What is shown of an entity, whoever found it. */
export interface ShownEntity {
  readonly text: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly source?: 'model' | 'memory';
  /** The words to come may change it. */
  readonly isTentative?: boolean;
}

/** A page of more rows than this helps nobody; the JSON interface gives them all. */
const ROW_LIMIT = 1000;

export interface TagViewOptions {
  readonly model: ModelIdentity;
  readonly labels: readonly string[];
  readonly ms: number;
  /** Where this server is: `http://localhost:3000`. */
  readonly baseUrl: string;
  /** What the reader chose, '' for the active model. */
  readonly modelSpec: string;
}

export function tagView(
  { text, entities }: { readonly text: string; readonly entities: readonly ShownEntity[] },
  { model, labels, ms, baseUrl, modelSpec }: TagViewOptions,
): TagView {
  const { id, version, sha256 } = model;
  const labelsFound = entities.map(({ label }) => label);
  const styles = labelStyles(labels, labelsFound);
  const counts = new Map<string, number>();
  for (const label of labelsFound) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    model: { spec: `${id}@${version}`, sha256, shortSha256: sha256.slice(0, 8) },
    summary: `${entities.length === 1 ? '1 name' : `${entities.length} names`} in ${ms} ms`,
    remark:
      /-en$/.test(id) && !looksEnglish(text)
        ? `${id} has learned English only, and this text does not look English.`
        : '',
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
      score: scoreText(entity.score, 3),
    })),
    omittedRows: Math.max(0, entities.length - ROW_LIMIT),
    curl: curlCommand(`${baseUrl}/api/tag`, modelSpec === '' ? { text } : { text, model: modelSpec }),
  };
}

function markView({ text, score, source, isTentative = false }: ShownEntity, style: LabelStyle): MarkView {
  const says = isTentative ? ', tentative' : source === 'memory' ? ', as earlier in this text' : '';
  return {
    ...style,
    className: isTentative ? `${style.className} tentative` : style.className,
    title: `${style.label} ${scoreText(score)}${says}`,
    ariaLabel: `${text.replace(/\s+/g, ' ')}, ${style.name}, ${percentOf(score)} percent`,
  };
}
