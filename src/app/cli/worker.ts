import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { startQueueWorker } from '#app/bulk/queue.js';
import { startTrainingWorker } from '#app/bulk/training-queue.js';
import { loadActiveTagger } from '#app/services/load-active-tagger.js';
import { ENGLISH_VECTORS } from '#app/services/paths.js';
import { counted } from '#base/counted.js';
import { AppError } from '#base/errors.js';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { note, noteWarning } from './output.js';

/** `onomast worker --trainings`: returns when it was told to end and has finished the training it had. */
export async function runTrainingWorker({ queue }: { readonly queue: string }): Promise<void> {
  let trainings = 0;
  const worker = await startTrainingWorker({
    url: queue,
    vectors: existsSync(ENGLISH_VECTORS) ? [loadVectorTable(ENGLISH_VECTORS)] : [],
    threads: availableParallelism(),
    notice: (text) => note(`onomast: ${text}`),
    done: () => {
      trainings++;
    },
  });
  note('onomast: waiting for trainings; Ctrl-C ends it');
  await endOfProcess();
  await worker.close();
  note(`onomast: ${counted(trainings, 'training')}`);
}

function endOfProcess(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

interface WorkerOptions {
  readonly queue: string;
  readonly model?: string;
  readonly files?: string;
}

/** `onomast worker`: returns when it was told to end and has finished the chunk it had. */
export async function runWorker({ queue, model, files }: WorkerOptions): Promise<void> {
  if (files !== undefined && !statSync(files, { throwIfNoEntry: false })?.isDirectory())
    throw new AppError('invalid_argument', `--files: expected a folder, found none at ${files}`);
  const { tagger } = await loadActiveTagger(model, noteWarning);
  let texts = 0;
  const worker = await startQueueWorker({
    url: queue,
    tagger,
    ...(files !== undefined && { files }),
    notice: (text) => note(`onomast: ${text}`),
    done: ({ records }) => {
      texts += records;
    },
  });
  const { id, version, sha256 } = tagger.model;
  note(`onomast: working with ${id}@${version} (${sha256.slice(0, 12)}); Ctrl-C ends it`);
  await endOfProcess();
  await worker.close();
  note(`onomast: ${texts} texts`);
}
