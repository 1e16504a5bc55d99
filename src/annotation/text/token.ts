/**
 * The smallest unit that is tagged. `start` and `end` are UTF-16 offsets into the whole text, half-open, so that
 * `text.slice(start, end) === token.text` always holds.
 */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** No name goes on into this token from the one before: a tab, a wide gap or the end of a name lies between them. */
  readonly border?: true;
}
