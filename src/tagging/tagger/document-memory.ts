import type { TagSet } from '#annotation/tags/tag-set.js';

/** What the network made of one word where it stood, to be remembered when its sentence is over. */
export interface Impression {
  readonly word: string;
  /** Probability of no name, then of each label. */
  readonly labels: Float64Array;
}

/**
 * What the sentences of one text so far say of their words: whoever has read *Anders Lind* knows the later *Lind*. Only words
 * with a capital letter are remembered, and only the latest of very many. A sentence never leans on itself, so an edit in it
 * has nothing to take back, and tagging word by word leans on the same as tagging whole texts.
 */
export interface DocumentMemory {
  /** Undefined for a word that is not worth remembering. `emissions` (T, K) are the network's own. */
  impressionOf(word: string, emissions: Float64Array, token: number): Impression | undefined;
  /** Whether anything is known of any of the words. */
  knows(words: readonly string[]): boolean;
  /** Adds to the emissions of a token what is known of its word; false, and nothing is added, if nothing is. */
  lean(word: string, emissions: Float64Array, token: number): boolean;
  /** A sentence is over. */
  remember(impressions: readonly Impression[]): void;
  /** Another text begins. */
  forget(): void;
}

/** Words that are remembered of a text without end, and of one sentence without end. */
export const MOST_REMEMBERED = 4096;
/** A label never seen of a word is unlikely, not impossible. */
const LEAST_PROBABILITY = 0.001;

interface Remembered {
  count: number;
  /** Of the probabilities of no name and of each label. */
  readonly sums: Float64Array;
}

/** @param weight Of what is remembered; at 1 a word seen often counts as much as the network where the word stands. */
export function createDocumentMemory(tagSet: TagSet, weight: number): DocumentMemory {
  const k = tagSet.tags.length;
  const places = Int32Array.from(tagSet.tags, (_, tag) => tagSet.labelIndex(tag) + 1);
  const known = new Map<string, Remembered>(); // the latest last

  return {
    impressionOf(word, emissions, token) {
      if (!isRemembered(word)) return undefined;
      const row = emissions.subarray(token * k, (token + 1) * k);
      const highest = Math.max(...row);
      const labels = new Float64Array(tagSet.labels.length + 1);
      let sum = 0;
      row.forEach((emission, tag) => {
        const part = Math.exp(emission - highest);
        labels[places[tag]] += part;
        sum += part;
      });
      for (let place = 0; place < labels.length; place++) labels[place] /= sum;
      return { word, labels };
    },
    knows: (words) => known.size > 0 && words.some((word) => known.has(word)),
    lean(word, emissions, token) {
      const remembered = known.get(word);
      if (!remembered) return false;
      const { count, sums } = remembered;
      const factor = (weight * count) / (count + 1);
      for (let tag = 0; tag < k; tag++) {
        emissions[token * k + tag] += factor * Math.log(Math.max(LEAST_PROBABILITY, sums[places[tag]] / count));
      }
      return true;
    },
    remember(impressions) {
      for (const { word, labels } of impressions) {
        const remembered = known.get(word) ?? { count: 0, sums: new Float64Array(labels.length) };
        remembered.count++;
        labels.forEach((probability, place) => {
          remembered.sums[place] += probability;
        });
        known.delete(word);
        known.set(word, remembered);
      }
      for (const word of known.keys()) {
        if (known.size <= MOST_REMEMBERED) break;
        known.delete(word);
      }
    },
    forget: () => known.clear(),
  };
}

const CAPITAL = /\p{Lu}/u;
/** Longer "words" are no names, and not worth their memory. */
const LONGEST_WORD = 60;

function isRemembered(word: string): boolean {
  return word.length <= LONGEST_WORD && CAPITAL.test(word);
}

/** The sentences of texts, one after the other, in the order they are read. */
export interface TextReader {
  /** The emissions (T, K) of the next sentence with what is remembered added; undefined if nothing of it is. */
  read(document: number, words: readonly string[], emissions: Float64Array): Float64Array | undefined;
}

export function createTextReader(memory: DocumentMemory): TextReader {
  let current = Number.NaN;
  /** The sentence read last. It is remembered when another one of its text follows: the last of a text, often the only one, never is. */
  let before: { readonly words: readonly string[]; readonly emissions: Float64Array } | undefined;
  return {
    read(document, words, emissions) {
      if (document !== current) memory.forget();
      else if (before) {
        const read = before;
        memory.remember(read.words.flatMap((word, token) => memory.impressionOf(word, read.emissions, token) ?? []));
      }
      current = document;
      before = { words, emissions };
      if (!memory.knows(words)) return undefined;
      const leaning = emissions.slice();
      words.forEach((word, token) => {
        memory.lean(word, leaning, token);
      });
      return leaning;
    },
  };
}
