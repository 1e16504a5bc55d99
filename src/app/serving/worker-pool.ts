import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#base/errors.js';
import { type ModelFiles, readModelFiles } from '#tagging/model/model-directory.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import { type AnsweredJob, unitsOf } from './answer-jobs.js';
import { errorOf, isFailure } from './failure.js';
import type { JobAnswer, Tagging, TaggingModel, TagJob } from './tagging.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.js';

/** A model and where it lies. */
export interface ModelPlace {
  readonly identity: ModelIdentity;
  readonly path: string;
}

export interface WorkerPoolOptions {
  /**
   * The model that `spec` names now, the active one without.
   *
   * @throws {AppError} `unknown_model`, `no_model`
   */
  find(spec: string | undefined): ModelPlace;
  /** Threads that tag, at least 2: the first takes only small jobs, so that a long text never holds one up. */
  readonly threads: number;
  /** Megabytes of JavaScript memory that a thread may take before it is ended and started anew. */
  readonly megabytes: number;
  /** Megabytes that the networks of a thread may take besides. */
  readonly kernelMegabytes: number;
  /** Takes one line on what went wrong and was mended. */
  log(line: string): void;
}

export interface WorkerPool extends Tagging {
  /** Ends the threads; what is in progress fails. */
  close(): Promise<void>;
  /** Jobs that wait for a thread. */
  readonly waiting: number;
  /** Models that are loaded. */
  readonly models: number;
}

/** Workers run what is built, also where this file is run as it is, in tests. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/app/serving/serving-worker.js' : './serving-worker.js',
  import.meta.url,
);
/** A job of more UTF-16 units is a long one. */
const SMALL_UNITS = 4000;
/** Small jobs that go to a thread together, for one message costs as much as tagging a sentence. */
const JOBS_PER_BATCH = 32;
const UNITS_PER_BATCH = 8000;
/** Batches a thread has: one in work, and one so that it need not wait for the next. */
const BATCHES_PER_THREAD = 2;
/** Models in memory besides the one that was asked for last. */
const MOST_MODELS = 4;
/** Milliseconds between a look for which model is active and the next. */
const LOOK_AGAIN_MS = 100;
const RESTART_MS = 200;

interface Waiting {
  readonly job: TagJob;
  readonly model: PooledModel;
  readonly units: number;
  readonly signal: AbortSignal;
  readonly resolve: (answer: AnsweredJob) => void;
  readonly reject: (error: unknown) => void;
  /** Its thread ended once before it was answered. */
  hasFailed: boolean;
}

interface PooledModel {
  /** What it is known by: its identity and where it lies. */
  readonly name: string;
  /** The same, of this time it was loaded. */
  readonly key: string;
  readonly place: ModelPlace;
  readonly files: ModelFiles;
  /** Of the first thread that has loaded it. */
  readonly labels: Promise<readonly string[]>;
  readonly settle: { resolve(labels: readonly string[]): void; reject(error: unknown): void };
}

interface Thread {
  readonly worker: Worker;
  readonly isForSmall: boolean;
  readonly keys: Set<string>;
  readonly batches: Map<number, readonly Waiting[]>;
  readonly givenUp: Int32Array;
  /** It has ended because it needed more memory than it may have. */
  ranOutOfMemory: boolean;
}

/**
 * Threads that tag, over one copy of each model's files. Requests that arrive while a thread is busy go to it together.
 *
 * It is a pool of its own because what matters here no library of pools does: several tasks in one message, a thread that
 * long tasks never enter, and models that every thread loads before the first task that needs them.
 */
