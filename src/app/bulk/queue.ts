import type { Queue, QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { AppError, ERROR_CODES, type ErrorCode, messageOf } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import type { Chunk, ChunkResult } from './chunk.js';
import { type ChunkReference, readReference, referTo } from './chunk-reference.js';
import { type Executor, MAX_ATTEMPTS } from './executor.js';
import { type ChunkOptions, failedChunk, tagChunk } from './tag-chunk.js';

/** A chunk by value, so that workers need nothing but Redis and the model, or its place in a file that they see too. */
type ChunkPayload = { readonly chunk: Chunk } | { readonly reference: ChunkReference };

/** What a job of the queue holds. */
type ChunkJob = ChunkPayload & ChunkJobOptions;

interface ChunkJobOptions extends ChunkOptions {
  /** SHA-256 of the weights of the model that has to do it. */
  readonly model: string;
}

export interface QueueOptions extends ChunkOptions {
  /** `redis://` or `rediss://` */
  readonly url: string;
  readonly modelSha256: string;
  /** Tells the chunks of one job from those of another; the same when a job goes on. */
  readonly jobId: string;
  /** The inputs from a folder that the workers see too: then chunks are handed out by reference. */
  readonly files?: readonly string[];
  /** Chunks in the queue at once: the bound of Redis's memory and of our own. */
  readonly width?: number;
  /** Told what a person should know while waiting: no worker, no Redis. */
  readonly notice?: (text: string) => void;
}

/** A worker that says nothing for so long is taken for dead, and its chunk is done by another. Milliseconds. */
const LOCK_MS = 15_000;
/** An event that got lost while Redis was away is found out by looking. */
export const LOOK_AGAIN_MS = 2_000;
/** Results wait here for a job that was interrupted to go on. Seconds. */
export const KEEP_SECONDS = 24 * 3600;
/** What BullMQ says of a job whose workers said nothing any more, so often that it gave up. */
const STALLED = 'job stalled more than allowable limit';
const DIED = `its worker died ${MAX_ATTEMPTS} times`;
const WIDTH = 32;
export const NEWLY_ADDED = { attempts: MAX_ATTEMPTS, backoff: { type: 'exponential', delay: 500 } } as const;

/**
 * Workers take from the queue of their own model, by the hash of its weights: one with another version finds nothing to do
 * rather than doing it otherwise. Chunks by reference have a queue of their own, so that a worker without the folder takes none.
 */
function queueName(modelSha256: string, isByReference: boolean): string {
  return `onomast-bulk-${isByReference ? 'files-' : ''}${modelSha256.slice(0, 16)}`;
}

/**
 * Hands chunks to the workers of a BullMQ queue. Each chunk is a job with a name of its own, so that one which is added
 * again, after an interruption, is done once.
 *
 * @throws {AppError} `invalid_argument` where the packages are not installed or the address is none, `io_error` if Redis
 *   does not answer.
 */
export async function createQueueExecutor(options: QueueOptions): Promise<Executor> {
  const { modelSha256, jobId, files, width = WIDTH, notice = () => {} } = options;
  const { bullmq, connect } = await loadPackages(options.url);
  const forQueue = connect(notice);
  await reachable(forQueue, options.url);
  const forEvents = connect(() => {});
  const name = queueName(modelSha256, files !== undefined);
  const queue: Queue<ChunkJob, ChunkResult> = new bullmq.Queue(name, { connection: forQueue });
  const events: QueueEvents = new bullmq.QueueEvents(name, { connection: forEvents });
  events.setMaxListeners(0);
  queue.setMaxListeners(0);
  for (const one of [queue, events]) tellRefusals(one, notice);
  let isClosed = false;
  const { kind, threshold, textMember } = options;

  const payloadOf = (chunk: Chunk): ChunkPayload =>
    files === undefined ? { chunk } : { reference: referTo(chunk, files[chunk.input]) };
  const add = (chunk: Chunk) =>
    queue.add(
      'chunk',
      { ...payloadOf(chunk), model: modelSha256, kind, threshold, textMember },
      {
        ...NEWLY_ADDED,
        jobId: `${jobId}-${chunk.input}-${chunk.line}-${chunk.records.length}`,
        removeOnComplete: { age: KEEP_SECONDS },
        removeOnFail: { age: KEEP_SECONDS },
      },
    );
  const resultOf = async (chunk: Chunk): Promise<ChunkResult> => {
    let job = await add(chunk);
    while (!isClosed) {
      const state = await job.getState();
      if (state === 'completed')
        return (await queue.getJob(job.id ?? ''))?.returnvalue ?? (await job.waitUntilFinished(events));
      if (state === 'failed') {
        const reason = (await queue.getJob(job.id ?? ''))?.failedReason ?? 'unknown';
        const { code, error } = failureOf(reason);
        return failedChunk(chunk, code, error);
      }
      if (state === 'unknown') job = await add(chunk); // Redis has forgotten it
      await job.waitUntilFinished(events, LOOK_AGAIN_MS).catch(() => {});
    }
    throw new Error('the queue was closed');
  };
  const submit = async (chunk: Chunk): Promise<ChunkResult> => {
    try {
      return await resultOf(chunk);
    } catch (error) {
      throw isClosed ? new AppError('interrupted', 'the queue was closed') : error;
    }
  };

  if ((await queue.getWorkersCount()) === 0)
    notice(
      `no worker of this model (${modelSha256.slice(0, 12)}) is there yet; start one: onomast worker --queue ${options.url}${files ? ' --files DIR' : ''}`,
    );
  return {
    width,
    submit,
    async close() {
      isClosed = true;
      for (const connection of [forQueue, forEvents]) neverWait(connection);
      await Promise.allSettled([queue.close(), events.close()]);
      for (const connection of [forQueue, forEvents]) connection.disconnect();
    },
  };
}

/** What the list of failures says of a chunk that no worker has done. */
function failureOf(reason: string): { readonly code: ErrorCode; readonly error: string } {
  if (reason === STALLED) return { code: 'worker_failed', error: DIED };
  const code = ERROR_CODES.find((known) => reason.startsWith(`${known}: `));
  return code
    ? { code, error: reason.slice(code.length + 2) }
    : { code: 'worker_failed', error: `it failed: ${reason}` };
}

export interface QueueWorkerOptions {
  readonly url: string;
  readonly tagger: Tagger;
  /** A folder that `bulk` sees too: chunks by reference are taken as well, and read there. */
  readonly files?: string;
  readonly notice?: (text: string) => void;
  /** Milliseconds after which a worker that says nothing is taken for dead; all workers of a queue must agree. */
  readonly lockMs?: number;
  /** Told after every chunk. */
  readonly done?: (result: ChunkResult) => void;
}

/** A worker that takes chunks from the queue of its model until it is closed; it then finishes the one it has. */
export interface QueueWorker {
  close(): Promise<void>;
}

/** Throws as {@link createQueueExecutor}. */
export async function startQueueWorker({
  url,
  tagger,
  files,
  notice = () => {},
  lockMs = LOCK_MS,
  done,
}: QueueWorkerOptions): Promise<QueueWorker> {
  const { bullmq, connect } = await loadPackages(url);
  const connection = connect(notice);
  await reachable(connection, url);
  const { sha256 } = tagger.model;
  const chunkOf = async (payload: ChunkPayload): Promise<Chunk> => {
    if ('chunk' in payload) return payload.chunk;
    try {
      return await readReference(payload.reference, files ?? '');
    } catch (error) {
      const code: ErrorCode = error instanceof AppError ? error.code : 'internal';
      const reason = `${code}: ${messageOf(error)}`; // of an error, the queue keeps the message alone
      // A folder that is not there may come back, and on another machine it may be there.
      throw code === 'not_found' || code === 'io_error' ? new Error(reason) : new bullmq.UnrecoverableError(reason);
    }
  };
  const take = async ({ data }: { readonly data: ChunkJob }): Promise<ChunkResult> => {
    if (data.model !== sha256)
      throw new bullmq.UnrecoverableError(`expected the model with weights ${data.model}, found ${sha256}`);
    const result = tagChunk(tagger, await chunkOf(data), data);
    done?.(result);
    return result;
  };
  const workers = (files === undefined ? [false] : [false, true]).map((isByReference) => {
    const settings = { connection, ...takenOver(lockMs) };
    const worker: Worker<ChunkJob, ChunkResult> = new bullmq.Worker(queueName(sha256, isByReference), take, settings);
    tellRefusals(worker, notice);
    return worker;
  });
  return {
    async close() {
      neverWait(connection);
      await Promise.all(workers.map((worker) => worker.close()));
      connection.disconnect();
    },
  };
}

/** One job at a time; that of a worker which says nothing for `lockMs` is done by another, so often and no more. */
export function takenOver(lockMs: number) {
  return {
    concurrency: 1,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3), // Redis takes whole milliseconds
    maxStalledCount: MAX_ATTEMPTS - 1,
  } as const;
}

