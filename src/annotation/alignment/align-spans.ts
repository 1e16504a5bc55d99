import type { CharacterSpan } from '#annotation/documents/annotated-text.js';
import type { Token } from '#annotation/text/token.js';

/**
 * What to do with a span whose edges are not edges of tokens:
 *
 * - `cut`: the annotator is right, and the token is cut where the name begins or ends;
 * - `strict`: an error;
 * - `expand`: take every token it touches;
 * - `contract`: take the tokens wholly inside, if any;
 * - `skip`: leave it out.
 */
export type AlignMode = 'cut' | 'strict' | 'expand' | 'contract' | 'skip';

export const ALIGN_MODES: readonly AlignMode[] = ['cut', 'strict', 'expand', 'contract', 'skip'];

/** Tokens `startToken` up to but not including `endToken`; at least one. */
export interface TokenRange {
  readonly startToken: number;
  readonly endToken: number;
}

export interface SpanAlignment {
  /** Both edges are edges of tokens. */
  readonly isExact: boolean;
  /** The tokens to be tagged; `null` if the span is left out, or under `cut` if it must be cut first. */
  readonly tokens: TokenRange | null;
  /** What `expand` would take, or the closest token if the span touches none; `null` only without tokens. */
  readonly nearest: TokenRange | null;
}

/**
 * Finds the tokens of a span of characters. An inexact span under `strict` is left out like under `skip`; the caller,
 * who knows the file and the line, makes the error.
 *
 * @param tokens In reading order.
 */
export function alignSpan(
  { start, end }: Pick<CharacterSpan, 'start' | 'end'>,
  tokens: readonly Token[],
  mode: AlignMode,
): SpanAlignment {
  const isEmpty = start >= end;
  const touched = isEmpty
    ? null
    : rangeOrNull(
        firstIndex(tokens, (token) => token.end > start),
        firstIndex(tokens, (token) => token.start >= end),
      );
  if (touched === null) return { isExact: false, tokens: null, nearest: closest(start, tokens) };

  const isExact = tokens[touched.startToken].start === start && tokens[touched.endToken - 1].end === end;
  if (isExact || mode === 'expand') return { isExact, tokens: touched, nearest: touched };
  if (mode !== 'contract') return { isExact, tokens: null, nearest: touched };
  const inside = rangeOrNull(
    firstIndex(tokens, (token) => token.start >= start),
    firstIndex(tokens, (token) => token.end > end),
  );
  return { isExact, tokens: inside, nearest: touched };
}

/** Cuts tokens at offsets that lie within them. */
export function cutTokens(text: string, tokens: readonly Token[], offsets: Iterable<number>): readonly Token[] {
  const sorted = [...new Set(offsets)].sort((left, right) => left - right);
  if (sorted.length === 0) return tokens;
  const cut: Token[] = [];
  let next = 0;
  for (const token of tokens) {
    let { start } = token;
    while (next < sorted.length && sorted[next] <= start) next++;
    for (; next < sorted.length && sorted[next] < token.end; next++) {
      cut.push({ text: text.slice(start, sorted[next]), start, end: sorted[next] });
      start = sorted[next];
    }
    cut.push(start === token.start ? token : { text: text.slice(start, token.end), start, end: token.end });
  }
  return cut;
}

/** Whether a token may be cut there: not within a character, nor between a letter and its marks. */
export function isCuttable(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return true;
  const before = text.codePointAt(offset - 1) ?? 0;
  if ((text.charCodeAt(offset) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800) return false;
  return before !== 0x200d && !/^(?:\p{M}|\u200D|\p{Emoji_Modifier})/u.test(text.slice(offset, offset + 2));
}

/** Whether letters or digits of a script with spaces stand on both sides: nobody ends a name there on purpose. */
export function isWithinWord(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  return WORD_END.test(text.slice(Math.max(0, offset - 2), offset)) && WORD_START.test(text.slice(offset, offset + 2));
}

const SPACED =
  '(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}])[\\p{L}\\p{N}]';
const WORD_END = new RegExp(`${SPACED}\\p{M}*$`, 'u');
const WORD_START = new RegExp(`^${SPACED}`, 'u');

function rangeOrNull(startToken: number, endToken: number): TokenRange | null {
  return startToken < endToken ? { startToken, endToken } : null;
}

function closest(start: number, tokens: readonly Token[]): TokenRange | null {
  if (tokens.length === 0) return null;
  const startToken = Math.min(
    firstIndex(tokens, (token) => token.end > start),
    tokens.length - 1,
  );
  return { startToken, endToken: startToken + 1 };
}

/** Binary search for the first token from which on the test holds; `tokens.length` if it never does. */
function firstIndex(tokens: readonly Token[], test: (token: Token) => boolean): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(tokens[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
