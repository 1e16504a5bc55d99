import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import { messageOf } from '#base/errors.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { Home } from './backup.js';
import { openHomeRegistry } from './home-registry.js';
import { createModelCatalogue, isShipped, specOf } from './model-list.js';
import { assertRegisteredWeights } from './registered-weights.js';
import { readShippedModel } from './shipped-model.js';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'error';
  /** One sentence; of what is wrong also what to do. */
  readonly message: string;
}

/** Less is no room for a training and its checkpoints. */
const LEAST_FREE = 500e6;
const LEAST_NODE = [20, 19];

/** Looks at everything that a server needs, and changes nothing but what opening the database brings up to date. */
export async function examine(home: Home): Promise<Finding[]> {
  return [programs(), folder(home), room(home), ...(await databaseAndModels(home))];
}

function programs(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  const message = `Onomast ${ONOMAST_VERSION} on Node ${process.versions.node}`;
  return isOld
    ? { what: 'versions', state: 'error', message: `${message}: expected Node ${LEAST_NODE.join('.')} or newer` }
    : { what: 'versions', state: 'ok', message };
}

function folder({ directory }: Home): Finding {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK);
    return { what: 'home', state: 'ok', message: `${directory} can be read and written` };
  } catch (error) {
    return { what: 'home', state: 'error', message: `${directory}: ${messageOf(error)}; nothing can be kept there` };
  }
}

function room({ directory, database }: Home): Finding {
  const place = existsSync(database) ? dirname(database) : directory;
  try {
    const { bavail, bsize } = statfsSync(place);
    const message = `${Math.round((bavail * bsize) / 1e6).toLocaleString('en')} MB free at ${place}`;
    const state = bavail * bsize < LEAST_FREE ? 'warning' : 'ok';
    return { what: 'disk', state, message: state === 'ok' ? message : `${message}: a training needs more` };
  } catch (error) {
    return { what: 'disk', state: 'warning', message: `${place}: ${messageOf(error)}` };
  }
}

async function databaseAndModels(home: Home): Promise<Finding[]> {
  const shipped = await shippedModel();
  if (!existsSync(home.database))
    return [
      { what: 'database', state: 'ok', message: 'there is none yet: the first training or project makes it' },
      shipped,
    ];
  const faults = attempt(() => faultsOfDatabase(home.database));
  if (faults instanceof Error || faults.length > 0) {
    const message = faults instanceof Error ? faults.message : `${home.database}: ${faults.slice(0, 3).join('; ')}`;
    return [
      { what: 'database', state: 'error', message: `${message}; \`onomast restore\` puts a backup back` },
      shipped,
    ];
  }
  const registry = attempt(openHomeRegistry);
  if (registry instanceof Error) return [{ what: 'database', state: 'error', message: registry.message }, shipped];
  try {
    const list = createModelCatalogue({ registry: registry.models, shipped: () => readShippedModel() });
    const active = attempt(() => list.active());
    const models = await Promise.all(
      list
        .list()
        .filter((record) => !isShipped(record))
        .map(registeredModel),
    );
    const inForce: Finding =
      active instanceof Error
        ? { what: 'active model', state: 'error', message: active.message }
        : { what: 'active model', state: 'ok', message: active === undefined ? 'there is none' : specOf(active) };
    return [{ what: 'database', state: 'ok', message: `${home.database} is sound` }, shipped, inForce, ...models];
  } finally {
    registry.close();
  }
}

async function shippedModel(): Promise<Finding> {
  try {
    const record = readShippedModel();
    if (record === undefined) return { what: 'shipped model', state: 'warning', message: 'it is not there' };
    await loadTagger(record.path);
    return { what: 'shipped model', state: 'ok', message: `${specOf(record)} is sound` };
  } catch (error) {
    return { what: 'shipped model', state: 'error', message: `${messageOf(error)}; install the program again` };
  }
}

/** Loading compares every length and hash. */
async function registeredModel(record: {
  readonly name: string;
  readonly version: number;
  readonly path: string;
  readonly weightsSha256: string;
}): Promise<Finding> {
  const { name: id, version, path, weightsSha256: sha256 } = record;
  const what = `model ${specOf(record)}`;
  try {
    const tagger = await loadTagger(path, { identity: { id, version } });
    assertRegisteredWeights(tagger.model.sha256, { id, version, path, sha256 });
    return { what, state: 'ok', message: `${path} is sound` };
  } catch (error) {
    const remedy = `\`onomast restore\` puts it back from a backup, \`onomast models remove ${specOf(record)}\` forgets it`;
    return { what, state: 'error', message: `${messageOf(error)}; ${remedy}` };
  }
}

function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
