import type { Token } from './token.js';

/** What a model says of the tokenizer whose tokens it has learned from. */
export interface TokenizerIdentity {
  readonly id: string;
  /** Raised whenever some text would be cut differently. */
  readonly version: number;
}

/** Cuts texts into tokens, and tokens into sentences. It is part of a model: other tokens are other words to it. */
export interface Tokenizer extends TokenizerIdentity {
  /**
   * Tokens in reading order. They never overlap, only white space lies between them, and
   * `text.slice(start, end) === token.text`. Blank text has none.
   */
  tokenize(text: string): Token[];
  /** The sentences of a text that this tokenizer has cut; joined again they are the tokens given. */
  sentences(text: string, tokens: readonly Token[]): Token[][];
}
