import { createApp } from '#app/http/app.js';
import { loopbackHosts } from '#app/http/guards/security.js';
import { startServer } from '#app/http/server.js';
import { openHomeRegistry } from '#app/services/home-registry.js';
import { createModelList } from '#app/services/model-list.js';
import { SCRIPTS_DIRECTORY, VIEWS_DIRECTORY } from '#app/services/paths.js';
import { readShippedModel } from '#app/services/shipped-model.js';
import { createTaggerSource } from '#app/services/tagger-pool.js';
import { trainFromFiles } from '#app/services/train-from-files.js';
import { AppError, messageOf } from '#base/errors.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { note } from './output.js';
import { showTraining } from './show-training.js';

const DEFAULT_PORT = 3000;
const DEFAULT_HOST = '127.0.0.1';

/** The flags of `onomast serve`. */
export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
}

/** `onomast serve`: returns once the server listens; the process then lives until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<void> {
  const port = portOf(options.port ?? process.env.PORT);
  const host = options.host ?? (process.env.HOST || DEFAULT_HOST);
  const registry = openHomeRegistry();
  const shipped = readShippedModel(); // read once: its files belong to the program, which does not change while it runs
  const list = createModelList({ registry: registry.models, shipped: () => shipped });
  const models = createTaggerSource({ registry: list, load: (path) => loadTagger(path) });
  const hosts = loopbackHosts(host);
  const app = createApp({
    models,
    runs: registry.runs,
    viewsDirectory: VIEWS_DIRECTORY,
    scriptsDirectory: SCRIPTS_DIRECTORY,
    log: note,
    ...(hosts && { allowedHosts: hosts }),
  });
  if (!list.active()) {
    await (await startServer({ app, port, host })).close(); // a port in use is told before the training, not after it
    note('There is no model yet: learning the bundled corpus first, which takes about a minute.\n');
    await showTraining((signal) => trainFromFiles({ recipe: 'names', signal }));
    note('');
  }
  const server = await startServer({ app, port, host });
  const stop = (): void => {
    void server.close().then(() => registry.close());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  note(`Onomast is at ${server.url} (Ctrl-C ends it)`);
  await models.get().catch((error: unknown) => note(`onomast: ${messageOf(error)}`)); // the first visitor need not wait
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('invalid_argument', `--port or PORT: expected a whole number from 0 to 65535, found "${text}"`);
}
