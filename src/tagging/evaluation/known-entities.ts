import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { lowbias32 } from '#base/random.js';

/** The names of the training data, without regard to case. */
export interface KnownEntities {
  /** Whether these words are one of them. One unknown name in 2^32 / n is taken for known. */
  has(words: readonly string[]): boolean;
}

/** Of more names no hashes are kept: at this number one unknown name in 4096 is taken for known, and they fill 11 MB. */
const MOST_ENTITIES = 2 ** 20;

/**
 * What a model keeps of the names it has learned from, so that its recall of names it never saw can be told apart: a hash of
 * 32 bits for each, ascending; undefined if there are too many.
 */
export function entityHashes(sentences: readonly LabelledSentence[]): readonly number[] | undefined {
  const hashes = new Set<number>();
  for (const { words, tags } of sentences) {
    for (const { startToken, endToken } of spansFromIob2(tags)) hashes.add(hashOf(words.slice(startToken, endToken)));
  }
  return hashes.size > MOST_ENTITIES ? undefined : [...hashes].sort((left, right) => left - right);
}

export function createKnownEntities(hashes: readonly number[]): KnownEntities {
  const known = new Set(hashes);
  return { has: (words) => known.has(hashOf(words)) };
}

/** Models keep its values, so it can never change. */
function hashOf(words: readonly string[]): number {
  const key = sentenceKey(words);
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = lowbias32(hash ^ key.charCodeAt(i));
  return hash;
}
