import type { SpanUnit } from '#annotation/documents/ledger.js';
import type { WrittenSpan } from '#annotation/documents/written-document.js';
import type { OffsetUnit } from '#annotation/text/offset-units.js';
import type { Token } from '#annotation/text/token.js';
import { alignSpan } from './align-spans.js';
import { createSpanConverter, SPAN_UNITS, type SpanConverter } from './span-converter.js';

/** Whether the end of a span is the offset after its last character, as everywhere in this program, or of it. */
export type SpanEnds = 'exclusive' | 'inclusive';

/** What is added to offsets before they are read. */
export interface OffsetShift {
  readonly start: number;
  readonly end: number;
}

export const NO_SHIFT: OffsetShift = { start: 0, end: 0 };

export interface TokenisedText {
  readonly text: string;
  readonly spans: readonly WrittenSpan[];
  readonly tokens: readonly Token[];
  readonly offsetUnit: OffsetUnit | null;
}

export interface Utf16Span {
  readonly start: number;
  readonly end: number;
  /** False if an edge had to be moved: it lay outside the text or inside a character. */
  readonly isLegal: boolean;
}

/** A span of a file as UTF-16 offsets, half-open, that lie in the text. */
export function utf16Span(written: WrittenSpan, converter: SpanConverter, shift: OffsetShift): Utf16Span {
  const start = converter.toUtf16(written.start + shift.start);
  const end = converter.toUtf16(written.end + shift.end);
  if (start !== undefined && end !== undefined) return { start, end, isLegal: true };
  return {
    start: start ?? nearestOffset(written.start + shift.start, converter),
    end: end ?? nearestOffset(written.end + shift.end, converter),
    isLegal: false,
  };
}

/**
 * The unit in which most spans begin and end with a token or, where the file says what they select, select that; `null`
 * unless that are strictly more than in the unit that is assumed. The units differ only behind characters outside ASCII and
 * behind CR LF.
 */
export function findBetterUnit(
  texts: readonly TokenisedText[],
  shift: OffsetShift,
  assumed: SpanUnit,
): SpanUnit | null {
  const telling = texts.filter(
    ({ offsetUnit, spans, text }) =>
      offsetUnit === null && spans.length > 0 && (text.includes('\r\n') || !isAscii(text)),
  );
  if (telling.length === 0) return null;
  const total = countSpans(telling);
  let best: SpanUnit = assumed;
  let mostFits = -1;
  for (const unit of [assumed, ...SPAN_UNITS.filter((other) => other !== assumed)]) {
    const fits = telling.reduce((sum, text) => sum + partition(text, unit, shift).fits, 0);
    if (fits > mostFits) {
      mostFits = fits;
      best = unit;
    }
    if (mostFits === total) break;
  }
  return best === assumed ? null : best;
}

/** A mistake that a whole file shares, and how it is undone. */
export interface Fix {
  readonly name: FixName;
  readonly shift: OffsetShift;
  /** What it looks like, and what would be done about it. */
  readonly says: string;
}

export type FixName = 'inclusive-ends' | 'from-one' | 'from-one-inclusive' | 'long-ends';

export const FIXES: readonly Fix[] = [
  { name: 'inclusive-ends', shift: { start: 0, end: 1 }, says: 'ends look inclusive: adding 1 to each end' },
  {
    name: 'from-one',
    shift: { start: -1, end: -1 },
    says: 'offsets look counted from 1: subtracting 1 from starts and ends',
  },
  {
    name: 'from-one-inclusive',
    shift: { start: -1, end: 0 },
    says: 'offsets look counted from 1, with inclusive ends: subtracting 1 from each start',
  },
  { name: 'long-ends', shift: { start: 0, end: -1 }, says: 'ends look one too large: subtracting 1 from each end' },
];

/**
 * What one mistake would explain most of the misaligned spans, as a sentence; `null` if most spans are aligned or none
 * explains them.
 */
export function explainMisalignment({
  texts,
  unit,
  shift,
}: {
  readonly texts: readonly TokenisedText[];
  readonly unit: SpanUnit;
  readonly shift: OffsetShift;
}): string | null {
  const misaligned = texts.map((text) => ({ ...text, spans: partition(text, text.offsetUnit ?? unit, shift).misfits }));
  const total = countSpans(texts);
  const wrong = countSpans(misaligned);
  if (wrong === 0 || wrong < total * MISALIGNED_SHARE) return null;

  const explanations = FIXES.map(({ name, shift: { start, end }, says }) => {
    const both = { start: shift.start + start, end: shift.end + end };
    const fixed = misaligned.reduce((sum, text) => sum + partition(text, text.offsetUnit ?? unit, both).fits, 0);
    return { name, share: fixed / wrong, says };
  });
  const best = explanations.reduce((left, right) => (right.share > left.share ? right : left));
  if (best.share < EXPLAINED_SHARE) return null;
  return `${best.says} fixes ${Math.round(best.share * 100)} % of the ${wrong} misaligned spans (--fix ${best.name})`;
}

/** Fewer misaligned spans than this are single mistakes, not one habit of the whole file. */
const MISALIGNED_SHARE = 0.2;
const EXPLAINED_SHARE = 0.8;

/** How many spans begin and end with a token, and those that do not. */
function partition(
  { text, spans, tokens }: TokenisedText,
  unit: SpanUnit,
  shift: OffsetShift,
): { readonly fits: number; readonly misfits: WrittenSpan[] } {
  if (spans.length === 0) return { fits: 0, misfits: [] };
  const converter = createSpanConverter(text, unit);
  const misfits: WrittenSpan[] = [];
  for (const written of spans) {
    const { start, end, isLegal } = utf16Span(written, converter, shift);
    const isFit =
      isLegal &&
      (written.text === undefined
        ? alignSpan({ start, end }, tokens, 'strict').isExact
        : sameText(text.slice(start, end), written.text));
    if (!isFit) misfits.push(written);
  }
  return { fits: spans.length - misfits.length, misfits };
}

/** Tools write line breaks of a name as they please. */
function sameText(left: string, right: string): boolean {
  return left === right || left.replace(/\s+/gu, ' ') === right.replace(/\s+/gu, ' ');
}

function countSpans(texts: readonly Pick<TokenisedText, 'spans'>[]): number {
  return texts.reduce((sum, { spans }) => sum + spans.length, 0);
}

/** The offset itself, or the closest one before it that lies in the text and between two characters. */
function nearestOffset(offset: number, converter: SpanConverter): number {
  for (let candidate = Math.min(offset, converter.length); candidate > 0; candidate--) {
    const found = converter.toUtf16(candidate);
    if (found !== undefined) return found;
  }
  return 0;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7F]*$/.test(text);
}
