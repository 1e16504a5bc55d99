import type { CharacterSpan } from '#annotation/documents/annotated-text.js';
import type { Token } from '#annotation/text/token.js';

/**
 * What to do with a span whose edges are not edges of tokens:
 *
 * - `strict`: an error;
 * - `expand`: take every token it touches;
 * - `contract`: take the tokens wholly inside, if any;
 * - `skip`: leave it out.
 */
export type AlignMode = 'strict' | 'expand' | 'contract' | 'skip';

/** Tokens `startToken` up to but not including `endToken`; at least one. */
export interface TokenRange {
  readonly startToken: number;
  readonly endToken: number;
}

export interface SpanAlignment {
  /** Both edges are edges of tokens. */
  readonly isExact: boolean;
  /** The tokens to be tagged; `null` if the span is left out. */
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
