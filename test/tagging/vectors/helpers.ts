import { gzipSync } from 'node:zlib';
import { AppError } from '#base/errors.js';
import { newReadingReport, type ReadingReport, type WordVector } from '#tagging/vectors/build/word-vector.js';

export type Reader = (
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly name: string; readonly skipBad: boolean; readonly report: ReadingReport },
) => AsyncIterable<WordVector>;

export interface ReadOptions {
  readonly skipBad?: boolean;
  /** Bytes a chunk; all in one if not given. */
  readonly chunk?: number;
}

/** All that a reader makes of a file called `file`, and what it counts. */
export async function readAll(
  reader: Reader,
  content: string | Uint8Array,
  { skipBad = false, chunk }: ReadOptions = {},
): Promise<{ vectors: [string, number[]][]; report: ReadingReport }> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const report = newReadingReport();
  const vectors: [string, number[]][] = [];
  for await (const { word, values } of reader(chunksOf(bytes, chunk), { name: 'file', skipBad, report }))
    vectors.push([word, [...values]]);
  return { vectors, report };
}

export async function* chunksOf(bytes: Uint8Array, size = Math.max(1, bytes.length)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

export async function* vectorsOf(
  entries: readonly (readonly [string, readonly number[]])[],
): AsyncGenerator<WordVector> {
  for (const [word, values] of entries) yield { word, values: Float32Array.from(values) };
}

/** The AppError that the promise ends with; anything else fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error('expected an AppError, but nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error;
}

/** CRC-32 as zlib computes it: what gzip writes before the length. */
export function zlibCrc32(bytes: Uint8Array): number {
  const packed = gzipSync(bytes);
  return packed.readUInt32LE(packed.length - 8);
}
