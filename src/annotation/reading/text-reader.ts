import {
  type AlignMode,
  alignSpan,
  cutTokens,
  isCuttable,
  isWithinWord,
  type SpanAlignment,
} from '#annotation/alignment/align-spans.js';
import { type OffsetShift, utf16Span } from '#annotation/alignment/offset-detection.js';
import { createSpanConverter, type SpanConverter } from '#annotation/alignment/span-converter.js';
import { corpusError } from '#annotation/documents/corpus-source.js';
import type { Document, DocumentSpan, SentenceRange } from '#annotation/documents/document.js';
import type { MisalignedSpan, SpanUnit } from '#annotation/documents/ledger.js';
import type { WrittenSpan, WrittenText } from '#annotation/documents/written-document.js';
import type { Token } from '#annotation/text/token.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import type { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { LedgerBuilder } from './ledger-builder.js';

/** A text of a file with its tokens, before its names are read. */
export interface TokenisedRecord {
  readonly written: WrittenText;
  readonly tokens: readonly Token[];
  readonly areTokensGiven: boolean;
}

export interface TextReaderOptions {
  /** Of the file. */
  readonly name: string;
  readonly align: AlignMode;
  /** What offsets count in records that do not say it themselves. */
  readonly unit: SpanUnit;
  readonly shift: OffsetShift;
  readonly labels: ReadonlyMap<string, string> | undefined;
  readonly tokenizer: Tokenizer;
  readonly ledger: LedgerBuilder;
}

export function tokenizeRecord(written: WrittenText, tokenizer: Tokenizer, unit: SpanUnit): TokenisedRecord {
  const given =
    written.tokens === null
      ? null
      : givenTokens(written, createSpanConverter(written.text, written.offsetUnit ?? unit));
  return { written, tokens: given ?? tokenizeSentences(written, tokenizer, unit), areTokensGiven: given !== null };
}

/** Each sentence of the file by itself: the "V." that ends one is no initial of the word that begins the next. */
function tokenizeSentences(
  { text, sentences, offsetUnit }: WrittenText,
  tokenizer: Tokenizer,
  unit: SpanUnit,
): Token[] {
  const converter = createSpanConverter(text, offsetUnit ?? unit);
  const starts = (sentences ?? []).slice(1).map(({ start }) => converter.toUtf16(start) ?? 0);
  const edges = [...new Set([0, ...starts, text.length])].sort((left, right) => left - right);
  return edges.slice(1).flatMap((end, index) => {
    const from = edges[index];
    return tokenizer
      .tokenize(text.slice(from, end))
      .map((token) => ({ ...token, start: token.start + from, end: token.end + from }));
  });
}

/** The tokens that the file names, without those of white space; `null` where they do not cover the text in order. */
function givenTokens({ text, tokens }: WrittenText, converter: SpanConverter): Token[] | null {
  const read: Token[] = [];
  let position = 0;
  for (const written of tokens ?? []) {
    const start = converter.toUtf16(written.start);
    const end = converter.toUtf16(written.end);
    if (start === undefined || end === undefined || start < position || end < start) return null;
    const word = text.slice(start, end);
    if (text.slice(position, start).trim() !== '' || (word.trim() !== word && word.trim() !== '')) return null;
    if (word.trim() !== '') read.push({ text: word, start, end });
    position = end;
  }
  return text.slice(position).trim() === '' ? read : null;
}

/**
 * Reads the names of a text: offsets become UTF-16, and each name begins and ends with a token.
 *
 * @throws {AppError} `misaligned_span` under `strict`.
 */
export function readText({ written, tokens, areTokensGiven }: TokenisedRecord, options: TextReaderOptions): Document {
  const { text } = written;
  const converter = createSpanConverter(text, written.offsetUnit ?? options.unit);
  const spans: DocumentSpan[] = [];
  const cuts: number[] = [];
  options.ledger.writtenNames(written.spans.length);
  for (const span of written.spans) {
    const read = readSpan(span, { written, tokens, converter, options });
    if (read.misaligned !== null) {
      if (options.align === 'strict' && read.misaligned.outcome !== 'trimmed') {
        throw misalignedError(read.misaligned, options.name);
      }
      options.ledger.misalign(read.misaligned);
    }
    if (read.span === null) continue;
    const renamed = options.labels?.get(span.label);
    if (renamed !== undefined) options.ledger.renamedLabels.add(span.label);
    const label = renamed ?? span.label;
    spans.push({ label, start: read.span.start, end: read.span.end, ...(span.meta && { meta: span.meta }) });
    cuts.push(...read.cuts);
  }
  const cut = cutTokens(text, tokens, cuts);
  return {
    id: written.id,
    text,
    isTextGiven: true,
    tokens: cut,
    areTokensGiven,
    sentences: sentencesOf(written, { uncut: tokens, tokens: cut, converter, options }),
    spans,
    isPlain: false,
    continues: written.continues,
    meta: written.meta,
    origin: { file: options.name, line: written.line },
  };
}

interface SpanPlace {
  readonly written: WrittenText;
  readonly tokens: readonly Token[];
  readonly converter: SpanConverter;
  readonly options: TextReaderOptions;
}

interface SpanRead {
  readonly span: { readonly start: number; readonly end: number } | null;
  readonly cuts: readonly number[];
  readonly misaligned: MisalignedSpan | null;
}

