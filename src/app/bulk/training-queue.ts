import { createHash } from 'node:crypto';
import type { Queue, QueueEvents, Worker } from 'bullmq';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { AppError } from '#base/errors.js';
import { ONOMAST_VERSION } from '#base/version.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { sha256 } from '#tagging/model/model-directory.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { flatConfig, parseRunConfig } from '#training/config/training-config.js';
import { type TrainedWeights, trainWeights, type WeightsTask } from '#training/run/train-weights.js';
import {
  KEEP_SECONDS,
  LOOK_AGAIN_MS,
  loadPackages,
  NEWLY_ADDED,
  neverWait,
  reachable,
  takenOver,
  tellRefusals,
} from './queue.js';

/** What a job holds: a training by value, so that workers need nothing but Redis and the word vectors that ship. */
interface TrainingJobData {
  readonly train: readonly LabelledSentence[];
  readonly dev: readonly LabelledSentence[] | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The arithmetic, in whose last bits processors differ. */
  readonly kernels: KernelChoice;
  /** SHA-256 of the table of word vectors. */
  readonly vectors: string | null;
}

interface TrainingJobResult {
  /** Base64. */
  readonly file: string;
  readonly epochs: number;
}

/** Workers of another version of the program would train otherwise: they have another queue. */
const QUEUE_NAME = `onomast-train-${ONOMAST_VERSION}`;
/** A training keeps its thread busy for longer than a chunk of texts: a worker that says nothing for so long is taken for dead. */
const LOCK_MS = 30_000;

export interface TrainingQueue {
  /**
   * Has a worker train. A training that was asked for before, by a run that was interrupted, is not done twice.
   *
   * @throws {AppError} `worker_failed` after several attempts, `interrupted` once the signal is aborted, `invalid_argument` for a
   *   training that goes on from a model.
   */
  train(task: WeightsTask): Promise<TrainedWeights>;
  close(): Promise<void>;
}

/**
 * Hands trainings to the workers of a BullMQ queue.
 *
 * @throws {AppError} `invalid_argument` where the packages are not installed or the address is none, `io_error` if Redis does not
 *   answer.
 */
export async function openTrainingQueue({
  url,
  kernels,
  notice = () => {},
  signal,
}: {
  readonly url: string;
  readonly kernels: KernelChoice;
  readonly notice?: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}): Promise<TrainingQueue> {
  const { bullmq, connect } = await loadPackages(url);
  const forQueue = connect(notice);
  await reachable(forQueue, url);
  const forEvents = connect(() => {});
  const queue: Queue<TrainingJobData, TrainingJobResult> = new bullmq.Queue(QUEUE_NAME, { connection: forQueue });
  const events: QueueEvents = new bullmq.QueueEvents(QUEUE_NAME, { connection: forEvents });
  events.setMaxListeners(0);
  queue.setMaxListeners(0);
  for (const one of [queue, events]) tellRefusals(one, notice);
  if ((await queue.getWorkersCount()) === 0)
    notice(`no worker for trainings is there yet; start one: onomast worker --trainings --queue ${url}`);
  return {
    async train({ train, dev, config, seed, vectors, base, names }) {
      if (base || names)
        throw new AppError(
          'invalid_argument',
          '--queue: expected a training from nothing, found --base; train it here',
        );
      const data: TrainingJobData = {
        train,
        dev: dev ?? null,
        config: flatConfig(config),
        seed,
        kernels,
        vectors: vectors ? sha256(vectors.file) : null,
      };
      const jobId = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
      const kept = { removeOnComplete: { age: KEEP_SECONDS }, removeOnFail: true };
      const add = () => queue.add('training', data, { ...NEWLY_ADDED, ...kept, jobId });
      let job = await add();
      while (!signal?.aborted) {
        const found = await queue.getJob(job.id ?? '');
        const state = (await found?.getState()) ?? 'unknown';
        if (state === 'completed' && found?.returnvalue) {
          const { file, epochs } = found.returnvalue;
          return { file: new Uint8Array(Buffer.from(file, 'base64')), epochs };
        }
        if (state === 'failed' || (state === 'unknown' && job.failedReason))
          throw new AppError('worker_failed', `--queue: a training failed: ${found?.failedReason ?? job.failedReason}`);
        if (state === 'unknown') job = await add(); // Redis has forgotten it
        await job.waitUntilFinished(events, LOOK_AGAIN_MS).catch((error: Error) => {
          if (!error.message.includes('timed out')) job.failedReason = error.message;
        });
      }
      throw new AppError(
        'interrupted',
        'training: interrupted; its workers go on, and --resume takes what they have done',
      );
    },
    async close() {
      for (const connection of [forQueue, forEvents]) neverWait(connection);
      await Promise.allSettled([queue.close(), events.close()]);
      for (const connection of [forQueue, forEvents]) connection.disconnect();
    },
  };
}

export interface TrainingWorkerOptions {
  readonly url: string;
  /** The tables of word vectors that it has. */
  readonly vectors: readonly VectorTable[];
  readonly threads: number;
  readonly notice?: (text: string) => void;
  readonly lockMs?: number;
  /** Told after every training. */
  readonly done?: () => void;
}

/** Takes trainings from the queue until it is closed; it then finishes the one it has. Throws as {@link openTrainingQueue}. */
export async function startTrainingWorker({
  url,
  vectors,
  threads,
  notice = () => {},
  lockMs = LOCK_MS,
  done,
}: TrainingWorkerOptions): Promise<{ close(): Promise<void> }> {
  const { bullmq, connect } = await loadPackages(url);
  const connection = connect(notice);
  await reachable(connection, url);
  const tables = new Map(vectors.map((table) => [sha256(table.file), table]));
  const worker: Worker<TrainingJobData, TrainingJobResult> = new bullmq.Worker(
    QUEUE_NAME,
    async ({ data }) => {
      const { kernels } = selectKernels(data.kernels);
      if (kernels.name !== data.kernels)
        throw new Error(`expected kernels ${data.kernels}, found a machine that has ${kernels.name}`);
      const table = data.vectors === null ? undefined : tables.get(data.vectors);
      if (data.vectors !== null && !table)
        throw new Error(`expected word vectors ${data.vectors.slice(0, 12)}, found none such here`);
      const config = parseRunConfig(data.config, 'queue');
      const task = { train: data.train, dev: data.dev ?? undefined, config, seed: data.seed, vectors: table };
      const training = trainWeights(task, { kernels, threads });
      let next = await training.next();
      while (!next.done) next = await training.next();
      done?.();
      return { file: Buffer.from(next.value.file).toString('base64'), epochs: next.value.epochs };
    },
    { connection, ...takenOver(lockMs) },
  );
  tellRefusals(worker, notice);
  return {
    async close() {
      neverWait(connection);
      await worker.close();
      connection.disconnect();
    },
  };
}