export function createWorkerPool({
  find,
  threads: count,
  megabytes,
  kernelMegabytes,
  log,
}: WorkerPoolOptions): WorkerPool {
  const models = new Map<string, PooledModel>();
  const found = new Map<string | undefined, { readonly place: ModelPlace; readonly atMs: number }>();
  const small: Waiting[] = [];
  const long: Waiting[] = [];
  let lastBatch = 0;
  let lastModel = 0;
  let isClosed = false;
  const threads: Thread[] = Array.from({ length: Math.max(2, count) }, (_, index) => startThread(index === 0));

  function startThread(isForSmall: boolean): Thread {
    const givenUp = new Int32Array(new SharedArrayBuffer(4));
    const start: WorkerStart = { givenUp, kernelBytes: kernelMegabytes * 2 ** 20 };
    const worker = new Worker(WORKER_FILE, {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    });
    worker.unref();
    const thread: Thread = { worker, isForSmall, keys: new Set(), batches: new Map(), givenUp, ranOutOfMemory: false };
    worker.on('message', (message: FromWorker) => hear(thread, message));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      thread.ranOutOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      log(`serving: a thread failed: ${messageOf(error)}`);
    });
    worker.on('exit', () => void replace(thread));
    return thread;
  }

  async function replace(thread: Thread): Promise<void> {
    if (isClosed) return;
    const index = threads.indexOf(thread);
    const lost = [...thread.batches.values()].flat();
    thread.batches.clear();
    await delay(RESTART_MS); // whatever ended it may end the next one at once
    if (isClosed) return;
    threads[index] = startThread(thread.isForSmall);
    for (const model of models.values()) load(threads[index], model);
    for (const waiting of lost) retry(waiting, thread);
    dispatch();
  }

  /** Once: a text that ends threads must not end them all. */
  function retry(waiting: Waiting, { ranOutOfMemory }: Thread): void {
    if (waiting.hasFailed) {
      waiting.reject(
        ranOutOfMemory
          ? new AppError(
              'text_too_long',
              `tagging this takes more than the ${megabytes} MB that a thread may have; send it in pieces, or give the ` +
                'server more (--memory)',
            )
          : new AppError('worker_failed', 'serving: the thread that tagged this ended; it was started anew'),
      );
      return;
    }
    waiting.hasFailed = true;
    long.unshift(waiting); // alone in its batch
  }

  function hear(thread: Thread, message: FromWorker): void {
    if (message.type === 'answers') {
      const batch = thread.batches.get(message.batch) ?? [];
      thread.batches.delete(message.batch);
      for (const [index, waiting] of batch.entries()) {
        const answer = message.answers[index];
        if (answer === undefined) waiting.reject(waiting.signal.reason);
        else if (isFailure(answer)) waiting.reject(errorOf(answer));
        else waiting.resolve(answer);
      }
      dispatch();
      return;
    }
    const model = [...models.values()].find(({ key }) => key === message.key);
    if (model === undefined) return;
    if (message.type === 'loaded') model.settle.resolve(message.labels);
    else {
      forget(model); // it is tried again when it is asked for again
      model.settle.reject(errorOf(message.failure));
    }
  }

  function dispatch(): void {
    for (const thread of threads) {
      while (thread.batches.size < BATCHES_PER_THREAD) {
        const batch = nextBatch(thread);
        if (batch.length === 0) break;
        send(thread, batch);
      }
    }
  }

  /** Jobs of one model, in the order they came. */
  function nextBatch({ isForSmall, batches }: Thread): Waiting[] {
    if (!isForSmall) {
      // One at a time: a second one would wait here while another thread has nothing to do.
      if (batches.size > 0) return [];
      const first = takeFirst(long);
      if (first) return [first];
      // Small jobs are the first thread's, unless it has more than it can take at once.
      if (small.length < JOBS_PER_BATCH) return [];
    }
    const batch: Waiting[] = [];
    let units = 0;
    while (batch.length < JOBS_PER_BATCH && units < UNITS_PER_BATCH) {
      const next = takeFirst(small, batch[0]?.model);
      if (next === undefined) break;
      batch.push(next);
      units += next.units;
    }
    return batch;
  }

  function send(thread: Thread, batch: readonly Waiting[]): void {
    const { model } = batch[0];
    load(thread, model);
    const number = (lastBatch = (lastBatch % 2_000_000_000) + 1);
    thread.batches.set(number, batch);
    say(thread, { type: 'jobs', batch: number, key: model.key, jobs: batch.map(({ job }) => job) });
    if (batch.length > 1) return;
    batch[0].signal.addEventListener('abort', () => {
      if (thread.batches.has(number)) Atomics.store(thread.givenUp, 0, number);
    });
  }

  function place(spec: string | undefined): ModelPlace {
    const known = found.get(spec);
    const nowMs = performance.now();
    if (known && nowMs - known.atMs < LOOK_AGAIN_MS) return known.place;
    const fresh = find(spec);
    if (found.size > 1000) found.clear();
    found.set(spec, { place: fresh, atMs: nowMs });
    return fresh;
  }

  /** Its files are read, and a thread is loading it or has. */
  function pooled(spec: string | undefined): PooledModel {
    const where = place(spec);
    const { id, version, sha256 } = where.identity;
    const name = `${id}@${version} ${sha256} ${where.path}`;
    const known = models.get(name);
    if (known !== undefined) {
      models.delete(name);
      models.set(name, known); // the one used last is the last to go
      return known;
    }
    let settle: PooledModel['settle'] | undefined;
    const labels = new Promise<readonly string[]>((resolve, reject) => {
      settle = { resolve, reject };
    });
    labels.catch(() => {}); // who asks for them is told
    lastModel += 1;
    const model: PooledModel = {
      name,
      key: `${name} ${lastModel}`,
      place: where,
      files: shared(readModelFiles(where.path)),
      labels,
      settle: settle!,
    };
    models.set(name, model);
    for (const thread of threads) load(thread, model);
    if (models.size > MOST_MODELS) forget([...models.values()][0]);
    return model;
  }

  function load(thread: Thread, { key, files, place: { path, identity } }: PooledModel): void {
    if (thread.keys.has(key)) return;
    thread.keys.add(key);
    say(thread, { type: 'load', key, files, path, identity });
  }

  function forget({ name, key }: PooledModel): void {
    models.delete(name);
    for (const thread of threads) if (thread.keys.delete(key)) say(thread, { type: 'forget', key });
  }

  function say({ worker }: Thread, message: ToWorker): void {
    worker.postMessage(message);
  }

  return {
    async tag(spec, job, signal) {
      signal.throwIfAborted();
      const model = pooled(spec);
      const answer = await new Promise<AnsweredJob>((resolve, reject) => {
        const units = unitsOf(job);
        const queue = units > SMALL_UNITS ? long : small;
        signal.addEventListener('abort', () => reject(signal.reason));
        model.labels.catch(reject); // it cannot be loaded
        queue.push({ job, model, units, signal, resolve, reject, hasFailed: false });
        dispatch();
      });
      return { ...answer, identity: model.place.identity, labels: await model.labels } satisfies JobAnswer;
    },
    async model(spec) {
      const { place: where, labels } = pooled(spec);
      return { identity: where.identity, labels: await labels } satisfies TaggingModel;
    },
    async close() {
      isClosed = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
    get waiting() {
      return small.length + long.length;
    },
    get models() {
      return models.size;
    },
  };
}

/** The first job that is still wanted, if it is of this model. */
function takeFirst(queue: Waiting[], model?: PooledModel): Waiting | undefined {
  while (queue.length > 0 && queue[0].signal.aborted) queue.shift();
  if (queue.length === 0 || (model !== undefined && queue[0].model !== model)) return undefined;
  return queue.shift();
}

/** The same bytes in memory that all threads see. */
function shared(files: ModelFiles): ModelFiles {
  const parts = Object.entries(files.parts).map(([part, bytes]) => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return [part, copy];
  });
  return { ...files, parts: Object.fromEntries(parts) };
}
