import type { WrittenSentence } from '#annotation/documents/written-sentence.js';

/** What a reader of columns hands over; column numbers count from 1. */
export interface ColumnsRead {
  readonly sentences: readonly WrittenSentence[];
  readonly columns: { readonly count: number; readonly word: number; readonly tag: number };
}

/** Collects tokens, line by line, into sentences and numbered documents. */
export class SentenceBuilder {
  readonly #sentences: WrittenSentence[] = [];
  #words: string[] = [];
  #tags: string[] = [];
  #lines: number[] = [];
  #document = 0;
  #isDocumentEmpty = true;

  addToken({ word, tag, line }: { readonly word: string; readonly tag: string; readonly line: number }): void {
    this.#words.push(word);
    this.#tags.push(tag);
    this.#lines.push(line);
  }

  /** Does nothing between sentences, so that blank lines may be repeated. */
  endSentence(): void {
    if (this.#words.length === 0) return;
    this.#sentences.push({ words: this.#words, tags: this.#tags, lines: this.#lines, document: this.#document });
    this.#words = [];
    this.#tags = [];
    this.#lines = [];
    this.#isDocumentEmpty = false;
  }

  /** Does nothing in an empty document: a mark at the top of a file begins the first one. */
  endDocument(): void {
    this.endSentence();
    if (this.#isDocumentEmpty) return;
    this.#document++;
    this.#isDocumentEmpty = true;
  }

  finish(): readonly WrittenSentence[] {
    this.endSentence();
    return this.#sentences;
  }
}
