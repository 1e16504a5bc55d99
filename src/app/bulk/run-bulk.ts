import { closeSync, fdatasyncSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  BULK_START,
  type BulkProgress,
  type BulkProgressStore,
  openBulkProgress,
  PROGRESS_FILE,
} from '#app/store/bulk-progress.js';
import { AppError, messageOf } from '#base/errors.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { writing } from '#base/files/write-error.js';
import type { Chunk, ChunkResult } from './chunk.js';
import type { Executor } from './executor.js';
import { type ChunkSize, readChunks } from './read-chunks.js';
import type { ChunkOptions } from './tag-chunk.js';

export interface BulkOptions extends ChunkOptions {
  readonly inputs: readonly string[];
  /** A folder: one file of results an input, the list of failures, and how far the job is. */
  readonly output: string;
  /** SHA-256 of the model's weights: results of another model are never mixed in. */
  readonly modelSha256: string;
  readonly size: ChunkSize;
  /** Between two chunks: what is done is kept, and the job can go on later. */
  readonly signal?: AbortSignal;
}

/** Told after every chunk. */
export interface BulkReport extends Pick<BulkProgress, 'records' | 'failures'> {
  /** Of all inputs together. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly isResumed: boolean;
}

/** Milliseconds between two records of progress: so much work is done again after a sudden end. */
const COMMIT_INTERVAL = 1000;

/**
 * Tags all records of all inputs, in order, in memory for a few chunks. Killed at any moment, it goes on where it was when
 * it is called again with the same options: no record is lost or written twice. Yields after each chunk.
 *
 * @throws {AppError} `interrupted` when the signal fires; `invalid_argument` where the folder holds another job or two inputs
 *   would write to one file; `not_found`, `io_error`, `disk_full`, `database_error`, `worker_failed`.
 */
export async function* runBulk(options: BulkOptions, executor: Executor): AsyncGenerator<BulkReport> {
  const { inputs, output, signal } = options;
  const outputs = outputFiles(inputs, output);
  const sizes = inputs.map(sizeOf);
  const store = openBulkProgress(join(output, PROGRESS_FILE), specificationOf(options, sizes));
  try {
    let progress = store.read() ?? BULK_START;
    const isResumed = progress.chunk > 0 || progress.input > 0;
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    while (progress.input < inputs.length) {
      for await (const next of runInput({ options, executor, store, output: outputs[progress.input], progress })) {
        progress = next;
        const before = sizes.slice(0, next.input).reduce((sum, size) => sum + size, 0);
        yield {
          records: next.records,
          failures: next.failures,
          doneBytes: before + next.byte,
          totalBytes,
          isResumed,
        };
        if (signal?.aborted) throw interrupted(output);
      }
    }
  } finally {
    store.close();
  }
}

/** One JSON object a record that has no result: `{"input", "line", "code", "error"}`. */
export const FAILURES_FILE = 'failures.jsonl';

interface InputRun {
  readonly options: BulkOptions;
  readonly executor: Executor;
  readonly store: BulkProgressStore;
  readonly output: string;
  readonly progress: BulkProgress;
}

/** One input from where it was left to its end; yields how far it is. */
async function* runInput({ options, executor, store, output, progress }: InputRun): AsyncGenerator<BulkProgress> {
  const path = options.inputs[progress.input];
  const results = openAppended(output, progress.outputBytes);
  const failures = openAppended(join(options.output, FAILURES_FILE), progress.failureBytes);
  let state = progress;
  let committedAt = performance.now();
  let canCommit = true;
  /** Files first, then what is said of them: the other way round a power cut could leave less than is said. */
  const commit = (): void => {
    results.flush();
    failures.flush();
    store.write(state);
    committedAt = performance.now();
  };
  try {
    const start = { index: state.chunk, input: state.input, line: state.line, byte: state.byte };
    for await (const { chunk, result } of inOrder(readChunks(path, start, options.size), executor)) {
      results.append(result.output);
      for (const failure of result.failures) failures.append(`${JSON.stringify({ input: path, ...failure })}\n`);
      state = {
        chunk: chunk.index + 1,
        input: state.input,
        line: chunk.line + chunk.records.length,
        byte: chunk.nextByte,
        outputBytes: results.length(),
        failureBytes: failures.length(),
        records: state.records + result.records,
        failures: state.failures + result.failures.length,
      };
      if (performance.now() - committedAt > COMMIT_INTERVAL) commit();
      yield state;
    }
    state = { ...state, input: state.input + 1, line: 1, byte: 0, outputBytes: 0 };
    commit();
    yield state;
  } catch (error) {
    const isInterrupted = error instanceof AppError && error.code === 'interrupted';
    canCommit = isInterrupted; // while a chunk was waited for: what was written is whole
    throw isInterrupted ? interrupted(options.output) : error;
  } finally {
    // Whoever stops asking in the middle loses nothing.
    if (canCommit) commit();
    results.close();
    failures.close();
  }
}

/** Hands out as many chunks as there is room for, and gives back their results in the order of the chunks. */
async function* inOrder(
  chunks: AsyncIterable<Chunk>,
  executor: Executor,
): AsyncGenerator<{ readonly chunk: Chunk; readonly result: ChunkResult }> {
  const pending: { readonly chunk: Chunk; readonly result: Promise<ChunkResult> }[] = [];
  const first = async () => {
    const { chunk, result } = pending[0];
    const done = { chunk, result: await result };
    pending.shift();
    return done;
  };
  for await (const chunk of chunks) {
    const result = executor.submit(chunk);
    result.catch(() => {}); // awaited in its turn
    pending.push({ chunk, result });
    if (pending.length >= executor.width) yield await first();
  }
  while (pending.length > 0) yield await first();
}

interface AppendedFile {
  append(text: string): void;
  /** Bytes. */
  length(): number;
  /** Returns when all is on disk. */
  flush(): void;
  close(): void;
}

/** What a killed run wrote behind `length` is cut off. */
function openAppended(path: string, length: number): AppendedFile {
  const guard = <T>(action: () => T): T => writing(path, action);
  const file = guard(() => openSync(path, length === 0 ? 'w' : 'r+'));
  guard(() => ftruncateSync(file, length));
  let end = length;
  return {
    append(text) {
      const bytes = Buffer.from(text);
      guard(() => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, end + at);
      });
      end += bytes.length;
    },
    length: () => end,
    flush: () => guard(() => fdatasyncSync(file)),
    close: () => closeSync(file),
  };
}

