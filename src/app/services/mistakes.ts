import { type Mark, overlaps } from '#app/shared/marks.js';
import type { DocumentRecord } from '#app/store/projects.js';
import type { TaggedText } from '#tagging/tagger/entity.js';
import { type InContext, wordsAround } from './words-around.js';

export const MISTAKE_KINDS = ['missed', 'invented', 'wrong border', 'wrong label'] as const;
export type MistakeKind = (typeof MISTAKE_KINDS)[number];

/** Where a model and an accepted document disagree. Offsets count UTF-16 units of the document's text. */
export interface Mistake extends InContext {
  readonly document: number;
  /** Of the document as it was compared. */
  readonly version: number;
  readonly kind: MistakeKind;
  /** What was accepted, and what the model finds; `null` for nothing. */
  readonly accepted: MistakenName | null;
  readonly found: MistakenName | null;
  /** How sure the model is of what it says, 0 to 1: of the name it finds, or that there is none. */
  readonly sureness: number;
}

export interface MistakenName {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly text: string;
}

/** What was accepted against what a model finds; a name found with the wrong edge is one mistake, not two. */
export function mistakesIn(
  { id, version, text, spans }: DocumentRecord,
  { entities, tokens }: TaggedText,
  labels: readonly string[],
): Mistake[] {
  const named = ({ start, end, label }: Mark): MistakenName => ({ start, end, label, text: text.slice(start, end) });
  const mistake = (kind: MistakeKind, accepted: Mark | null, found: Mark | null, sureness: number): Mistake => {
    const places = [accepted, found].filter((mark) => mark !== null);
    const start = Math.min(...places.map((place) => place.start));
    const end = Math.max(...places.map((place) => place.end));
    return {
      document: id,
      version,
      kind,
      accepted: accepted && named(accepted),
      found: found && named(found),
      sureness,
      ...wordsAround(text, { start, end }),
    };
  };
  const known = entities.filter(({ label }) => labels.includes(label));
  const wrong = known.flatMap((entity) => {
    const accepted = spans.find((span) => overlaps(span, entity)) ?? null;
    const isSamePlace = accepted?.start === entity.start && accepted.end === entity.end;
    if (isSamePlace && accepted.label === entity.label) return [];
    const kind = accepted === null ? 'invented' : isSamePlace ? 'wrong label' : 'wrong border';
    return [mistake(kind, accepted, entity, entity.score)];
  });
  const missed = spans
    .filter((span) => !known.some((entity) => overlaps(span, entity)))
    .map((span) => {
      const doubts = tokens.filter((token) => overlaps(span, token) && token.tag === 'O').map(({ score }) => score);
      return mistake('missed', span, null, doubts.length === 0 ? 0 : Math.min(...doubts));
    });
  return [...wrong, ...missed].sort((left, right) => placeOf(left) - placeOf(right));
}

function placeOf({ accepted, found }: Mistake): number {
  return Math.min(accepted?.start ?? Number.POSITIVE_INFINITY, found?.start ?? Number.POSITIVE_INFINITY);
}
