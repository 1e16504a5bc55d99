import type { OffsetUnit } from '#annotation/text/offset-units.js';
import type { CharacterSpan } from './annotated-text.js';
import type { Metadata } from './document.js';
import type { WrittenSentence } from './written-sentence.js';

/** A document as its file has it: tags in the file's own scheme, offsets in its own unit. What every format reads. */
export type WrittenDocument = WrittenWords | WrittenText;

interface WrittenBase {
  readonly id: string | null;
  /** Where it begins, from 1. */
  readonly line: number;
  /** Goes on with the document before it. */
  readonly continues: boolean;
  readonly meta: Metadata;
}

export interface WrittenWords extends WrittenBase {
  readonly kind: 'words';
  readonly sentences: readonly WrittenSentence[];
}

export interface WrittenText extends WrittenBase {
  readonly kind: 'text';
  readonly text: string;
  readonly spans: readonly WrittenSpan[];
  /** What the record itself, or its format, says of its offsets; `null` if it is to be found out. */
  readonly offsetUnit: OffsetUnit | null;
  /** Edges of its tokens in the unit of the file; `null` where our own tokenizer is to cut it. */
  readonly tokens: readonly WrittenRange[] | null;
  /** Edges of its sentences in the unit of the file, and the line of each; `null` where our own splitter is to cut it. */
  readonly sentences: readonly (WrittenRange & { readonly line: number })[] | null;
}

export interface WrittenRange {
  readonly start: number;
  readonly end: number;
}

export interface WrittenSpan extends CharacterSpan {
  /** What the file says the offsets select; tells which unit they are in. */
  readonly text?: string;
  readonly meta?: Metadata;
  /** Of the span itself, where it has one of its own. */
  readonly line?: number;
}
