import { RegexpTokenizer } from 'natural/lib/natural/tokenizers/regexp_tokenizer.js';
import { abbreviationKind } from './abbreviations.js';
import { cliticStarts } from './clitics.js';
import type { Token } from './token.js';
import { APOSTROPHES, createTokenPattern, UNSPACED } from './token-pattern.js';

/** Cuts texts into tokens. A model stores `id` and `version` of the tokenizer it was trained with. */
export interface Tokenizer {
  readonly id: string;
  /** Raised whenever some text would be cut differently. */
  readonly version: number;
  /**
   * Tokens in reading order. They never overlap, only white space lies between them, and
   * `text.slice(start, end) === token.text`. Blank text has none.
   */
  tokenize(text: string): Token[];
}

/**
 * The tokenizer of this program: words, names, numbers, URLs, handles and emoji whole; punctuation apart; clitics split
 * off (`Paulo` `'s`, `do` `n't`); abbreviations with their full stop (`Dr.`, `J.`, `U.S.`). Hyphenated words stay whole
 * as in CoNLL. Scripts without spaces are cut by the word lists of `Intl.Segmenter`, which belong to the runtime. Time
 * and memory are linear in the text, whatever it holds.
 */
export function createTokenizer(): Tokenizer {
  const pieces = new RegexpTokenizer({ pattern: createTokenPattern(), gaps: false });
  let segmenter: Intl.Segmenter | undefined; // made when first needed: loading its word lists delays the start

  return {
    id: 'onomast',
    version: 1,
    tokenize(text) {
      const tokens: Token[] = [];
      let cursor = 0;
      for (const piece of pieces.tokenize(text) ?? []) {
        const start = text.indexOf(piece, cursor);
        cursor = start + piece.length;
        if (piece === '.' && bindsToPrevious({ text, start, previous: tokens.at(-1) })) {
          const { start: wordStart } = tokens.pop()!;
          push(tokens, { text: text.slice(wordStart, cursor), start: wordStart });
        } else if (UNSPACED_START.test(piece)) {
          segmenter ??= new Intl.Segmenter(SEGMENTER_LOCALE, { granularity: 'word' });
          for (const { segment, index } of segmenter.segment(piece))
            push(tokens, { text: segment, start: start + index });
        } else if (APOSTROPHE.test(piece)) {
          let from = 0;
          for (const to of [...cliticStarts(piece), piece.length]) {
            push(tokens, { text: piece.slice(from, to), start: start + from });
            from = to;
          }
        } else {
          push(tokens, { text: piece, start });
        }
      }
      return tokens;
    },
  };
}

/** {@link createTokenizer}'s tokens, with one tokenizer for the whole program. */
export function tokenize(text: string): Token[] {
  return shared.tokenize(text);
}

const shared = createTokenizer();

/** Fixed, so that the machine's own cannot change the tokens; the scripts in question are cut alike in every locale. */
const SEGMENTER_LOCALE = 'en';

const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`);
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'u');
const SINGLE_LETTER = /^\p{L}\p{M}*$/u;

function push(tokens: Token[], { text, start }: { text: string; start: number }): void {
  tokens.push({ text, start, end: start + text.length });
}

/** Whether the full stop at `start` belongs to the token before it, as in `Dr.`, `J.` and `No. 5`. */
function bindsToPrevious({
  text,
  start,
  previous,
}: {
  text: string;
  start: number;
  previous: Token | undefined;
}): boolean {
  if (previous?.end !== start) return false;
  const kind = abbreviationKind(previous.text);
  if (kind === 'title' || kind === 'other') return true;
  if (kind === 'number') return startsWith(NUMBER, text, start + 1);
  if (!SINGLE_LETTER.test(previous.text) || previous.text === previous.text.toLowerCase()) return false;
  // "I" is more often the pronoun than an initial.
  return startsWith(previous.text === 'I' ? INITIAL : NAME, text, start + 1);
}

/** Spaces and at most one line break, then what the pattern says. */
const GAP = '[^\\S\\r\\n]{0,64}(?:(?:\\r\\n?|\\n)[^\\S\\r\\n]{0,64})?';
const NUMBER = new RegExp(`${GAP}[#(]?\\p{Nd}`, 'uy');
const NAME = new RegExp(`${GAP}["“'‘(]?(?:[\\p{Lu}\\p{Lt}]|[,;:&-])`, 'uy');
const INITIAL = new RegExp(`${GAP}\\p{Lu}\\.`, 'uy');

function startsWith(sticky: RegExp, text: string, at: number): boolean {
  sticky.lastIndex = at;
  return sticky.test(text);
}
