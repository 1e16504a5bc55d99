import type { AnnotatedText, CharacterSpan } from '#annotation/documents/annotated-text.js';
import {
  createOffsetConverter,
  OFFSET_UNITS,
  type OffsetConverter,
  type OffsetUnit,
} from '#annotation/text/offset-units.js';
import type { Token } from '#annotation/text/token.js';
import { alignSpan } from './align-spans.js';

/** Whether the end of a span is the offset after its last character, as everywhere in this program, or of it. */
export type SpanEnds = 'exclusive' | 'inclusive';

export interface TokenisedText extends AnnotatedText {
  readonly tokens: readonly Token[];
  readonly offsetUnit: OffsetUnit | null;
}

export interface Utf16Span {
  readonly span: CharacterSpan;
  /** False if an edge had to be moved: it lay outside the text or inside a character. */
  readonly isLegal: boolean;
}

/** A span of a file as UTF-16 offsets, half-open, that lie in the text. */
export function utf16Span(written: CharacterSpan, converter: OffsetConverter, ends: SpanEnds): Utf16Span {
  const writtenEnd = written.end + (ends === 'inclusive' ? 1 : 0);
  const start = nearestOffset(written.start, converter);
  const end = nearestOffset(writtenEnd, converter);
  const span = { label: written.label, start: converter.toUtf16(start), end: converter.toUtf16(end) };
  return { span, isLegal: start === written.start && end === writtenEnd };
}

/**
 * The unit in which most spans begin and end with a token: UTF-16 unless another one fits strictly better. The units
 * differ only behind characters outside ASCII, so a file without any is UTF-16.
 */
export function chooseOffsetUnit(texts: readonly TokenisedText[], ends: SpanEnds): OffsetUnit {
  const undeclared = texts.filter(
    ({ offsetUnit, spans, text }) => offsetUnit === null && spans.length > 0 && !isAscii(text),
  );
  const fitCounts = OFFSET_UNITS.map((unit) =>
    undeclared.reduce((sum, text) => sum + partition(text, unit, ends).fits.length, 0),
  );
  return OFFSET_UNITS[fitCounts.indexOf(Math.max(...fitCounts))];
}

/**
 * What one mistake would explain most of the misaligned spans, as a sentence; `null` if most spans are aligned or none
 * explains them.
 */
export function explainMisalignment({
  texts,
  unit,
  ends,
}: {
  readonly texts: readonly TokenisedText[];
  readonly unit: OffsetUnit;
  readonly ends: SpanEnds;
}): string | null {
  const misaligned = texts.map((text) => ({ ...text, spans: partition(text, text.offsetUnit ?? unit, ends).misfits }));
  const total = countSpans(texts);
  const wrong = countSpans(misaligned);
  if (wrong === 0 || wrong < total * MISALIGNED_SHARE) return null;

  const explanations = MISTAKES.map(({ startShift, endShift, says }) => {
    const shifted = misaligned.map((text) => ({
      ...text,
      spans: text.spans.map(({ label, start, end }) => ({ label, start: start + startShift, end: end + endShift })),
    }));
    const fixed = shifted.reduce((sum, text) => sum + partition(text, text.offsetUnit ?? unit, ends).fits.length, 0);
    return { share: fixed / wrong, says };
  });
  const best = explanations.reduce((left, right) => (right.share > left.share ? right : left));
  if (best.share < EXPLAINED_SHARE) return null;
  return `${best.says} fixes ${Math.round(best.share * 100)} % of the ${wrong} misaligned spans`;
}

/** Fewer misaligned spans than this are single mistakes, not one habit of the whole file. */
const MISALIGNED_SHARE = 0.2;
const EXPLAINED_SHARE = 0.8;

const MISTAKES = [
  { startShift: 0, endShift: 1, says: 'ends look inclusive: adding 1 to each end' },
  { startShift: -1, endShift: -1, says: 'offsets look counted from 1: subtracting 1 from starts and ends' },
  {
    startShift: -1,
    endShift: 0,
    says: 'offsets look counted from 1, with inclusive ends: subtracting 1 from each start',
  },
  { startShift: 0, endShift: -1, says: 'ends look one too large: subtracting 1 from each end' },
] as const;

/** Which spans begin and end with a token, and which do not. */
function partition(
  { text, spans, tokens }: TokenisedText,
  unit: OffsetUnit,
  ends: SpanEnds,
): { readonly fits: CharacterSpan[]; readonly misfits: CharacterSpan[] } {
  const converter = createOffsetConverter(text, unit);
  const fits: CharacterSpan[] = [];
  const misfits: CharacterSpan[] = [];
  for (const written of spans) {
    const { span, isLegal } = utf16Span(written, converter, ends);
    (isLegal && alignSpan(span, tokens, 'strict').isExact ? fits : misfits).push(written);
  }
  return { fits, misfits };
}

function countSpans(texts: readonly TokenisedText[]): number {
  return texts.reduce((sum, { spans }) => sum + spans.length, 0);
}

/** The offset itself, or the closest one before it that lies in the text and between two characters. */
function nearestOffset(offset: number, converter: OffsetConverter): number {
  for (let candidate = Math.min(offset, converter.length); candidate > 0; candidate--) {
    if (isBetweenCharacters(candidate, converter)) return candidate;
  }
  return 0;
}

function isBetweenCharacters(offset: number, converter: OffsetConverter): boolean {
  try {
    converter.toUtf16(offset);
    return true;
  } catch {
    return false;
  }
}

function isAscii(text: string): boolean {
  return /^[\0-\x7F]*$/.test(text);
}
