import type { Token } from '../text/token.js';

/** A name found in a text. `start` and `end` are UTF-16 offsets, half-open: `text.slice(start, end) === entity.text`. */
export interface Entity {
  readonly text: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** Probability of exactly this span with exactly this label, 0 to 1. */
  readonly score: number;
  /** Tokens `tokenStart` up to but not including `tokenEnd`, counted over the whole text. */
  readonly tokenStart: number;
  readonly tokenEnd: number;
  readonly source: 'model';
  /** The other labels this span could have borne, likeliest first; only when asked for. */
  readonly alternatives?: readonly { readonly label: string; readonly score: number }[];
}

export interface TaggedToken extends Token {
  /** IOB2 tag of the best path. */
  readonly tag: string;
  /** Probability of that tag at that token, 0 to 1. */
  readonly score: number;
}

/** What a tagger says of one text. */
export interface TaggedText {
  readonly text: string;
  /** In reading order, never overlapping. */
  readonly entities: readonly Entity[];
  readonly tokens: readonly TaggedToken[];
}

export interface ModelIdentity {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the weights file, hexadecimal. */
  readonly sha256: string;
}

export interface TagOptions {
  /** Entities with a lower score are left out; 0 to 1. */
  readonly threshold?: number;
  readonly alternatives?: boolean;
}

/** A loaded model that finds names. Safe to share: it keeps no state between calls. */
export interface Tagger {
  readonly model: ModelIdentity;
  /** Labels without prefix, in a fixed order: `LOC`, `ORG`, `PER`. */
  readonly labels: readonly string[];
  tag(text: string, options?: TagOptions): TaggedText;
  /** Several texts in one batch; the same answers as one by one. */
  tagAll(texts: readonly string[], options?: TagOptions): TaggedText[];
  /** Text that is tokenised already: one sentence of words a row. Offsets count into the words joined by one space. */
  tagWords(sentences: readonly (readonly string[])[], options?: TagOptions): TaggedText[];
}
