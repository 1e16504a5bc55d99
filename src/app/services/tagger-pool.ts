import type { ModelRecord } from '#app/store/models.js';
import { AppError } from '#base/errors.js';
import type { ModelIdentity, Tagger } from '#tagging/tagger/entity.js';
import type { ModelList } from './model-list.js';
import { assertRegisteredWeights } from './registered-weights.js';

/** The models that can tag, for pages and answers. */
export interface TaggerSource {
  /** Newest first; the shipped one last. */
  list(): readonly ModelSummary[];
  /**
   * @param spec `name` or `name@version`; the active model when absent.
   * @throws {AppError} `unknown_model`, `no_model`, or what loading throws.
   */
  get(spec?: string): Promise<Tagger>;
}

/** What is told of a model without loading it. */
export interface ModelSummary {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
  readonly labels: readonly string[];
  readonly isActive: boolean;
  /** It came with the program; version 0. */
  readonly isShipped: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** 0 to 1: `precision`, `recall`, `f1` and whatever else was measured. */
  readonly scores: Readonly<Record<string, number>>;
}

export interface TaggerSourceOptions {
  /** The shipped model is among them with version 0, which no registered one has. */
  readonly registry: ModelList;
  /** Loads the model in this directory; answers call it by `identity`. */
  load(path: string, identity: Pick<ModelIdentity, 'id' | 'version'>): Promise<Tagger>;
  /** Models kept in memory, at least 1. The one that was not used for longest gives way. */
  readonly maximumLoaded?: number;
}

/**
 * The taggers of a registry, each loaded once when it is first asked for. The registry is asked every time, so a model
 * that is registered or activated meanwhile is used from the next request on.
 */
export function createTaggerSource({ registry, load, maximumLoaded = 4 }: TaggerSourceOptions): TaggerSource {
  // A Map keeps the order of insertion: the first entry is the one not used for longest.
  const loaded = new Map<string, Promise<Tagger>>();

  const loadOnce = (record: ModelRecord): Promise<Tagger> => {
    const key = `${record.name}@${record.version}`;
    const tagger = loaded.get(key) ?? loadChecked(record, load);
    loaded.delete(key);
    loaded.set(key, tagger);
    // A model that could not be loaded is tried again when it is asked for again.
    tagger.catch(() => loaded.get(key) === tagger && loaded.delete(key));
    if (loaded.size > maximumLoaded) loaded.delete(loaded.keys().next().value!);
    return tagger;
  };

  return {
    list() {
      const active = registry.active();
      return registry.list().map((record) => summaryOf(record, active));
    },
    async get(spec) {
      const record = spec === undefined ? registry.active() : registry.find(spec);
      if (record === undefined) throw new AppError('no_model', 'there is no model yet; train one with "npm run train"');
      return loadOnce(record);
    },
  };
}

/** Answers tell name and version as the registry counts them, and weights that are not the registered ones are refused. */
async function loadChecked(record: ModelRecord, load: TaggerSourceOptions['load']): Promise<Tagger> {
  const { name: id, version, path, weightsSha256: sha256 } = record;
  const tagger = await load(path, { id, version });
  assertRegisteredWeights(tagger.model.sha256, { id, version, path, sha256 });
  return tagger;
}

function summaryOf(record: ModelRecord, active: ModelRecord | undefined): ModelSummary {
  const { name: id, version, weightsSha256: sha256, labels, createdAt, scores } = record;
  const numbers = Object.entries(scores).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return {
    id,
    version,
    sha256,
    labels,
    isActive: active?.name === id && active.version === version,
    isShipped: version === 0,
    createdAt,
    scores: Object.fromEntries(numbers),
  };
}
