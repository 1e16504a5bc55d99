import { type AlignMode, alignSpan, type SpanAlignment } from '#annotation/alignment/align-spans.js';
import { type SpanEnds, type TokenisedText, utf16Span } from '#annotation/alignment/offset-detection.js';
import { type OverlapPolicy, resolveOverlaps } from '#annotation/alignment/resolve-overlaps.js';
import type { CharacterSpan } from '#annotation/documents/annotated-text.js';
import type { MisalignedSpan, OverlapReport } from '#annotation/documents/corpus-report.js';
import { corpusError, quoted } from '#annotation/documents/corpus-source.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { iob2FromSpans } from '#annotation/tags/spans.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import { createOffsetConverter, type OffsetConverter, type OffsetUnit } from '#annotation/text/offset-units.js';
import type { Token } from '#annotation/text/token.js';
import type { AppError } from '#base/errors.js';

/** An annotated text of a file, tokenised. */
export interface TextRecord extends TokenisedText {
  readonly line: number;
  readonly document: number;
  /** The tokens of each of its sentences. */
  readonly sentences: readonly (readonly Token[])[];
}

export interface TextOptions {
  /** For messages. */
  readonly name: string;
  readonly align: AlignMode;
  readonly overlaps: OverlapPolicy;
  /** What offsets count in records that do not say it themselves. */
  readonly offsetUnit: OffsetUnit;
  readonly spanEnds: SpanEnds;
  /** Overlapping spans are an error; misaligned ones are if `align` is `strict`. */
  readonly isStrict: boolean;
}

export interface TextSentences {
  readonly sentences: readonly WrittenSentence[];
  readonly misaligned: readonly MisalignedSpan[];
  readonly overlaps: readonly OverlapReport[];
}

/**
 * Finds the tokens of each span, and tags them. Where a span crosses the end of a sentence, the splitter was wrong: the
 * two sentences are joined.
 *
 * @throws {AppError} `misaligned_span`, `overlapping_spans`
 */
export function sentencesFromTexts(records: readonly TextRecord[], options: TextOptions): TextSentences {
  const results = records.map((record) => readRecord(record, options));
  return {
    sentences: results.flatMap(({ sentences }) => sentences),
    misaligned: results.flatMap(({ misaligned }) => misaligned),
    overlaps: results.flatMap(({ overlaps }) => overlaps),
  };
}

function readRecord(record: TextRecord, options: TextOptions): TextSentences {
  const { text, tokens, line, document } = record;
  const converter = createOffsetConverter(text, record.offsetUnit ?? options.offsetUnit);
  const misaligned: MisalignedSpan[] = [];
  const found: TokenSpan[] = [];
  for (const written of record.spans) {
    const { span, isLegal } = utf16Span(written, converter, options.spanEnds);
    const alignment = alignSpan(span, tokens, options.align);
    if (!isLegal || !alignment.isExact) {
      const report = describeMisalignment({ written, span, alignment, record, converter, options });
      if (options.align === 'strict') throw misalignedError(report, options.name);
      misaligned.push(report);
    }
    if (alignment.tokens !== null) found.push({ label: span.label, ...alignment.tokens });
  }

  const { kept, overlaps } = resolveOverlaps(found, options.overlaps);
  const describe = ({ label, startToken, endToken }: TokenSpan) => ({
    label,
    text: text.slice(tokens[startToken].start, tokens[endToken - 1].end),
  });
  const overlapReports = overlaps.map((overlap) => ({
    line,
    kept: describe(overlap.kept),
    dropped: describe(overlap.dropped),
  }));
  if (options.isStrict && overlapReports.length > 0) throw overlapError(overlapReports[0], options.name);

  const tags = iob2FromSpans(kept, tokens.length);
  const sentences = sentenceRanges(record.sentences, kept).map(({ from, to }) => ({
    words: tokens.slice(from, to).map((token) => token.text),
    tags: tags.slice(from, to),
    lines: new Array<number>(to - from).fill(line),
    document,
  }));
  return { sentences, misaligned, overlaps: overlapReports };
}

/** Ranges of tokens, one a sentence, such that no span crosses from one into the next. */
function sentenceRanges(
  sentences: readonly (readonly Token[])[],
  spans: readonly TokenSpan[],
): { readonly from: number; readonly to: number }[] {
  const crossed = new Set<number>(); // tokens that have a neighbour of the same span before them
  for (const { startToken, endToken } of spans) {
    for (let token = startToken + 1; token < endToken; token++) crossed.add(token);
  }
  const ranges: { from: number; to: number }[] = [];
  let from = 0;
  for (const { length } of sentences) {
    const to = from + length;
    const previous = ranges.at(-1);
    if (previous !== undefined && crossed.has(from)) previous.to = to;
    else if (length > 0) ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

function describeMisalignment({
  written,
  span,
  alignment,
  record: { text, tokens, line },
  converter,
  options: { spanEnds },
}: {
  readonly written: CharacterSpan;
  readonly span: CharacterSpan;
  readonly alignment: SpanAlignment;
  readonly record: TextRecord;
  readonly converter: OffsetConverter;
  readonly options: TextOptions;
}): MisalignedSpan {
  const nearest = alignment.nearest;
  let nearestTokenSpan: MisalignedSpan['nearestTokenSpan'] = null;
  if (nearest !== null) {
    const start = tokens[nearest.startToken].start;
    const end = tokens[nearest.endToken - 1].end;
    nearestTokenSpan = {
      start: converter.fromUtf16(start),
      end: converter.fromUtf16(end) - (spanEnds === 'inclusive' ? 1 : 0),
      text: text.slice(start, end),
    };
  }
  return {
    line,
    span: written,
    text: text.slice(span.start, span.end),
    nearestTokenSpan,
    outcome: alignment.tokens === null ? 'left out' : 'moved',
    suggestion: suggest(nearestTokenSpan),
  };
}

function suggest(nearest: MisalignedSpan['nearestTokenSpan']): string {
  if (nearest === null) return 'remove it: the text has no words';
  return `use ${nearest.start} to ${nearest.end} (${quoted(nearest.text)})`;
}

function misalignedError({ line, span, text, suggestion }: MisalignedSpan, name: string): AppError {
  const found = `${span.label} from ${span.start} to ${span.end} (${quoted(text)}); ${suggestion}`;
  return corpusError({ code: 'misaligned_span', name, line, expected: 'spans that begin and end with a word', found });
}

function overlapError({ line, kept, dropped }: OverlapReport, name: string): AppError {
  const found = `${kept.label} ${quoted(kept.text)} and ${dropped.label} ${quoted(dropped.text)}`;
  return corpusError({ code: 'overlapping_spans', name, line, expected: 'spans that do not overlap', found });
}
