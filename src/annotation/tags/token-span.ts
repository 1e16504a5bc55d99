/** An entity as a range of tokens, half-open: tokens `startToken` up to but not including `endToken`. */
export interface TokenSpan {
  readonly label: string;
  readonly startToken: number;
  readonly endToken: number;
}
