/**
 * The smallest unit that is tagged. `start` and `end` are UTF-16 offsets into the whole text, half-open, so that
 * `text.slice(start, end) === token.text` always holds.
 */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
