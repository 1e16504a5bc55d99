import type { RepairKind, TagScheme } from '#annotation/tags/tag-scheme.js';
import type { ErrorCode } from '#base/errors.js';
import type { CharacterSpan } from './annotated-text.js';

/**
 * What a reading found and what it did about it. Nothing is dropped or changed without an entry here. It is plain JSON.
 */
export interface Ledger {
  /** Of the file. */
  readonly name: string;
  /** Name of the format, as `--from` takes it. */
  readonly format: string;
  /** Of the tags as written; `plain` for one class a token; `null` for files with character spans. */
  readonly scheme: TagScheme | 'plain' | null;
  /** Numbered from 1; `null` for formats without columns. */
  readonly columns: { readonly count: number; readonly word: number; readonly tag: number } | null;
  /** What the offsets count, given or found out; `null` for formats without offsets. */
  readonly offsetUnit: SpanUnit | null;
  readonly documents: number;
  readonly sentences: number;
  readonly tokens: number;
  /** Names that came out: of plain tags, tokens with a class. */
  readonly entities: number;
  /** In code-unit order of the labels. */
  readonly entitiesByLabel: readonly { readonly label: string; readonly entities: number }[];
  /** `in` = `aligned` + `repaired` + `leftOut`. */
  readonly names: {
    readonly in: number;
    /** Taken as they stand. */
    readonly aligned: number;
    /** Kept with another edge than the file's, with a repaired tag, or by cutting a word. */
    readonly repaired: number;
    readonly leftOut: number;
  };
  readonly repairs: {
    readonly total: number;
    readonly byKind: Readonly<Partial<Record<RepairKind, number>>>;
    /** The first {@link LISTED}. */
    readonly first: readonly LocatedRepair[];
  };
  /** All of them, also those that were kept. */
  readonly misaligned: readonly MisalignedSpan[];
  readonly overlaps: readonly OverlapReport[];
  readonly duplicates: {
    /** Sentences whose words (in lower case) stand further up as well. */
    readonly total: number;
    /** The first {@link LISTED}. */
    readonly first: readonly { readonly line: number; readonly firstLine: number }[];
  };
  /** Comment lines. */
  readonly comments: number;
  /** Records, rows and lines that were not read, and why. */
  readonly leftOut: {
    readonly total: number;
    /** The first {@link LISTED}. */
    readonly first: readonly LeftOut[];
  };
  /** Lines that could not be read; empty unless the reading was told to go on after one. */
  readonly faults: readonly Fault[];
  /** Sentences about encoding, skipped lines, detections. */
  readonly notes: readonly string[];
  /** What the person might want to do about it. */
  readonly hints: readonly string[];
  /** Labels that were to be renamed and that no name has. */
  readonly unusedRenames: readonly string[];
}

/**
 * What offsets of files count: UTF-16 units, code points, bytes of UTF-8; `crlf` and `codepoint-crlf` are the first two
 * with every CR LF as one, as editors count that change line ends; `grapheme` is characters as people see them.
 */
export type SpanUnit = 'utf16' | 'codepoint' | 'utf8' | 'crlf' | 'codepoint-crlf' | 'grapheme';

/** How many examples of one kind a report lists. */
export const LISTED = 20;

export interface LocatedRepair {
  readonly line: number;
  readonly kind: RepairKind;
  readonly word: string;
  /** As written. */
  readonly tag: string;
}

/** A span whose edges are not edges of tokens. Offsets are in the unit of the file. */
export interface MisalignedSpan {
  readonly line: number;
  readonly span: CharacterSpan;
  /** What the offsets select. */
  readonly text: string;
  /** The tokens it touches, or else the closest one. */
  readonly nearestTokenSpan: { readonly start: number; readonly end: number; readonly text: string } | null;
  /** A word was `cut` at its edge, it was `moved` to edges of tokens, `trimmed` of white space, or `left out`. */
  readonly outcome: 'cut' | 'moved' | 'trimmed' | 'left out';
  /** An edge lies between two letters of a word, or outside the text: nobody annotates so on purpose. */
  readonly isWithinWord: boolean;
  /** What is wrong with it, to follow "expected …, found …; ": what would be right, or why nothing is. */
  readonly suggestion: string;
}

export interface OverlapReport {
  readonly line: number;
  readonly kept: { readonly label: string; readonly text: string };
  readonly dropped: { readonly label: string; readonly text: string };
}

export interface LeftOut {
  readonly line: number;
  readonly reason: string;
}

export interface Fault {
  readonly line: number | null;
  readonly code: ErrorCode;
  /** The whole sentence, with file and line. */
  readonly message: string;
}
