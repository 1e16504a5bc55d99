import type { Feature } from './features.js';

/** One sentence as the network takes it: `ids[f][t]` is the id of feature f at token t. */
export interface EncodedSentence {
  readonly length: number;
  readonly ids: readonly Int32Array[];
  /** Gold tag ids; absent when there is nothing to learn from. */
  readonly tags?: Int32Array;
}

export interface SentenceEncoder {
  readonly features: readonly Feature[];
  encode(words: readonly string[], tags?: Int32Array): EncodedSentence;
}

/** Words whose feature ids are remembered; beyond that the cache starts afresh, so memory stays bounded. */
const CACHE_LIMIT = 50_000;
/** Longer "words" (base64, minified code) are not worth remembering. */
const CACHED_WORD_LENGTH = 40;

export function createSentenceEncoder(features: readonly Feature[]): SentenceEncoder {
  let cache = new Map<string, Int32Array>();

  const idsOf = (word: string): Int32Array => {
    const known = cache.get(word);
    if (known) return known;
    const ids = Int32Array.from(features, (feature) => feature.id(word));
    if (word.length <= CACHED_WORD_LENGTH) {
      if (cache.size >= CACHE_LIMIT) cache = new Map();
      cache.set(word, ids);
    }
    return ids;
  };

  return {
    features,
    encode(words, tags) {
      const ids = features.map(() => new Int32Array(words.length));
      words.forEach((word, t) => {
        const wordIds = idsOf(word);
        for (let f = 0; f < ids.length; f++) ids[f][t] = wordIds[f];
      });
      return tags === undefined ? { length: words.length, ids } : { length: words.length, ids, tags };
    },
  };
}
