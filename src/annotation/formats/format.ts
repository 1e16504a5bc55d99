import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import type { Document } from '#annotation/documents/document.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import type { OffsetUnit } from '#annotation/text/offset-units.js';
import type { AppError } from '#base/errors.js';

/**
 * A file format, as data: one object a file, and one line in `format-table.ts`, from which help, documents and messages
 * are made.
 */
export interface Format {
  /** As `--from` and `--to` take it. */
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** With the dot; the first is given to files that are written. */
  readonly extensions: readonly string[];
  /** What a file of it cannot hold; whoever writes one is told where that loses something. */
  readonly loses: readonly Aspect[];
  /** Characters that no label has in it; of formats that lose `labels`. */
  readonly labelMarks?: RegExp;
  /** What its tools count, where offsets fit several units equally well; UTF-16 units unless told. */
  readonly offsetUnit?: OffsetUnit;
  /**
   * How sure the beginning of a file makes that it is in this format: 0 is no, 1 is proof. Of two formats that are equally
   * sure, neither is chosen.
   */
  detect(sample: Sample): number;
  /** @throws {AppError} what {@link ReadContext.fault} throws. */
  read(source: CorpusSource, context: ReadContext): Iterable<WrittenDocument>;
  /** The pieces of one or several files. */
  write(documents: Iterable<Document>, context: WriteContext): Iterable<WrittenPiece>;
}

/** What a document may hold beside its names. */
export const ASPECTS = {
  text: 'the text as it was given (words are kept)',
  tokens: 'the words as the file cut them',
  words: 'white space and marks of the format within words (they become _)',
  sentences: 'where sentences end',
  documents: 'which sentences belong to one document',
  ids: 'ids',
  metadata: 'other members of a record',
  labels: 'marks of the format within labels (they become _)',
  overlaps: 'names that overlap another one',
  plain: 'tags that are one class a token',
} as const;

export type Aspect = keyof typeof ASPECTS;

/** The beginning of a file. */
export interface Sample {
  readonly head: string;
  /** Lines of the head that are not blank, at most {@link SAMPLE_LINES}. */
  readonly lines: readonly string[];
  /** The first JSON value, or the first element where that is an array of records; `undefined` if there is none. */
  readonly record: unknown;
  /** The file holds one array of records. */
  readonly isArray: boolean;
}

export const SAMPLE_LINES = 200;

/** What readers report to, and the options they may need. */
export interface ReadContext {
  /** 1 for the first column; the column with the tags if it is not the usual one. */
  readonly tagColumn?: number;
  /** Names of tags that the file holds as numbers. */
  readonly tagNames?: readonly string[];
  /** Something that cannot be read: throws it, or notes it and returns; the reader then goes on behind it. */
  fault(error: AppError): void;
  comment(): void;
  leaveOut(line: number, reason: string): void;
  /** Counts a thing done; the report says each once, with its number: `{n} rows skipped`. */
  count(note: string): void;
  note(sentence: string): void;
  hint(sentence: string): void;
  columns(columns: { readonly count: number; readonly word: number; readonly tag: number }): void;
  /** Text of another file of the same name with another extension; `null` if there is none. */
  companion(extension: string): string | null;
}

export interface WriteContext {
  /** Of names that overlap, which is kept where only one can be. */
  readonly overlaps: OverlapPolicy;
  /** Name of the file without extension, for formats of several files. */
  readonly stem: string;
  /** All goes into one stream: formats of several files must do without the others or refuse. */
  readonly isStream: boolean;
}

export interface WrittenPiece {
  /** File that the piece belongs to; the pieces of one file follow each other. */
  readonly file: string;
  readonly text: string;
}
