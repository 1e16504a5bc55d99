import type { TokenSpan } from '#annotation/tags/token-span.js';

/** Which of several spans on one token is kept: the one with most tokens, or the one that the file names first. */
export type OverlapPolicy = 'longest' | 'first';

export interface Overlap<S extends TokenSpan> {
  readonly kept: S;
  readonly dropped: S;
}

/**
 * Names are flat here: nothing is nested, nothing overlaps. Of equally long spans the one named first is kept.
 *
 * @returns the spans kept, in reading order, and each one dropped beside a span it overlaps.
 */
export function resolveOverlaps<S extends TokenSpan>(
  spans: readonly S[],
  policy: OverlapPolicy,
): { readonly kept: S[]; readonly overlaps: Overlap<S>[] } {
  const byPreference = policy === 'first' ? spans : [...spans].sort((left, right) => lengthOf(right) - lengthOf(left));
  const owners = new Map<number, S>(); // by token
  const kept: S[] = [];
  const overlaps: Overlap<S>[] = [];
  for (const span of byPreference) {
    const tokens = Array.from({ length: lengthOf(span) }, (_, index) => span.startToken + index);
    const taken = tokens.find((token) => owners.has(token));
    if (taken !== undefined) {
      overlaps.push({ kept: owners.get(taken)!, dropped: span });
      continue;
    }
    for (const token of tokens) owners.set(token, span);
    kept.push(span);
  }
  return { kept: kept.sort((left, right) => left.startToken - right.startToken), overlaps };
}

function lengthOf({ startToken, endToken }: TokenSpan): number {
  return endToken - startToken;
}
