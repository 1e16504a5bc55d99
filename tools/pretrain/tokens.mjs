/**
 * Small repairs of published tokens, so that the model learns words as `src/annotation/text/tokenizer.ts` will show them.
 *
 * @typedef {import('./corpora.mjs').Tagged} Tagged
 */

const NAME_CHARACTERS = /^[\p{L}\p{N}_]+$/u;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * "@ name" and "# topic" become one token each. A place after "@" stays apart: "at", not a handle.
 *
 * @param {Tagged} sentence
 */
export function joinMarks(sentence) {
  return joinPairs(sentence, ([mark, word], [tag, nextTag, afterTag]) => {
    if (!NAME_CHARACTERS.test(word)) return undefined;
    if (mark === '#') return tag === 'O' ? nextTag : tag;
    if (mark !== '@' || nextTag === 'B-LOC' || afterTag.startsWith('I-')) return undefined;
    return 'O';
  });
}

/**
 * "' s" becomes "'s".
 *
 * @param {Tagged} sentence
 */
export function joinClitics(sentence) {
  return joinPairs(sentence, ([mark, word], [tag, nextTag]) => {
    const isOne = mark === "'" && word === 's' && (tag === 'O' ? nextTag === 'O' : nextTag.startsWith('I-'));
    return isOne ? tag : undefined;
  });
}

/**
 * A name that holds an @handle is no name: a handle is an address, found without any learning.
 *
 * @param {Tagged} sentence
 */
export function dropHandles({ words, tags }) {
  const kept = [...tags];
  for (let start = 0; start < tags.length; ) {
    let end = start + 1;
    while (end < tags.length && tags[end].startsWith('I-')) end++;
    if (words.slice(start, end).some((word) => /^@./u.test(word))) kept.fill('O', start, end);
    start = end;
  }
  return { words, tags: kept };
}

/**
 * "AT&amp;T" becomes "AT&T".
 *
 * @param {Tagged} sentence
 */
export function decodeEntities({ words, tags }) {
  const decode = (word) => word.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ENTITIES[name]);
  return { words: words.map(decode), tags };
}

/**
 * @param {Tagged} sentence
 * @param {(words: [string, string], tags: [string, string, string]) => string | undefined} tagOfBoth of two tokens that
 *   are one, told the tag after them too; undefined where they are two
 */
function joinPairs({ words, tags }, tagOfBoth) {
  const joined = { words: [], tags: [] };
  for (let i = 0; i < words.length; i++) {
    const tag =
      i + 1 < words.length
        ? tagOfBoth([words[i], words[i + 1]], [tags[i], tags[i + 1], tags[i + 2] ?? 'O'])
        : undefined;
    joined.words.push(tag === undefined ? words[i] : words[i] + words[i + 1]);
    joined.tags.push(tag ?? tags[i]);
    if (tag !== undefined) i++;
  }
  return joined;
}
