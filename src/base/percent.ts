/** A share of 1 as people read a score: 0.8571 is "85.71". */
export function percent(share: number, digits = 2): string {
  return (100 * share).toFixed(digits);
}
