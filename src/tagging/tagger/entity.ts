import type { TokenSpan } from '#annotation/tags/token-span.js';
import type { TextKind } from '#annotation/text/markup/read-markup.js';
import type { Token } from '#annotation/text/token.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import type { SpanInSentence } from './span-scores.js';

/**
 * What a name rests on: `model`, the sentence it stands in; `memory`, what earlier sentences of the text say of its words
 * too, without which it would have been tagged otherwise.
 */
export type EntitySource = 'model' | 'memory';

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
  readonly source: EntitySource;
  /** The other labels this span could have borne, likeliest first; only when asked for. */
  readonly alternatives?: readonly { readonly label: string; readonly score: number }[];
}

export interface TaggedToken extends Token {
  /** IOB2 tag of the best path; of plain classes, `B-` and the class. See {@link writtenTag}. */
  readonly tag: string;
  /** Probability of that tag at that token, 0 to 1. */
  readonly score: number;
}

/** @deprecated The former name of `ScoredTagging`. */
export type Reading = ScoredTagging;

/** What a tagger says of one text. */
export interface TaggedText {
  readonly text: string;
  /** In reading order, never overlapping. */
  readonly entities: readonly Entity[];
  readonly tokens: readonly TaggedToken[];
}

/** A tag as files and answers write it: of plain classes, the class alone. */
export function writtenTag(tag: string, isPlain: boolean): string {
  return isPlain && tag !== 'O' ? tag.slice(2) : tag;
}

export interface ModelIdentity {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the weights file, hexadecimal. */
  readonly sha256: string;
}

/** One way to tag a sentence, and how likely it is. */
export interface ScoredTagging {
  /** Its names, in order. */
  readonly spans: readonly TokenSpan[];
  /** P(tag sequence | sentence): of the whole sentence being tagged so, among all ways. */
  readonly probability: number;
}

export interface NBestOptions {
  readonly borders?: readonly number[];
}

export interface TagOptions {
  /** Entities with a lower score are left out; 0 to 1. */
  readonly threshold?: number;
  readonly alternatives?: boolean;
  /** False: every sentence is tagged as if it stood alone, whatever the text said before. True unless told. */
  readonly memory?: boolean;
  /**
   * What texts are written in, plain text unless told. Of HTML and Markdown what a person reads is tagged; offsets count in
   * the text as it was given, and the text of a name is what stands there, marks and character references included.
   */
  readonly input?: TextKind;
}

export interface WordsOptions extends TagOptions {
  /** To which document each sentence belongs; those of one stand together. Each is one of its own unless told. */
  readonly documents?: readonly number[];
}

/** A word of a stream. */
export interface StreamedToken extends TaggedToken {
  /** Its place in the sentence, from 0. */
  readonly index: number;
}

/** What a stream has to say after a change. */
export interface StreamUpdate {
  /** Tags that no later word will change. */
  readonly certain: readonly StreamedToken[];
  /** The words after the certain ones, tagged as if the sentence ended here. */
  readonly tentative: readonly StreamedToken[];
  /** Timesteps of the network that were run for this. */
  readonly recomputed: number;
}

export interface StreamOptions {
  /** How many words back `replaceFrom` can reach; a whole number from 1, by default 512. Bounds the stream's memory. */
  readonly history?: number;
  /** False: every sentence is tagged as if it stood alone. True unless told. */
  readonly memory?: boolean;
}

/**
 * Tags words while they are typed or spoken, at a constant cost a word. A word's tag is certain when the network has seen the
 * `lookAhead` words after it; certain tags are never taken back, and together they are always well-formed.
 */
export interface TagStream {
  /** k: how many words a tag waits for. */
  readonly lookAhead: number;
  /** Words of the current sentence so far. */
  readonly length: number;
  /** Offsets of a bare word count on from the word before it and one space. Into a token with `border` no name goes on. */
  push(word: string | Token): StreamUpdate;
  /**
   * Puts `words` in the place of word `index` and all after it. What was said of words from `index - lookAhead` on no
   * longer holds, and is said anew.
   *
   * @throws {AppError} `invalid_argument` for an index beyond the end or further back than `history`.
   */
  replaceFrom(index: number, words: readonly (string | Token)[]): StreamUpdate;
  /** The sentence is over: every tag is certain, and the next word begins a new sentence. */
  end(): StreamUpdate;
}

/** A loaded model that finds names. Safe to share: no call changes what another one answers. */
export interface Tagger {
  readonly model: ModelIdentity;
  /** Labels without prefix, in a fixed order: `LOC`, `ORG`, `PER`. */
  readonly labels: readonly string[];
  /** Labels are one class a token (parts of speech, say), not names: every token is an entity of its own. */
  readonly isPlain: boolean;
  /** Cuts texts into the tokens and sentences that are tagged; the model's own. */
  readonly tokenizer: Tokenizer;
  tag(text: string, options?: TagOptions): TaggedText;
  /** Several texts in one batch; the same answers as one by one. */
  tagAll(texts: readonly string[], options?: TagOptions): TaggedText[];
  /**
   * As {@link tagAll}, in steps: between two of them, after some thousand words at most, other work may have its turn.
   *
   * @example
   * const steps = tagger.tagInSteps([text]);
   * let step = steps.next();
   * while (!step.done) {
   *   await setImmediate();
   *   step = steps.next();
   * }
   * const [tagged] = step.value;
   */
  tagInSteps(texts: readonly string[], options?: TagOptions): Generator<undefined, TaggedText[]>;
  /** Text that is tokenised already: one sentence of words a row. Offsets count into the words joined by one space. */
  tagWords(sentences: readonly (readonly string[])[], options?: WordsOptions): TaggedText[];
  /**
   * The `n` likeliest ways to tag one sentence that is tokenised already, best first; the first is what `tagWords` finds.
   *
   * @param options `borders`: the words into which no name goes on from the word before.
   * @throws {AppError} `invalid_argument` unless `n` is a whole number from 1.
   */
  nBest(words: readonly string[], n: number, options?: NBestOptions): readonly ScoredTagging[];
  /**
   * For each sentence the probability, 0 to 1, of exactly this span with exactly this label, found or not; what earlier
   * sentences say does not count.
   *
   * @throws {AppError} `invalid_argument` for a label the model does not know, or a span outside of its sentence.
   */
  spanScores(asked: readonly SpanInSentence[]): number[];
  /** @deprecated The former name of `nBest`. */
  readings(words: readonly string[], n: number, options?: NBestOptions): readonly ScoredTagging[];
  /**
   * Word by word, for one-way models.
   *
   * @throws {AppError} `invalid_argument` if the model has to see the whole sentence, or for a history out of range.
   */
  stream(options?: StreamOptions): TagStream;
}
