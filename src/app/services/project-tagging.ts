import { doubtOf } from '#tagging/tagger/doubt.js';
import type { TaggedText } from '#tagging/tagger/entity.js';
import type { TaggerSource } from './tagger-pool.js';

/** What tags the documents of projects, here or in other threads. Both throw what loading the model throws. */
export interface ProjectTagging {
  /** @param spec `name@version` */
  names(spec: string, texts: readonly string[]): Promise<readonly Pick<TaggedText, 'entities'>[]>;
  /** How unsure the model is of each text, 0 to 1. */
  doubts(spec: string, texts: readonly string[]): Promise<readonly number[]>;
}

/** Tags in this thread: for programs that answer nobody meanwhile, and for tests. */
export function tagHere(models: Pick<TaggerSource, 'get'>): ProjectTagging {
  return {
    names: async (spec, texts) => (await models.get(spec)).tagAll(texts),
    doubts: async (spec, texts) => (await models.get(spec)).tagAll(texts).map(doubtOf),
  };
}
