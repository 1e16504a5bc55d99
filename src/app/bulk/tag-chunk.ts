import { AppError, messageOf } from '#base/errors.js';
import type { Entity, Tagger } from '#tagging/tagger/entity.js';
import type { Chunk, ChunkResult, RecordFailure, RecordKind } from './chunk.js';

export interface ChunkOptions {
  readonly kind: RecordKind;
  /** Names that score less are left out. */
  readonly threshold: number;
  /** The member of a JSON record that holds its text. */
  readonly textMember: string;
}

/** One text; a longer one would hold up a worker and its memory for too long. */
const MAX_TEXT_LENGTH = 1_000_000;

/**
 * Tags the records of a chunk: the same lines come out whichever worker does it, and however texts are dealt out. A record
 * that cannot be tagged becomes a line with `error` in its place, so that line n in is always line n out.
 */
export function tagChunk(tagger: Tagger, chunk: Chunk, options: ChunkOptions): ChunkResult {
  const failures: RecordFailure[] = [...chunk.unreadable];
  const lines = chunk.records.map((record, i) => {
    const line = chunk.line + i;
    if (record === null) return failedLine(chunk.unreadable.find((failure) => failure.line === line));
    try {
      return JSON.stringify(taggedRecord(tagger, record, options));
    } catch (error) {
      const failure = {
        line,
        code: error instanceof AppError ? error.code : 'internal',
        error: messageOf(error),
      };
      failures.push(failure);
      return failedLine(failure);
    }
  });
  return {
    output: lines.map((line) => `${line}\n`).join(''),
    records: chunk.records.length,
    failures: failures.sort((a, b) => a.line - b.line),
  };
}

/** What stands for a chunk that nobody could tag. */
export function failedChunk(chunk: Chunk, code: string, error: string): ChunkResult {
  const failures = chunk.records.map((_, i) => ({ line: chunk.line + i, code, error }));
  const output = failures.map((failure) => `${failedLine(failure)}\n`).join('');
  return { output, records: failures.length, failures };
}

function failedLine(failure: RecordFailure | undefined): string {
  return JSON.stringify({ error: failure?.error ?? 'cannot be read', code: failure?.code ?? 'internal' });
}

function taggedRecord(tagger: Tagger, record: string, { kind, threshold, textMember }: ChunkOptions): object {
  const members = kind === 'lines' ? { [textMember]: record } : membersOf(record);
  const text = members[textMember];
  if (typeof text !== 'string')
    throw new AppError(
      'invalid_json',
      `expected a text in "${textMember}", found ${text === undefined ? 'none' : typeof text}`,
    );
  if (text.length > MAX_TEXT_LENGTH)
    throw new AppError('text_too_long', `expected at most ${MAX_TEXT_LENGTH} UTF-16 units, found ${text.length}`);
  return { ...members, entities: tagger.tag(text, { threshold }).entities.map(entityMembers) };
}

function membersOf(record: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch (cause) {
    throw new AppError('invalid_json', `expected a JSON object: ${messageOf(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AppError('invalid_json', 'expected a JSON object, found another value');
}

function entityMembers({ text, label, start, end, score }: Entity): object {
  return { text, label, start, end, score };
}
