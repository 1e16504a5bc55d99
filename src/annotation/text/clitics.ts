import { BEFORE_CLITIC_D } from '#annotation/text/languages/en.js';
import { CLITIC_APOSTROPHES } from './token-pattern.js';

/**
 * Where the clitics of a word begin, first to last, as offsets into it; empty for a word without any. English as
 * Universal Dependencies and CoNLL cut it: `do|n't`, `Paulo|'s`, `I|'d|'ve`; `O'Brien` and `Sa'd` have none.
 */
export function cliticStarts(word: string): number[] {
  const starts: number[] = [];
  let end = word.length;
  for (;;) {
    const start = lastCliticStart(word.slice(0, end));
    if (start < 0) return starts;
    starts.unshift(start);
    end = start;
  }
}

const CLITIC = new RegExp(
  `(?<=[\\p{L}\\p{M}\\p{N}])(?:n[${CLITIC_APOSTROPHES}]t|[${CLITIC_APOSTROPHES}](?:s|ll|re|ve|m|d))$`,
  'iu',
);

/** -1 when the word does not end in a clitic. */
function lastCliticStart(word: string): number {
  const start = word.search(CLITIC);
  if (start < 0) return -1;
  const stem = word.slice(0, start).toLowerCase();
  const letter = word.slice(start + 1).toLowerCase();
  const isPartOfName = (letter === 'd' && !BEFORE_CLITIC_D.has(stem)) || (letter === 'm' && stem !== 'i');
  return isPartOfName ? -1 : start;
}
