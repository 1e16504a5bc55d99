import type { AlignMode } from '#annotation/alignment/align-spans.js';
import { chooseOffsetUnit, explainMisalignment, type SpanEnds } from '#annotation/alignment/offset-detection.js';
import type { OverlapPolicy } from '#annotation/alignment/resolve-overlaps.js';
import type { AnnotatedText } from '#annotation/documents/annotated-text.js';
import type { CorpusFormat, CorpusReport } from '#annotation/documents/corpus-report.js';
import { type CorpusSource, quoted } from '#annotation/documents/corpus-source.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { readConll } from '#annotation/formats/conll.js';
import { readInline } from '#annotation/formats/inline.js';
import { readJsonl } from '#annotation/formats/jsonl.js';
import { readUniversalNer } from '#annotation/formats/universal-ner.js';
import { OFFSET_UNITS, type OffsetUnit } from '#annotation/text/offset-units.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';
import { sentencesFromTexts, type TextRecord } from './sentences-from-texts.js';

export interface FormatOptions {
  /** What to do with spans that do not begin and end with a token; `expand` by default. */
  readonly align?: AlignMode;
  /** Which of overlapping spans is kept; the longest by default. */
  readonly overlaps?: OverlapPolicy;
  /** What offsets count; by default UTF-16 units, unless the spans fit another unit better. */
  readonly offsetUnit?: OffsetUnit;
  /** Exclusive by default. */
  readonly spanEnds?: SpanEnds;
  /** Whatever would be repaired is an error. False by default. */
  readonly strict?: boolean;
  /** Cuts texts that are not tokenised into tokens and sentences. */
  readonly tokenizer: Tokenizer;
}

export interface FormatRead
  extends Pick<CorpusReport, 'columns' | 'offsetUnit' | 'misaligned' | 'overlaps' | 'notes' | 'hints'> {
  readonly sentences: readonly WrittenSentence[];
  /** The file holds tags, not spans, and so has a scheme. */
  readonly hasTags: boolean;
}

/** @throws {AppError} `invalid_argument` for an unknown option value, and whatever the reader of the format throws. */
export function readFormat(source: CorpusSource, format: CorpusFormat, options: FormatOptions): FormatRead {
  checkChoice('format', format, Object.keys(READERS));
  checkChoice('align', options.align, ['strict', 'expand', 'contract', 'skip']);
  checkChoice('overlaps', options.overlaps, ['longest', 'first']);
  checkChoice('offsetUnit', options.offsetUnit, OFFSET_UNITS);
  checkChoice('spanEnds', options.spanEnds, ['exclusive', 'inclusive']);
  return READERS[format](source, options);
}

function checkChoice(option: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new AppError('invalid_argument', `"${option}" must be one of ${choices.join(', ')}, found ${quoted(value)}`);
}

const NO_FINDINGS = { columns: null, offsetUnit: null, misaligned: [], overlaps: [], notes: [], hints: [] } as const;

const READERS: Readonly<Record<CorpusFormat, (source: CorpusSource, options: FormatOptions) => FormatRead>> = {
  conll: (source) => ({ ...NO_FINDINGS, hasTags: true, ...readConll(source) }),

  'universal-ner': (source) => {
    const { sentences, columns, artefactTags, skippedRows } = readUniversalNer(source);
    const notes = [
      ...counted(artefactTags, (n) => `${n} tags B-O or I-O read as O`),
      ...counted(skippedRows, (n) => `${n} rows of multiword tokens or empty nodes skipped`),
    ];
    return { ...NO_FINDINGS, hasTags: true, sentences, columns, notes };
  },

  inline: (source, options) => {
    const records = readInline(source).map((line) => ({ ...line, offsetUnit: 'utf16' as const, isSentence: true }));
    return { ...readTexts(source, records, { ...options, spanEnds: 'exclusive' }), offsetUnit: null };
  },

  jsonl: (source, options) => {
    const { records, skippedRecords } = readJsonl(source);
    const texts = records.filter((record) => record.kind === 'text');
    const tokenised = records.filter((record) => record.kind === 'tokens');
    const read = readTexts(
      source,
      texts.map((record) => ({ ...record, isSentence: false })),
      options,
    );
    const written = tokenised
      .filter(({ words }) => words.length > 0)
      .map(({ words, tags, line, document }) => ({ words, tags, lines: words.map(() => line), document }));
    const notes = counted(skippedRecords, (n) => `${n} records skipped whose "answer" is not "accept"`);
    return {
      ...read,
      hasTags: tokenised.length > 0,
      sentences: [...read.sentences, ...written].sort((left, right) => left.lines[0] - right.lines[0]),
      offsetUnit: texts.length > 0 ? read.offsetUnit : null,
      notes: [...notes, ...read.notes],
    };
  },
};

interface UntokenisedText extends AnnotatedText {
  readonly line: number;
  readonly document: number;
  /** What the record itself says of its offsets. */
  readonly offsetUnit: OffsetUnit | null;
  /** It is not to be split any further. */
  readonly isSentence: boolean;
}

function readTexts(source: CorpusSource, texts: readonly UntokenisedText[], options: FormatOptions): FormatRead {
  const { strict = false, spanEnds = 'exclusive', tokenizer } = options;
  const records = texts.map((record): TextRecord => {
    const tokens = tokenizer.tokenize(record.text);
    return { ...record, tokens, sentences: record.isSentence ? [tokens] : tokenizer.sentences(record.text, tokens) };
  });
  const detected = chooseOffsetUnit(records, spanEnds);
  const offsetUnit = options.offsetUnit ?? detected;
  const read = sentencesFromTexts(records, {
    name: source.name,
    align: strict ? 'strict' : (options.align ?? 'expand'),
    overlaps: options.overlaps ?? 'longest',
    offsetUnit,
    spanEnds,
    isStrict: strict,
  });
  const isDetected = options.offsetUnit === undefined && detected !== 'utf16';
  const isContradicted = options.offsetUnit !== undefined && detected !== options.offsetUnit;
  const explanation =
    read.misaligned.length === 0 ? null : explainMisalignment({ texts: records, unit: offsetUnit, ends: spanEnds });
  return {
    ...NO_FINDINGS,
    ...read,
    hasTags: false,
    offsetUnit,
    notes: isDetected ? [`offsets read as ${UNIT_NAMES[detected]}: more spans fit the words than as UTF-16 units`] : [],
    hints: [
      ...(isContradicted ? [`offsets look like ${UNIT_NAMES[detected]}: more spans would fit the words`] : []),
      ...(explanation === null ? [] : [explanation]),
    ],
  };
}

const UNIT_NAMES: Readonly<Record<OffsetUnit, string>> = {
  utf16: 'UTF-16 units',
  codepoint: 'code points',
  utf8: 'UTF-8 bytes',
};

function counted(count: number, note: (count: number) => string): string[] {
  return count === 0 ? [] : [note(count)];
}
