/** Some records of an input, as they stand in its file: what one worker tags at a time. */
export interface Chunk {
  /** Counts on over all inputs, from 0. */
  readonly index: number;
  /** Which input it is of, from 0. */
  readonly input: number;
  /** Of its first record, from 1. */
  readonly line: number;
  /** `null` stands for a record that could not be read; the reason is in `unreadable`. */
  readonly records: readonly (string | null)[];
  readonly unreadable: readonly RecordFailure[];
  /** Where it begins, in bytes of the input's file. */
  readonly byte: number;
  /** Where the next chunk begins. */
  readonly nextByte: number;
}

/** Why a record has no result. */
export interface RecordFailure {
  /** In the input's file, from 1. */
  readonly line: number;
  readonly code: string;
  readonly error: string;
}

/** What became of a chunk: whole lines, in the order of the records. */
export interface ChunkResult {
  readonly output: string;
  readonly records: number;
  readonly failures: readonly RecordFailure[];
}

/** How records are written in the input: one JSON object with `text` a line, or one text a line. */
export const RECORD_KINDS = ['jsonl', 'lines'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];