/** Tells each command that Redis refuses once: it is not away, and waiting alone mends nothing. The connection tells the rest. */
export function tellRefusals(
  queue: { on(event: 'error', listener: (error: Error) => void): unknown },
  notice: (text: string) => void,
): void {
  const told = new Set<string>();
  queue.on('error', ({ name, message }) => {
    if (name !== 'ReplyError' || told.has(message)) return;
    told.add(message);
    notice(`Redis refuses a command (${message}); it is tried again`);
  });
}

interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  connect(notice: (text: string) => void): Redis;
}

export async function loadPackages(url: string): Promise<QueuePackages> {
  if (!/^rediss?:\/\//.test(url))
    throw new AppError('invalid_argument', `--queue: expected redis:// or rediss:// and a host, found "${url}"`);
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    /** Says once that Redis is away, and once that it is back; ioredis tries again by itself. */
    const connect = (notice: (text: string) => void) => {
      const connection = thatEnds(
        new ioredis.Redis(url, {
          maxRetriesPerRequest: null,
          retryStrategy: (times) => Math.min(times * 200, 2000),
        }),
      );
      let isAway = false;
      connection.on('error', (error) => {
        if (!isAway) notice(`Redis does not answer (${messageOf(error)}); waiting for it`);
        isAway = true;
      });
      connection.on('ready', () => {
        if (isAway) notice('Redis is back');
        isAway = false;
      });
      return connection;
    };
    return { bullmq, connect };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new AppError(
      'invalid_argument',
      '--queue needs the packages bullmq and ioredis; npm install bullmq ioredis',
      {
        cause,
      },
    );
  }
}

