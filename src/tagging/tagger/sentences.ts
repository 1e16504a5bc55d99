import type { Token } from '#annotation/text/token.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';

/** One sentence on its way through: where its tokens stand, which text it belongs to. */
export interface SentenceWork {
  readonly textIndex: number;
  /** Sentences of one document share this number and stand together. */
  readonly document: number;
  readonly tokens: readonly Token[];
  /** Of its first token, counted over the whole text. */
  readonly firstToken: number;
}

export function* sentencesOfTexts(texts: readonly string[], tokenizer: Tokenizer): Generator<SentenceWork> {
  for (const [textIndex, text] of texts.entries()) {
    let firstToken = 0;
    for (const tokens of tokenizer.sentences(text, tokenizer.tokenize(text))) {
      yield { textIndex, document: textIndex, tokens, firstToken };
      firstToken += tokens.length;
    }
  }
}

/** Tokens; as many as a sentence of a text has at most. */
const LONGEST_SENTENCE = 400;

/**
 * What is longer than a sentence of a text may be is cut into sentences as a text is: the memory of a network grows with its
 * sentences.
 *
 * @param documents To which each sentence belongs; each to one of its own unless told.
 */
export function* sentencesOfWords(
  sentences: readonly (readonly string[])[],
  tokenizer: Tokenizer,
  documents?: readonly number[],
): Generator<SentenceWork> {
  for (const [textIndex, words] of sentences.entries()) {
    let at = 0;
    const tokens = words.map((text): Token => {
      const start = at;
      at += text.length + 1;
      return { text, start, end: start + text.length };
    });
    const document = documents?.[textIndex] ?? textIndex;
    if (tokens.length <= LONGEST_SENTENCE) {
      if (tokens.length > 0) yield { textIndex, document, tokens, firstToken: 0 };
      continue;
    }
    let firstToken = 0;
    for (const part of tokenizer.sentences(words.join(' '), tokens)) {
      yield { textIndex, document, tokens: part, firstToken };
      firstToken += part.length;
    }
  }
}

export function* groupsOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
