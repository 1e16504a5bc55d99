import { buildVocabulary, type Vocabulary } from './vocabulary.js';

/** Of a word longer than both together only its first and last characters are read: its case, prefixes and endings. */
const FIRST = 10;
const LAST = 10;
/** A character that occurs once is left unknown, which teaches the network what an unknown one means. */
const MINIMUM_COUNT = 2;
const LIMIT = 5000;

/** Case and digits are kept: what the word embedding folds away is seen here. */
export function buildCharacterVocabulary(words: Iterable<string>): Vocabulary {
  return buildVocabulary(charactersOfAll(words), { minimumCount: MINIMUM_COUNT, maximumSize: LIMIT });
}

/** At most 20 character ids, at least one. */
export function characterIdsOf(characters: Vocabulary, word: string): Int32Array {
  return Int32Array.from(word === '' ? [word] : charactersOf(word), (character) => characters.id(character));
}

function* charactersOfAll(words: Iterable<string>): Generator<string> {
  for (const word of words) yield* charactersOf(word);
}

/** By code point, so that no emoji is cut in half; a code point has at most two units. */
function charactersOf(word: string): string[] {
  if (word.length > 2 * (FIRST + LAST)) {
    return [...[...word.slice(0, 2 * FIRST)].slice(0, FIRST), ...[...word.slice(-2 * LAST)].slice(-LAST)];
  }
  const all = [...word];
  return all.length > FIRST + LAST ? [...all.slice(0, FIRST), ...all.slice(-LAST)] : all;
}
