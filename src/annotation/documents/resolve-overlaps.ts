import type { TokenSpan } from '#annotation/tags/token-span.js';

/**
 * Which of several spans on one token is kept: the one with most tokens, the one that the file names first, or the one
 * whose label stands first in a list (of equal ones the longest; labels that the list lacks come last).
 */
export type OverlapPolicy = 'longest' | 'first' | readonly string[];

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
  const owners = new Map<number, S>(); // by token
  const kept: S[] = [];
  const overlaps: Overlap<S>[] = [];
  for (const span of byPreference(spans, policy)) {
    let owner: S | undefined;
    for (let token = span.startToken; token < span.endToken && owner === undefined; token++) owner = owners.get(token);
    if (owner !== undefined) {
      overlaps.push({ kept: owner, dropped: span });
      continue;
    }
    for (let token = span.startToken; token < span.endToken; token++) owners.set(token, span);
    kept.push(span);
  }
  return { kept: kept.sort((left, right) => left.startToken - right.startToken), overlaps };
}

function byPreference<S extends TokenSpan>(spans: readonly S[], policy: OverlapPolicy): readonly S[] {
  if (policy === 'first') return spans;
  const rank = ({ label }: S): number => {
    if (policy === 'longest') return 0;
    const place = policy.indexOf(label);
    return place === -1 ? policy.length : place;
  };
  return [...spans].sort((left, right) => rank(left) - rank(right) || lengthOf(right) - lengthOf(left));
}

function lengthOf({ startToken, endToken }: TokenSpan): number {
  return endToken - startToken;
}
