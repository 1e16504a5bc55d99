/** Words of a text that count: letters and digits, upper and lower case alike. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu;

/**
 * Which of some texts has the most to teach to somebody who has seen others: the greatest share of words that none of them
 * holds. Of equals the first; `undefined` where there is none.
 */
export function mostDifferent<T extends { readonly text: string }>(
  candidates: Iterable<T>,
  seen: Iterable<string>,
): T | undefined {
  const known = new Set<string>();
  for (const text of seen) for (const word of wordsOf(text)) known.add(word);
  let best: { readonly candidate: T; readonly share: number } | undefined;
  for (const candidate of candidates) {
    const words = new Set(wordsOf(candidate.text));
    const fresh = [...words].filter((word) => !known.has(word)).length;
    // A text of two strange words is not worth more than a page with thirty.
    const share = fresh / (words.size + SMOOTHING);
    if (best === undefined || share > best.share) best = { candidate, share };
  }
  return best?.candidate;
}

const SMOOTHING = 10;

function wordsOf(text: string): string[] {
  return Array.from(text.matchAll(WORD), ([word]) => word.toLowerCase());
}
