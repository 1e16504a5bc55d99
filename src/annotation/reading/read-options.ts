import { ALIGN_MODES, type AlignMode } from '#annotation/alignment/align-spans.js';
import {
  FIXES,
  type FixName,
  NO_SHIFT,
  type OffsetShift,
  type SpanEnds,
} from '#annotation/alignment/offset-detection.js';
import { SPAN_UNITS } from '#annotation/alignment/span-converter.js';
import type { SpanUnit } from '#annotation/documents/ledger.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import { findFormat } from '#annotation/formats/format-table.js';
import { assertLabel } from '#annotation/tags/bio.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';

/** A mistake that a whole file shares: undo it with `--fix`. */
export type FixOption = FixName | Exclude<SpanUnit, 'utf16'>;

const FIX_OPTIONS: readonly string[] = [
  ...FIXES.map(({ name }) => name),
  ...SPAN_UNITS.filter((unit) => unit !== 'utf16'),
];

export interface ReadOptions {
  /** Name of a format; found out from the content if not given. */
  readonly format?: string;
  /** What to do with spans that do not begin and end with a token; `cut` by default. */
  readonly align?: AlignMode;
  /** Which of overlapping names is kept; the longest by default. */
  readonly overlaps?: OverlapPolicy;
  /** What offsets count; by default UTF-16 units, unless the spans fit another unit better. */
  readonly offsetUnit?: SpanUnit;
  /** Exclusive by default. */
  readonly spanEnds?: SpanEnds;
  /** Undoes a mistake that the whole file shares: offsets from 1, inclusive ends, another unit. */
  readonly fix?: FixOption;
  /** Whatever would be repaired is an error. False by default. */
  readonly strict?: boolean;
  /** Cuts texts that are not tokenised: a model's own where there is one, the program's unless told. */
  readonly tokenizer?: Tokenizer;
  /** Numbered from 1: the column with the tags, if it is not the usual one. */
  readonly tagColumn?: number;
  /** Names of tags that a file holds as numbers. */
  readonly tagNames?: readonly string[];
  /** `spans` are names (O, B-PER, PER); `plain` is one class a token. By default found out from the tags. */
  readonly tagKind?: 'spans' | 'plain';
  /** New labels by old ones; two that become one are merged. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Lines that cannot be read are listed, up to this number, and left out; by default the first is an error. */
  readonly maxFaults?: number;
  /** Documents that are read before format, scheme and unit are decided; all by default. */
  readonly window?: number;
}

/** @throws {AppError} `invalid_argument` for an unknown option value. */
export function checkReadOptions(options: ReadOptions): void {
  if (options.format !== undefined) findFormat(options.format);
  checkChoice('align', options.align, ALIGN_MODES);
  if (typeof options.overlaps === 'string') checkChoice('overlaps', options.overlaps, ['longest', 'first']);
  checkChoice('offsetUnit', options.offsetUnit, SPAN_UNITS);
  checkChoice('spanEnds', options.spanEnds, ['exclusive', 'inclusive']);
  checkChoice('fix', options.fix, FIX_OPTIONS);
  checkChoice('tagKind', options.tagKind, ['spans', 'plain']);
  for (const label of options.labels?.values() ?? []) assertLabel(label);
  const { tagColumn } = options;
  if (tagColumn !== undefined && !(Number.isInteger(tagColumn) && tagColumn >= 1)) {
    throw new AppError('invalid_argument', `"tagColumn" must be a whole number from 1, found ${tagColumn}`);
  }
}

function checkChoice(option: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new AppError('invalid_argument', `"${option}" must be one of ${choices.join(', ')}, found ${quoted(value)}`);
}

/** The unit that was given, if any, and what is added to offsets. */
export function offsetRules({ fix, offsetUnit, spanEnds }: ReadOptions): {
  readonly unit: SpanUnit | undefined;
  readonly shift: OffsetShift;
} {
  const known = FIXES.find(({ name }) => name === fix);
  const ends = spanEnds === 'inclusive' ? 1 : 0;
  const { start, end } = known?.shift ?? NO_SHIFT;
  const unit = SPAN_UNITS.find((candidate) => candidate === fix);
  return { unit: unit ?? offsetUnit, shift: { start, end: end + ends } };
}