/** Where the results of each input are. @throws {AppError} `invalid_argument` where two would be one file. */
export function outputFiles(inputs: readonly string[], output: string): string[] {
  makeDirectory(output);
  const names = inputs.map((input) => `${basename(input).replace(/\.(?:jsonl|ndjson|txt|text)$/i, '')}.jsonl`);
  const twice = names.find((name, i) => names.indexOf(name) !== i || `${name}` === FAILURES_FILE);
  if (twice !== undefined)
    throw new AppError(
      'invalid_argument',
      `${output}: expected one input for each file of results, found two for ${twice}`,
    );
  return names.map((name) => join(output, name));
}

function sizeOf(path: string): number {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return stats.size;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) throw new AppError('io_error', `${path}: ${messageOf(cause)}`, { cause });
  }
  throw new AppError('not_found', `${path}: expected a file, found none`);
}

/** What must be the same when a job goes on. The number of workers and the size of chunks need not. */
function specificationOf(options: BulkOptions, sizes: readonly number[]): object {
  const { inputs, kind, threshold, textMember, modelSha256 } = options;
  return { model: modelSha256, inputs, sizes, kind, threshold, member: textMember };
}

function interrupted(output: string): AppError {
  return new AppError(
    'interrupted',
    `${output}: interrupted; what is done is kept, and the same command goes on from there`,
  );
}
