import { characterIdsOf } from './characters.js';
import type { Feature } from './features.js';
import type { Vocabulary } from './vocabulary.js';

/** One sentence as the network takes it: `ids[f][t]` is the id of feature f at token t. */
export interface EncodedSentence {
  readonly length: number;
  readonly ids: readonly Int32Array[];
  /** `characterIds[t]` holds the character ids of token t, where the network looks at them; equal words share one array. */
  readonly characterIds?: readonly Int32Array[];
  /** Gold tag ids; absent when there is nothing to learn from. */
  readonly tags?: Int32Array;
}

export interface SentenceEncoder {
  readonly features: readonly Feature[];
  encode(words: readonly string[], tags?: Int32Array): EncodedSentence;
}

/** Words whose ids are remembered; beyond that the cache starts afresh, so memory stays bounded. */
const CACHE_LIMIT = 50_000;
/** Longer "words" (base64, minified code) are not worth remembering. */
const CACHED_WORD_LENGTH = 40;

interface EncodedWord {
  readonly ids: Int32Array;
  readonly characterIds: Int32Array | undefined;
}

/** @param characters The character vocabulary, for a network that looks at characters. */
export function createSentenceEncoder(features: readonly Feature[], characters?: Vocabulary): SentenceEncoder {
  let cache = new Map<string, EncodedWord>();

  const encodedWord = (word: string): EncodedWord => {
    const known = cache.get(word);
    if (known) return known;
    const ids = Int32Array.from(features, (feature) => feature.id(word));
    const encoded = { ids, characterIds: characters && characterIdsOf(characters, word) };
    if (word.length <= CACHED_WORD_LENGTH) {
      if (cache.size >= CACHE_LIMIT) cache = new Map();
      cache.set(word, encoded);
    }
    return encoded;
  };

  return {
    features,
    encode(words, tags) {
      const ids = features.map(() => new Int32Array(words.length));
      const characterIds: Int32Array[] = [];
      words.forEach((word, t) => {
        const encoded = encodedWord(word);
        for (let f = 0; f < ids.length; f++) ids[f][t] = encoded.ids[f];
        if (encoded.characterIds) characterIds.push(encoded.characterIds);
      });
      return { length: words.length, ids, ...(characters && { characterIds }), ...(tags && { tags }) };
    },
  };
}
