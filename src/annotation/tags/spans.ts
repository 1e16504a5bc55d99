import { AppError } from '#base/errors.js';
import { assertLabel } from './bio.js';
import { toIob2 } from './tag-scheme.js';
import type { TokenSpan } from './token-span.js';

/**
 * Entities of one sentence in reading order. Ill-formed tags (an I with nothing to continue) are read as `toIob2` repairs
 * them, so predictions of any tool can be scored.
 *
 * @throws {AppError} `invalid_tag`
 */
export function spansFromIob2(tags: readonly string[]): TokenSpan[] {
  const spans: TokenSpan[] = [];
  const wellFormed = toIob2(tags, 'IOB2').tags;
  let startToken = 0;
  wellFormed.forEach((tag, token) => {
    if (tag === 'O') return;
    if (tag.startsWith('B')) startToken = token;
    const isLast = !wellFormed[token + 1]?.startsWith('I');
    if (isLast) spans.push({ label: tag.slice(2), startToken, endToken: token + 1 });
  });
  return spans;
}

/**
 * The inverse of {@link spansFromIob2}: `tokenCount` tags for spans in any order.
 *
 * @throws {AppError} `overlapping_spans` if two spans share a token, `invalid_argument` if one is empty or reaches beyond
 *   the sentence, `invalid_tag` if a label is illegal.
 */
export function iob2FromSpans(spans: readonly TokenSpan[], tokenCount: number): string[] {
  const tags = new Array<string>(tokenCount).fill('O');
  for (const span of spans) {
    const { label, startToken, endToken } = span;
    assertLabel(label);
    if (!(isIndex(startToken) && isIndex(endToken) && startToken < endToken && endToken <= tokenCount)) {
      throw new AppError(
        'invalid_argument',
        `"spans" must hold at least one of ${tokenCount} tokens each, found ${describe(span)}`,
      );
    }
    for (let token = startToken; token < endToken; token++) {
      if (tags[token] !== 'O') {
        const other = spans.find(
          (candidate) => candidate !== span && candidate.startToken <= token && token < candidate.endToken,
        );
        throw new AppError(
          'overlapping_spans',
          `spans must not overlap, found ${describe(span)} and ${describe(other ?? span)} on token ${token}`,
        );
      }
      tags[token] = `${token === startToken ? 'B' : 'I'}-${label}`;
    }
  }
  return tags;
}

function isIndex(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function describe({ label, startToken, endToken }: TokenSpan): string {
  return `${label} [${startToken}, ${endToken})`;
}
