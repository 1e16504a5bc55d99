import { RegexpTokenizer } from 'natural/lib/natural/tokenizers/regexp_tokenizer.js';
import { markBorders } from './borders.js';
import { cliticStarts } from './clitics.js';
import { stopBelongsTo } from './full-stops.js';
import { splitSentences } from './sentence-splitter.js';
import type { Token } from './token.js';
import { CLITIC_APOSTROPHES, createTokenPattern, UNSPACED } from './token-pattern.js';
import type { Tokenizer, TokenizerIdentity } from './tokenizer.js';

/**
 * The tokenizer of this program: words, names, numbers, URLs, handles and emoji whole; punctuation apart; clitics split
 * off (`Paulo` `'s`, `do` `n't`); abbreviations with their full stop (`Dr.`, `J.`, `U.S.`). Hyphenated words stay whole
 * as in CoNLL. Scripts without spaces are cut by the word lists of `Intl.Segmenter`, which belong to the runtime. Time
 * and memory are linear in the text, whatever it holds.
 */
export function createWordTokenizer(): Tokenizer {
  return { ...WORD_TOKENIZER, tokenize: createWordCutter(wordSegmenter()), sentences: splitSentences };
}

export const WORD_TOKENIZER: TokenizerIdentity = { id: 'onomast', version: 2 };

/** Cuts texts as the tokenizer of words does, but runs of a script without spaces by a cutter of their own. */
export function createWordCutter(cutUnspaced: (run: string) => Iterable<Segment>): (text: string) => Token[] {
  const pieces = new RegexpTokenizer({ pattern: createTokenPattern(), gaps: false });
  return (text) => {
    const tokens: Token[] = [];
    let cursor = 0;
    for (const piece of pieces.tokenize(text) ?? []) {
      const start = text.indexOf(piece, cursor);
      cursor = start + piece.length;
      if (piece === '.' && stopBelongsTo(tokens, text, start)) {
        const { start: wordStart } = tokens.pop()!;
        push(tokens, { text: text.slice(wordStart, cursor), start: wordStart });
      } else if (UNSPACED_START.test(piece) && piece.length > 1) {
        for (const { segment, index } of cutUnspaced(piece)) push(tokens, { text: segment, start: start + index });
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
    markBorders(text, tokens);
    return tokens;
  };
}

/** A part of a run and where it begins in it. */
export interface Segment {
  readonly segment: string;
  readonly index: number;
}

function wordSegmenter(): (run: string) => Iterable<Segment> {
  let segmenter: Intl.Segmenter | undefined; // made when first needed: loading its word lists delays the start
  return (run) => {
    segmenter ??= new Intl.Segmenter(SEGMENTER_LOCALE, { granularity: 'word' });
    return segmenter.segment(run);
  };
}

/** Fixed, so that the machine's own cannot change the tokens; the scripts in question are cut alike in every locale. */
export const SEGMENTER_LOCALE = 'en';

const APOSTROPHE = new RegExp(`[${CLITIC_APOSTROPHES}]`);
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'u');

function push(tokens: Token[], { text, start }: { text: string; start: number }): void {
  tokens.push({ text, start, end: start + text.length });
}
