import { availableParallelism } from 'node:os';
import { createApp } from '#app/http/app.js';
import { loopbackHosts } from '#app/http/guards/security.js';
import { DEFAULT_LIMITS } from '#app/http/limits.js';
import { startServer } from '#app/http/server.js';
import { createAnnotationService } from '#app/services/annotation.js';
import { openRegistryOrNone } from '#app/services/home-registry.js';
import { createModelList, type ModelList } from '#app/services/model-list.js';
import { SCRIPTS_DIRECTORY, VIEWS_DIRECTORY } from '#app/services/paths.js';
import { shippedOnce } from '#app/services/shipped-model.js';
import { createTaggerSource } from '#app/services/tagger-pool.js';
import { trainFromFiles } from '#app/services/train-from-files.js';
import { createWorkerPool, type ModelPlace } from '#app/serving/worker-pool.js';
import { AppError, messageOf } from '#base/errors.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { note, noteWarning } from './output.js';
import { showTraining } from './show-training.js';

const DEFAULT_PORT = 3000;
const DEFAULT_HOST = '127.0.0.1';
const MOST_THREADS = 64;
const LEAST_MEGABYTES = 512;
const DEFAULT_MEGABYTES = 2048;

/** The flags of `onomast serve`. */
export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
  readonly threads?: string;
  readonly memory?: string;
}

/** `onomast serve`: returns once the server listens; the process then lives until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<void> {
  const port =
    wholeNumber('--port or PORT', options.port ?? process.env.PORT, { least: 0, most: 65_535 }) ?? DEFAULT_PORT;
  const host = options.host ?? (process.env.HOST || DEFAULT_HOST);
  const sizes = sizesOf(options);
  const registry = openRegistryOrNone(noteWarning);
  const shipped = shippedOnce();
  const list = createModelList({ registry: registry.models, shipped });
  const models = createTaggerSource({ registry: list, load: (path, identity) => loadTagger(path, { identity }) });
  const hosts = loopbackHosts(host);
  const pool = createWorkerPool({ find: (spec) => findPlace(list, spec), ...sizes, log: note });
  const app = createApp({
    models,
    tagging: pool,
    runs: registry.runs,
    // What cannot be kept must not be said to be saved.
    ...(registry.isKept && { annotation: createAnnotationService({ registry: registry.projects, models }) }),
    viewsDirectory: VIEWS_DIRECTORY,
    scriptsDirectory: SCRIPTS_DIRECTORY,
    log: note,
    limits: { bytesAtOnce: sizes.bytesAtOnce },
    ...(hosts && { allowedHosts: hosts }),
  });
  const hasModel = list.active() !== undefined; // throws where the shipped model is damaged and there is no other
  noteDamage(shipped);
  if (!hasModel) {
    await (await startServer({ app, port, host })).close(); // a port in use is told before the training, not after it
    note('There is no model yet: learning the bundled corpus first, which takes about a minute.\n');
    await showTraining((signal) => trainFromFiles({ recipe: 'names', signal }));
    note('');
  }
  const server = await startServer({ app, port, host });
  const stop = async (): Promise<void> => {
    const cutOff = await server.close();
    if (cutOff > 0) {
      note(`onomast: ${cutOff} answers were cut off, for their clients did not read them in time`);
      process.exitCode = 1;
    }
    await pool.close();
    registry.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  note(`Onomast is at ${server.url} (Ctrl-C ends it)`);
  const { threads, megabytes, kernelMegabytes, bytesAtOnce } = sizes;
  note(
    `Tagging in ${threads} threads of at most ${megabytes + kernelMegabytes} MB, ` +
      `requests in at most ${Math.round(bytesAtOnce / 2 ** 20)} MB`,
  );
  await pool.model().catch((error: unknown) => note(`onomast: ${messageOf(error)}`)); // the first visitor need not wait
}

/** Says that the shipped model is damaged, where another one is used. */
function noteDamage(shipped: () => unknown): void {
  try {
    shipped();
  } catch (error) {
    noteWarning(messageOf(error));
  }
}

function findPlace(list: ModelList, spec: string | undefined): ModelPlace {
  const record = spec === undefined ? list.active() : list.find(spec);
  if (record === undefined) throw new AppError('no_model', 'there is no model yet; train one with "npm run train"');
  const { name: id, version, weightsSha256: sha256, path } = record;
  return { identity: { id, version, sha256 }, path };
}

/** How the memory is divided: an eighth for the bodies and answers of requests, the rest among the threads. */
function sizesOf({ threads, memory }: ServeOptions): {
  readonly threads: number;
  readonly megabytes: number;
  readonly kernelMegabytes: number;
  readonly bytesAtOnce: number;
} {
  const count = wholeNumber('--threads', threads, { least: 2, most: MOST_THREADS }) ?? defaultThreads();
  const whole = wholeNumber('--memory', memory, { least: LEAST_MEGABYTES, most: 2 ** 20 }) ?? DEFAULT_MEGABYTES;
  const share = Math.floor((whole * 7) / 8 / count / 2);
  return {
    threads: count,
    megabytes: share,
    kernelMegabytes: Math.min(4096, share),
    bytesAtOnce: Math.max(DEFAULT_LIMITS.bodyBytes * 2, Math.floor(whole / 8) * 2 ** 20),
  };
}

/** Two even on one core: the system divides its time between a long text and short ones. */
function defaultThreads(): number {
  return Math.max(2, Math.min(4, availableParallelism()));
}

function wholeNumber(
  name: string,
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AppError('invalid_argument', `${name}: expected a whole number from ${least} to ${most}, found "${text}"`);
}
