/** Whole percent, but 0 and 100 only for 0 and 1: a model is never that sure. */
export function percentOf(score: number): number {
  return boundedHundredths(score, 100);
}

/** A probability in `digits` decimals, on the same terms as {@link percentOf}: 0.9999 is "0.99", never "1.00". */
export function scoreText(score: number, digits = 2): string {
  const parts = 10 ** digits;
  return (boundedHundredths(score, parts) / parts).toFixed(digits);
}

function boundedHundredths(score: number, parts: number): number {
  if (score <= 0) return 0;
  return score >= 1 ? parts : Math.min(parts - 1, Math.max(1, Math.round(score * parts)));
}
