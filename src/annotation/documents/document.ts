import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { Token } from '#annotation/text/token.js';
import type { CharacterSpan } from './annotated-text.js';

/**
 * The hub of all formats: one text with its names, whatever file it came from. Every reader makes documents, every writer
 * takes them, and labelled sentences are a view of them.
 *
 * Offsets are UTF-16 and half-open; `text.slice(token.start, token.end) === token.text` always holds.
 */
export interface Document {
  /** As the file has it; `null` where it has none. */
  readonly id: string | null;
  /** As it was given. Where a file holds words only, they are joined by one space, and sentences by a line break. */
  readonly text: string;
  /** False where `text` was made of words. */
  readonly isTextGiven: boolean;
  /** In reading order. Those of the file or, where it has none, of the program's own tokenizer, cut at the edges of names. */
  readonly tokens: readonly Token[];
  /** False where the tokens are the tokenizer's. */
  readonly areTokensGiven: boolean;
  /** Joined, they are all tokens. */
  readonly sentences: readonly SentenceRange[];
  /** Names in the order of the file; they may overlap each other. Each begins and ends with a token. */
  readonly spans: readonly DocumentSpan[];
  /** The tags are one class a token (parts of speech, say): each span is one token, and two neighbours are two spans. */
  readonly isPlain: boolean;
  /** Goes on with the document before it: a file without marks between documents is handed out piece by piece. */
  readonly continues: boolean;
  /** What else the file says of the text; survives a round trip through every format that can carry it. */
  readonly meta: Metadata;
  /** Where it stands; the line counts from 1. */
  readonly origin: Origin;
}

/** Names are spans of characters; `meta` holds what else the file says of one, such as its id. */
export interface DocumentSpan extends CharacterSpan {
  readonly meta?: Metadata;
}

/** Tokens `from` up to but not including `to`; at least one. */
export interface SentenceRange {
  readonly from: number;
  readonly to: number;
  /** Of the file, from 1. */
  readonly line: number;
}

export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** JSON values by key. */
export type Metadata = Readonly<Record<string, unknown>>;

export const NO_METADATA: Metadata = Object.freeze({});

/** A sentence of a file that holds words. */
export interface WordSentence {
  readonly words: readonly string[];
  /** Well-formed IOB2; of plain tags, `B-` and the class. */
  readonly tags: readonly string[];
  /** Of its first word. */
  readonly line: number;
  /** White space behind each word; one space, and a line break behind the last, if the file does not say. */
  readonly gaps?: readonly string[];
  /** White space before its first word, where the file says it. */
  readonly lead?: string;
}

/** What {@link documentOfWords} takes. */
export interface WordDocumentContent {
  readonly id?: string | null;
  readonly sentences: readonly WordSentence[];
  readonly isPlain?: boolean;
  readonly continues?: boolean;
  readonly meta?: Metadata;
  readonly origin: Origin;
}

/** A document of words and tags. Its text, tokens and spans are made when they are first asked for. */
export function documentOfWords(content: WordDocumentContent): Document {
  return new WordDocument(content);
}

/** The sentences of a document that came as words, as they stand in the file; `null` for any other document. */
export function wordSentencesOf(document: Document): readonly WordSentence[] | null {
  return document instanceof WordDocument ? document.wordSentences : null;
}

interface Layout {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly ranges: readonly SentenceRange[];
}

class WordDocument implements Document {
  readonly id: string | null;
  readonly isTextGiven: boolean;
  readonly areTokensGiven = true;
  readonly isPlain: boolean;
  readonly continues: boolean;
  readonly meta: Metadata;
  readonly origin: Origin;
  readonly wordSentences: readonly WordSentence[];
  #layout: Layout | undefined;
  #spans: readonly DocumentSpan[] | undefined;

  constructor({ id, sentences, isPlain, continues, meta, origin }: WordDocumentContent) {
    this.id = id ?? null;
    this.wordSentences = sentences;
    this.isTextGiven = sentences.some(({ gaps }) => gaps !== undefined);
    this.isPlain = isPlain ?? false;
    this.continues = continues ?? false;
    this.meta = meta ?? NO_METADATA;
    this.origin = origin;
  }

  get text(): string {
    return this.#made.text;
  }

  get tokens(): readonly Token[] {
    return this.#made.tokens;
  }

  get sentences(): readonly SentenceRange[] {
    return this.#made.ranges;
  }

  get spans(): readonly DocumentSpan[] {
    if (this.#spans === undefined) {
      const { tokens, ranges } = this.#made;
      this.#spans = this.wordSentences.flatMap(({ tags }, index) =>
        spansFromIob2(tags).map(({ label, startToken, endToken }) => ({
          label,
          start: tokens[ranges[index].from + startToken].start,
          end: tokens[ranges[index].from + endToken - 1].end,
        })),
      );
    }
    return this.#spans;
  }

  get #made(): Layout {
    this.#layout ??= layOut(this.wordSentences);
    return this.#layout;
  }
}

function layOut(sentences: readonly WordSentence[]): Layout {
  const pieces: string[] = [];
  const tokens: Token[] = [];
  const ranges: SentenceRange[] = [];
  let position = 0;
  sentences.forEach(({ words, line, gaps, lead = '' }, sentence) => {
    const from = tokens.length;
    pieces.push(lead);
    position += lead.length;
    words.forEach((word, index) => {
      const isLast = index === words.length - 1;
      const isEnd = isLast && sentence === sentences.length - 1;
      const gap = gaps?.[index] ?? (isEnd ? '' : isLast ? '\n' : ' ');
      tokens.push({ text: word, start: position, end: position + word.length });
      pieces.push(word, gap);
      position += word.length + gap.length;
    });
    ranges.push({ from, to: tokens.length, line });
  });
  return { text: pieces.join(''), tokens, ranges };
}
