import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { findFormat } from '#annotation/formats/format-table.js';
import type { RecordKind } from '#app/bulk/chunk.js';
import { filesBelow } from '#app/bulk/chunk-reference.js';
import type { Executor } from '#app/bulk/executor.js';
import { createQueueExecutor } from '#app/bulk/queue.js';
import { type BulkReport, FAILURES_FILE, outputFiles, runBulk } from '#app/bulk/run-bulk.js';
import { createThreadExecutor } from '#app/bulk/thread-executor.js';
import { findModel } from '#app/services/active-model.js';
import { stageTexts, writeResults } from '#app/services/bulk-formats.js';
import { BULK_JOBS_DIRECTORY } from '#app/services/paths.js';
import { keepBulkJob } from '#app/store/bulk-jobs.js';
import { AppError, messageOf } from '#base/errors.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { BulkCommandOptions } from './bulk-options.js';
import { note, noteWarning } from './output.js';
import { bar, compact, createProgressLine, duration } from './progress.js';

/** A chunk takes some tenths of a second: short enough to be dealt out evenly, long enough for the dealing to cost nothing. */
const SIZE = { records: 256, bytes: 128 * 1024 };

/** Of `--from`, in the folder of results, until the job is done. */
const STAGED_FOLDER = 'texts';

/** `onomast bulk`: files of texts in, files of names out. */
export async function bulk(files: readonly string[], options: BulkCommandOptions): Promise<void> {
  if (options.to !== undefined) {
    findFormat(options.to, '--to'); // said before a long job, not after it
    if (options.from === undefined && options.member !== 'text')
      throw new AppError(
        'invalid_argument',
        `--to: expected texts in the member "text", found --member ${options.member}`,
      );
  }
  const inputs =
    options.from === undefined ? files : stageTexts(files, options.from, join(options.output, STAGED_FOLDER));
  if (options.files !== undefined && options.queue === undefined)
    throw new AppError('invalid_argument', '--files: expected --queue beside it, found none');
  const shared = options.files === undefined ? undefined : filesBelow(options.files, inputs);
  const kind = options.from !== undefined ? 'jsonl' : options.input === 'auto' ? kindOf(inputs[0]) : options.input;
  const model = await findModel(options.model, noteWarning);
  const { sha256 } = (await loadTagger(model.path)).model; // what cannot be loaded is told once, before any thread begins
  const textMember = options.from === undefined ? options.member : 'text';
  const chunkOptions = { kind, threshold: options.threshold, textMember };
  const threads = options.workers ?? availableParallelism();
  const interruption = new AbortController();
  let executor: Executor | undefined;
  const interrupt = (): void => {
    interruption.abort();
    // A chunk on a queue may take for ever: no worker may be there, no Redis.
    if (options.queue !== undefined) void executor?.close();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const line = createProgressLine();
  const begun = performance.now();
  let first: BulkReport | undefined;
  let last: BulkReport | undefined;
  try {
    executor =
      options.queue === undefined
        ? createThreadExecutor({ ...chunkOptions, modelPath: model.path }, threads)
        : await createQueueExecutor({
            ...chunkOptions,
            url: options.queue,
            modelSha256: sha256,
            ...(shared && { files: shared }),
            jobId: jobIdOf(sha256, inputs, options),
            notice: (text) => note(`onomast: ${text}`),
          });
    if (interruption.signal.aborted) await executor.close();
    const job = { ...chunkOptions, inputs, output: options.output, modelSha256: sha256, size: SIZE };
    for await (const report of runBulk({ ...job, signal: interruption.signal }, executor)) {
      if (first === undefined) {
        first = report;
        keepForPages({ inputs, output: options.output, model, isQueued: options.queue !== undefined, report });
      }
      last = report;
      line.show(progressText(report, first, (performance.now() - begun) / 1000));
    }
  } finally {
    line.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await executor?.close();
  }
  const { records, failures } = last ?? { records: 0, failures: 0 };
  const where = failures === 0 ? '' : `, ${failures} of them failed: ${join(options.output, FAILURES_FILE)}`;
  note(last === undefined ? `onomast: ${options.output} is complete` : `onomast: ${records} texts${where}`);
  if (options.to !== undefined && (last === undefined || failures < records)) {
    for (const { outputs } of writeResults(outputFiles(inputs, options.output), options.to, options.output))
      for (const { files: written, documents } of outputs)
        note(
          `onomast: ${documents} texts in ${written[0]}${written.length > 1 ? ` and ${written.length - 1} more files` : ''}`,
        );
  }
  rmSync(join(options.output, STAGED_FOLDER), { recursive: true, force: true });
}

interface BegunJob {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly model: { readonly id: string; readonly version: number };
  readonly isQueued: boolean;
  readonly report: BulkReport;
}

/** For the page of runs. A home that cannot be written to is no reason not to tag. */
function keepForPages({ inputs, output, model: { id, version }, isQueued, report }: BegunJob): void {
  try {
    const startedBytes = report.isResumed ? report.doneBytes : 0;
    keepBulkJob(BULK_JOBS_DIRECTORY, {
      output,
      inputs: [...inputs],
      model: `${id}@${version}`,
      isQueued,
      startedBytes,
    });
  } catch (error) {
    noteWarning(`onomast: the page of runs will not show this job: ${messageOf(error)}`);
  }
}

/** The same for the same job, so that chunks which are in the queue already are not added again. */
function jobIdOf(sha256: string, inputs: readonly string[], { output, threshold, member }: BulkCommandOptions): string {
  const description = JSON.stringify([sha256, inputs.map((path) => resolve(path)), resolve(output), threshold, member]);
  return createHash('sha256').update(description).digest('hex').slice(0, 24);
}

function progressText(now: BulkReport, first: BulkReport, seconds: number): string {
  const done = now.totalBytes === 0 ? 1 : now.doneBytes / now.totalBytes;
  const rate = (now.doneBytes - (first.isResumed ? first.doneBytes : 0)) / seconds;
  const left = duration((now.totalBytes - now.doneBytes) / rate);
  return `${bar(done)} ${Math.floor(100 * done)} %  ${compact(now.records)} texts  ${left} left`;
}

/** By the first line that is not blank, of the first 64 KB. */
function kindOf(path: string): RecordKind {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(2 ** 16);
      const head = bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0)).trimStart();
      return head.startsWith('{') ? 'jsonl' : 'lines';
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? 'expected a file, found none' : `cannot be read: ${messageOf(cause)}`;
    throw new AppError(isMissing ? 'not_found' : 'io_error', `${path}: ${message}`, { cause });
  }
}
