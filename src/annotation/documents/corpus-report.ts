import type { RepairKind, TagScheme } from '#annotation/tags/tag-scheme.js';
import type { OffsetUnit } from '#annotation/text/offset-units.js';
import type { CharacterSpan } from './annotated-text.js';

export type CorpusFormat = 'conll' | 'universal-ner' | 'jsonl' | 'inline';

/** What a reader found and what it did about it. Nothing is dropped or changed without an entry here. */
export interface CorpusReport {
  readonly name: string;
  readonly format: CorpusFormat;
  /** Of the tags as written; files with character spans have none. */
  readonly scheme: TagScheme | null;
  /** Numbered from 1; `null` for formats without columns. */
  readonly columns: { readonly count: number; readonly word: number; readonly tag: number } | null;
  /** What the offsets count, given or detected; `null` for formats without offsets. */
  readonly offsetUnit: OffsetUnit | null;
  readonly documents: number;
  readonly sentences: number;
  readonly tokens: number;
  readonly entities: number;
  /** In code-unit order of the labels. */
  readonly entitiesByLabel: readonly { readonly label: string; readonly entities: number }[];
  readonly repairs: {
    readonly total: number;
    readonly byKind: Readonly<Partial<Record<RepairKind, number>>>;
    /** The first {@link LISTED}. */
    readonly first: readonly LocatedRepair[];
  };
  /** All of them, also those that were kept by moving their edges. */
  readonly misaligned: readonly MisalignedSpan[];
  readonly overlaps: readonly OverlapReport[];
  readonly duplicates: {
    /** Sentences whose words (in lower case) stand further up as well. */
    readonly total: number;
    /** The first {@link LISTED}. */
    readonly first: readonly { readonly line: number; readonly firstLine: number }[];
  };
  /** Sentences about encoding, skipped lines, detections. */
  readonly notes: readonly string[];
  /** What the person might want to do about it. */
  readonly hints: readonly string[];
}

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
  /** `moved` to edges of tokens, or `left out`. */
  readonly outcome: 'moved' | 'left out';
  readonly suggestion: string;
}

export interface OverlapReport {
  readonly line: number;
  readonly kept: { readonly label: string; readonly text: string };
  readonly dropped: { readonly label: string; readonly text: string };
}
