import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createApp } from '#app/http/app.js';
import { loopbackHosts } from '#app/http/guards/security.js';
import { DEFAULT_LIMITS } from '#app/http/limits.js';
import { createMetrics } from '#app/http/metrics.js';
import { type RunningServer, requireHost, startServer } from '#app/http/server.js';
import { createAnnotationService } from '#app/services/annotation.js';
import { bulkJobs } from '#app/services/bulk-jobs.js';
import { openRegistryOrNone } from '#app/services/home-registry.js';
import { lastKnownModels } from '#app/services/last-known-models.js';
import { createModelAdministration } from '#app/services/model-administration.js';
import { createModelCatalogue, type ModelList, specOf } from '#app/services/model-list.js';
import { objectionsTo } from '#app/services/objections.js';
import { DATABASE_FILE, HOME, SCRIPTS_DIRECTORY, VIEWS_DIRECTORY } from '#app/services/paths.js';
import { shippedOnce } from '#app/services/shipped-model.js';
import { createTaggerSource } from '#app/services/tagger-pool.js';
import { trainFromFiles } from '#app/services/train-from-files.js';
import { createTrainingJobs } from '#app/services/training-jobs.js';
import { createWorkerPool, type ModelPlace } from '#app/serving/worker-pool.js';
import type { Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { lockOrHolder } from '#base/files/file-lock.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { portOf } from './option-values.js';
import { note, noteWarning } from './output.js';
import { tagInThreads } from './project-tagging.js';
import { createServerLog, type LogLevel } from './server-log.js';
import { showTraining } from './show-training.js';

const DEFAULT_PORT = 3000;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_MEGABYTES = 2048;
/** Milliseconds that everybody else waits for while one waits to write: another program's writing takes a few. */
const BUSY_MS = 300;
/** Beside the database. */
const SERVER_MARK = join(dirname(DATABASE_FILE), 'server');

/** The flags of `onomast serve`. */
export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly threads?: number;
  /** Megabytes. */
  readonly memory?: number;
  readonly tokens?: 'auto' | 'always' | 'never';
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly trustProxy?: readonly string[];
  readonly log?: LogLevel;
}

/** `onomast serve`: returns once the server listens; the process then lives until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<void> {
  const port = options.port ?? portOf('PORT')(process.env.PORT || String(DEFAULT_PORT));
  const host = options.host ?? (process.env.HOST || DEFAULT_HOST);
  requireHost(host);
  const sizes = sizesOf(options);
  const registry = openRegistryOrNone(noteWarning, { busyTimeoutMs: BUSY_MS });
  const leaveHome = registry.isKept ? enterHome() : () => {};
  const shipped = shippedOnce();
  const log = createServerLog(options.log ?? 'warn');
  const list = createModelCatalogue({
    registry: lastKnownModels(registry.models, (line) => log.trouble(line)),
    shipped,
  });
  const models = createTaggerSource({ registry: list, load: (path, identity) => loadTagger(path, { identity }) });
  const loopback = loopbackHosts(host);
  const hosts = allowedHosts(loopback, options.allowHost);
  const asksForTokens = tokensAsked(options.tokens, { isLoopback: loopback !== undefined, host, registry });
  const metrics = createMetrics();
  const pool = createWorkerPool({ find: (spec) => findPlace(list, spec), ...sizes, log: (line) => log.trouble(line) });
  metrics.observe('models', () => pool.models);
  metrics.observe('trainings', () => runningTrainings(registry));
  const trainings = createTrainingJobs({ registry: registry.trainingJobs, home: HOME });
  const annotation = createAnnotationService({
    registry: registry.projects,
    pins: registry.pins,
    parts: registry.sentenceParts,
    models,
    tagging: tagInThreads(pool),
  });
  const app = createApp({
    models,
    tagging: pool,
    runs: registry.runs,
    bulkJobs: () => bulkJobs(),
    administration: createModelAdministration({
      catalogue: list,
      activations: () => registry.models.activations(),
      objections: (record) =>
        objectionsTo(record, { registry, active: list.active(), load: (model) => models.get(specOf(model)) }),
    }),
    // What cannot be kept must not be said to be saved.
    ...(registry.isKept && { annotation, trainings }),
    viewsDirectory: VIEWS_DIRECTORY,
    scriptsDirectory: SCRIPTS_DIRECTORY,
    log,
    metrics,
    limits: { bytesAtOnce: sizes.bytesAtOnce },
    ...(hosts && { allowedHosts: hosts }),
    ...(asksForTokens && { access: registry.tokens }),
    allowedOrigins: (options.allowOrigin ?? []).map(originOf),
    trustedProxies: options.trustProxy ?? [],
  });
  const release = async (): Promise<void> => {
    await pool.close();
    await trainings.close();
    registry.close();
    leaveHome();
  };
  const server = await listening().catch(async (error: unknown) => {
    await release(); // the threads would keep the process alive for ever
    throw error;
  });
  const stop = async (): Promise<void> => {
    const cutOff = await server.close();
    if (cutOff > 0) {
      note(`onomast: ${cutOff} answers were cut off, for their clients did not read them in time`);
      process.exitCode = 1;
    }
    await release();
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

  async function listening(): Promise<RunningServer> {
    const hasModel = list.active() !== undefined; // throws where the shipped model is damaged and there is no other
    noteDamage(shipped);
    if (!hasModel) {
      await (await startServer({ app, port, host })).close(); // a port in use is told before the training, not after it
      note('There is no model yet: learning the bundled corpus first, which takes about a minute.\n');
      await showTraining((signal) => trainFromFiles({ recipe: 'names', signal }));
      note('');
    }
    return startServer({ app, port, host });
  }
}

/** Not a number where the database cannot be read: the other metrics are told all the same. */
function runningTrainings({ trainingJobs }: Pick<Registry, 'trainingJobs'>): number {
  try {
    return trainingJobs.list().filter(({ state }) => state === 'running').length;
  } catch {
    return Number.NaN;
  }
}

