import type { Tagged } from './corpora.js';

/**
 * Small repairs of published tokens, so that the model learns words as `src/annotation/text/tokenizer.ts` will show them.
 */

const NAME_CHARACTERS = /^[\p{L}\p{N}_]+$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** "@ name" and "# topic" become one token each. A place after "@" stays apart: "at", not a handle. */
export function joinMarks(sentence: Tagged): Tagged {
  return joinPairs(sentence, ([mark, word], [tag, nextTag, afterTag]) => {
    if (!NAME_CHARACTERS.test(word)) return undefined;
    if (mark === '#') return tag === 'O' ? nextTag : tag;
    if (mark !== '@' || nextTag === 'B-LOC' || afterTag.startsWith('I-')) return undefined;
    return 'O';
  });
}

/** "' s" becomes "'s". */
export function joinClitics(sentence: Tagged): Tagged {
  return joinPairs(sentence, ([mark, word], [tag, nextTag]) => {
    const isOne = mark === "'" && word === 's' && (tag === 'O' ? nextTag === 'O' : nextTag.startsWith('I-'));
    return isOne ? tag : undefined;
  });
}

/** A name that holds an @handle is no name: a handle is an address, found without any learning. */
export function dropHandles({ words, tags }: Tagged): Tagged {
  const kept = [...tags];
  for (let start = 0; start < tags.length; ) {
    let end = start + 1;
    while (end < tags.length && tags[end].startsWith('I-')) end++;
    if (words.slice(start, end).some((word) => /^@./u.test(word))) kept.fill('O', start, end);
    start = end;
  }
  return { words, tags: kept };
}

/** "AT&amp;T" becomes "AT&T". */
export function decodeEntities({ words, tags }: Tagged): Tagged {
  const decode = (word: string) => word.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ENTITIES[name]);
  return { words: words.map(decode), tags };
}

/** The tag of two tokens that are one, told the tag after them too; undefined where they are two. */
type TagOfBoth = (
  words: readonly [string, string],
  tags: readonly [tag: string, next: string, after: string],
) => string | undefined;

function joinPairs({ words, tags }: Tagged, tagOfBoth: TagOfBoth): Tagged {
  const joined = { words: [] as string[], tags: [] as string[] };
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
