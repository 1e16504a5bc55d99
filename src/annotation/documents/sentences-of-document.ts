import { iob2FromSpans } from '#annotation/tags/spans.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import type { Token } from '#annotation/text/token.js';
import { type Document, wordSentencesOf } from './document.js';
import { type Overlap, type OverlapPolicy, resolveOverlaps } from './resolve-overlaps.js';

/** Words and well-formed IOB2 tags of one sentence of a document. */
export interface SentenceView {
  readonly words: readonly string[];
  readonly tags: readonly string[];
  readonly line: number;
}

/**
 * A document as labelled sentences. Where a name crosses the end of a sentence, the two sentences are joined; of names
 * that overlap each other one is kept, as `policy` says.
 */
export function sentencesOfDocument(
  document: Document,
  policy: OverlapPolicy = 'longest',
): { readonly sentences: readonly SentenceView[]; readonly overlaps: readonly Overlap<TokenSpan>[] } {
  const written = wordSentencesOf(document);
  if (written !== null) return { sentences: written, overlaps: [] };
  const { tokens } = document;
  const { kept, overlaps } = resolveOverlaps(tokenSpansOf(document), policy);
  const tags = iob2FromSpans(kept, tokens.length);
  const sentences = joinedRanges(document.sentences, kept).map(({ from, to, line }) => ({
    words: tokens.slice(from, to).map(({ text }) => text),
    tags: tags.slice(from, to),
    line,
  }));
  return { sentences, overlaps };
}

/** The names of a document as ranges of its tokens, in the order of the file. */
export function tokenSpansOf({ spans, tokens }: Pick<Document, 'spans' | 'tokens'>): TokenSpan[] {
  return spans.flatMap(({ label, start, end }) => {
    const startToken = firstIndex(tokens, (token) => token.end > start);
    const endToken = firstIndex(tokens, (token) => token.start >= end);
    return startToken < endToken ? [{ label, startToken, endToken }] : [];
  });
}

/** Ranges of tokens, one a sentence, such that no span crosses from one into the next. */
function joinedRanges(
  ranges: Document['sentences'],
  spans: readonly TokenSpan[],
): { readonly from: number; to: number; readonly line: number }[] {
  const crossed = new Set<number>(); // tokens that have a neighbour of the same span before them
  for (const { startToken, endToken } of spans) {
    for (let token = startToken + 1; token < endToken; token++) crossed.add(token);
  }
  const joined: { from: number; to: number; line: number }[] = [];
  for (const { from, to, line } of ranges) {
    const previous = joined.at(-1);
    if (previous !== undefined && crossed.has(from)) previous.to = to;
    else if (from < to) joined.push({ from, to, line });
  }
  return joined;
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