/**
 * Says who else serves this home. Both may: each decision names the version that it changes, and a training is watched by the
 * server that began it; but whoever starts a second one by mistake would look for the first one's log, port and limits in vain.
 */
function enterHome(): () => void {
  let taken: ReturnType<typeof lockOrHolder>;
  try {
    taken = lockOrHolder(SERVER_MARK);
  } catch (error) {
    noteWarning(messageOf(error)); // a home that can only be read can be served all the same
    return () => {};
  }
  if (typeof taken === 'function') return taken;
  const { pid, host: other, since } = taken;
  noteWarning(
    `another server, process ${pid} on ${other}, has served this home since ${since}; both work on its database, and what one ` +
      `saves the other shows. If there is no such process any more, delete "${SERVER_MARK}.lock"`,
  );
  return () => {};
}

/** Says that the shipped model is damaged, where another one is used. */
function noteDamage(shipped: () => unknown): void {
  try {
    shipped();
  } catch (error) {
    noteWarning(messageOf(error));
  }
}

/** Names that requests may be addressed to: any where others reach the server, unless some were told. */
function allowedHosts(
  loopback: readonly string[] | undefined,
  told: readonly string[] | undefined,
): readonly string[] | undefined {
  if (told === undefined) return loopback;
  return [...(loopback ?? loopbackHosts(DEFAULT_HOST) ?? []), ...told];
}

/**
 * Whether requests need a token: where others reach the server, unless its owner insists that they need none.
 *
 * @throws {AppError} `invalid_argument` if there is no token that anybody could send.
 */
function tokensAsked(
  when: ServeOptions['tokens'],
  {
    isLoopback,
    host,
    registry,
  }: { readonly isLoopback: boolean; readonly host: string; readonly registry: Pick<Registry, 'tokens'> },
): boolean {
  if (when === 'never') {
    if (!isLoopback) note(`onomast: WARNING: anybody who reaches ${host} can use this server: it asks for no token`);
    return false;
  }
  if (when !== 'always' && isLoopback) return false;
  if (registry.tokens.list().some(({ revokedAt }) => revokedAt === undefined)) return true;
  throw new AppError(
    'invalid_argument',
    `serve: others reach ${host}, so requests need a token, and there is none; "onomast tokens create NAME" makes one, ` +
      '"--tokens never" lets anybody in',
  );
}

/** @throws {AppError} `invalid_argument` */
function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new AppError(
    'invalid_argument',
    `--allow-origin: expected an origin such as https://names.example, found ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function findPlace(list: ModelList, spec: string | undefined): ModelPlace {
  const record = spec === undefined ? list.active() : list.find(spec);
  if (record === undefined) throw new AppError('no_model', 'there is no model yet; train one with "npm run train"');
  const { name: id, version, weightsSha256: sha256, path } = record;
  return { identity: { id, version, sha256 }, path };
}

/** How the memory is divided: an eighth for the bodies and answers of requests, the rest among the threads. */
function sizesOf({ threads = defaultThreads(), memory = DEFAULT_MEGABYTES }: ServeOptions): {
  readonly threads: number;
  readonly megabytes: number;
  readonly kernelMegabytes: number;
  readonly bytesAtOnce: number;
} {
  const share = Math.floor((memory * 7) / 8 / threads / 2);
  return {
    threads,
    megabytes: share,
    kernelMegabytes: Math.min(4096, share),
    bytesAtOnce: Math.max(DEFAULT_LIMITS.bodyBytes * 2, Math.floor(memory / 8) * 2 ** 20),
  };
}

/** Two even on one core: the system divides its time between a long text and short ones. */
function defaultThreads(): number {
  return Math.max(2, Math.min(4, availableParallelism()));
}