function readSpan(written: WrittenSpan, place: SpanPlace): SpanRead {
  const { text } = place.written;
  const { shift } = place.options;
  const found = utf16Span(written, place.converter, shift);
  const reason = illegality(written, { length: place.converter.length, shift });
  if (reason !== null) {
    const misaligned = describe(written, { ...found, place, alignment: null, outcome: 'left out', suggestion: reason });
    return { span: null, cuts: [], misaligned };
  }
  const trimmed = withoutSpace(text, found);
  if (trimmed.start >= trimmed.end) {
    const alignment = alignSpan(found, place.tokens, 'skip');
    const suggestion = place.tokens.length === 0 ? 'remove it: the text has no words' : 'it selects white space only';
    return {
      span: null,
      cuts: [],
      misaligned: describe(written, { ...found, place, alignment, outcome: 'left out', suggestion }),
    };
  }
  const { align } = place.options;
  const mode = align === 'cut' ? 'skip' : align;
  const alignment = alignSpan(trimmed, place.tokens, mode);
  const isTrimmed = trimmed.start !== found.start || trimmed.end !== found.end;
  if (found.isLegal && alignment.isExact) {
    const outcome = { ...found, place, alignment, outcome: 'trimmed', suggestion: 'white space at its edges' } as const;
    return { span: trimmed, cuts: [], misaligned: isTrimmed ? describe(written, outcome) : null };
  }
  if (align === 'cut' && isCuttable(text, trimmed.start) && isCuttable(text, trimmed.end)) {
    const cuts = [trimmed.start, trimmed.end];
    const outcome = alignment.isExact ? 'moved' : 'cut';
    return { span: trimmed, cuts, misaligned: describe(written, { ...found, place, alignment, outcome }) };
  }
  const kept = align === 'cut' ? alignSpan(trimmed, place.tokens, 'expand').tokens : alignment.tokens;
  const outcome = kept === null ? 'left out' : 'moved';
  const span =
    kept === null ? null : { start: place.tokens[kept.startToken].start, end: place.tokens[kept.endToken - 1].end };
  return { span, cuts: [], misaligned: describe(written, { ...found, place, alignment, outcome }) };
}

/** Why no offsets of the text can be meant; `null` if some can. */
function illegality(
  { start, end }: WrittenSpan,
  { length, shift }: { readonly length: number; readonly shift: OffsetShift },
): string | null {
  const from = start + shift.start;
  const to = end + shift.end;
  if (from > to) return 'it is reversed: its start lies behind its end';
  if (from >= length && length > 0) return `it lies past the end of the text, which has ${length}`;
  if (to <= 0 && from < 0) return 'it lies before the beginning of the text';
  if (from === to) return 'it is empty';
  return null;
}

function withoutSpace(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  const piece = text.slice(start, end);
  const rest = piece.trimStart();
  const from = start + piece.length - rest.length;
  return { start: from, end: from + rest.trimEnd().length };
}

function describe(
  written: WrittenSpan,
  {
    start,
    end,
    place,
    alignment,
    outcome,
    suggestion,
  }: {
    readonly start: number;
    readonly end: number;
    readonly place: SpanPlace;
    readonly alignment: SpanAlignment | null;
    readonly outcome: MisalignedSpan['outcome'];
    readonly suggestion?: string;
  },
): MisalignedSpan {
  const { written: record, tokens, converter, options } = place;
  const nearest = alignment?.nearest ?? null;
  const nearestTokenSpan = nearest === null ? null : describeTokens(nearest, { record, tokens, converter, options });
  return {
    line: written.line ?? record.line,
    span: { label: written.label, start: written.start, end: written.end },
    text: record.text.slice(start, end),
    nearestTokenSpan,
    outcome,
    isWithinWord:
      outcome !== 'trimmed' &&
      (alignment === null || isWithinWord(record.text, start) || isWithinWord(record.text, end)),
    suggestion: suggestion ?? suggest(nearestTokenSpan),
  };
}

function describeTokens(
  { startToken, endToken }: { readonly startToken: number; readonly endToken: number },
  {
    record: { text },
    tokens,
    converter,
    options: { shift },
  }: {
    readonly record: WrittenText;
    readonly tokens: readonly Token[];
    readonly converter: SpanConverter;
    readonly options: TextReaderOptions;
  },
): MisalignedSpan['nearestTokenSpan'] {
  const { start } = tokens[startToken];
  const { end } = tokens[endToken - 1];
  return {
    start: converter.fromUtf16(start) - shift.start,
    end: converter.fromUtf16(end) - shift.end,
    text: text.slice(start, end),
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

/** Sentences of the file, or of our own splitter, as ranges of the tokens that were cut. */
function sentencesOf(
  written: WrittenText,
  {
    uncut,
    tokens,
    converter,
    options,
  }: {
    readonly uncut: readonly Token[];
    readonly tokens: readonly Token[];
    readonly converter: SpanConverter;
    readonly options: TextReaderOptions;
  },
): SentenceRange[] {
  const starts =
    written.sentences === null
      ? options.tokenizer
          .sentences(written.text, uncut)
          .filter((sentence) => sentence.length > 0)
          .map((sentence) => ({ start: sentence[0].start, line: written.line }))
      : written.sentences.map(({ start, line }) => ({ start: converter.toUtf16(start) ?? 0, line }));
  const ranges: SentenceRange[] = [];
  let from = 0;
  for (const [index, { line }] of starts.entries()) {
    const next = starts[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    let to = from;
    while (to < tokens.length && tokens[to].start < next) to++;
    if (to > from) ranges.push({ from, to, line });
    from = to;
  }
  if (from < tokens.length) ranges.push({ from, to: tokens.length, line: written.line });
  return ranges;
}