/**
 * Between two tries to connect, `disconnect()` of ioredis drops the next try and never says `end`
 * (https://github.com/redis/ioredis/issues/1830), for which BullMQ waits: a worker that was told to end while Redis was away, or
 * had just come back, hung for ever. A connection that was never tried does say it, so it passes for one; its copies, too.
 */
function thatEnds(connection: Redis): Redis {
  const disconnect = connection.disconnect.bind(connection);
  const duplicate = connection.duplicate.bind(connection);
  return Object.assign(connection, {
    disconnect(reconnect = false) {
      if (connection.status === 'reconnecting' && !reconnect) connection.status = 'wait';
      disconnect(reconnect);
    },
    duplicate: ((override) => {
      const copy = thatEnds(duplicate(override) as Redis);
      copiesOf.set(connection, [...(copiesOf.get(connection) ?? []), copy]);
      return copy;
    }) as Redis['duplicate'],
  });
}

/** Those that BullMQ made of a connection, to wait with. */
const copiesOf = new WeakMap<Redis, readonly Redis[]>();

/**
 * From now on, commands fail where Redis is away, in place of waiting for it. What was begun and can't be handed in is done again
 * by another worker.
 */
export function neverWait(connection: Redis): void {
  for (const one of [connection, ...(copiesOf.get(connection) ?? [])]) {
    if (one.status === 'ready') one.once('close', () => one.disconnect());
    else one.disconnect();
  }
}

interface Reachable {
  ping(): Promise<string>;
  disconnect(): void;
}

/** A Redis that was never there is an error at once; one that goes away later is waited for. */
export async function reachable(connection: Reachable, url: string): Promise<void> {
  const { host } = new URL(url);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('io_error', `--queue: expected a Redis at ${host}, found none`)),
      5000,
    );
  });
  try {
    await Promise.race([connection.ping(), late]);
  } catch (error) {
    connection.disconnect();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
