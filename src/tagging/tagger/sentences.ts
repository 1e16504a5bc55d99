import { readMarkup, type TextKind } from '#annotation/text/markup/read-markup.js';
import type { Token } from '#annotation/text/token.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { plainApostrophes } from '#annotation/text/word-shape.js';

/** One sentence on its way through: where its tokens stand, which text it belongs to. */
export interface SentenceWork {
  readonly textIndex: number;
  /** Sentences of one document share this number and stand together. */
  readonly document: number;
  readonly tokens: readonly Token[];
  /** What the network reads: the tokens as they are usually written. */
  readonly words: readonly string[];
  /** The tokens into which no name goes on from the token before. */
  readonly borders: readonly number[];
  /** Of its first token, counted over the whole text. */
  readonly firstToken: number;
}

export interface ReadingOfTexts {
  readonly tokenizer: Tokenizer;
  readonly input: TextKind;
}

/** The sentences of texts; their tokens stand where they do in the texts as these were given. */
export function* sentencesOfTexts(
  texts: readonly string[],
  { tokenizer, input }: ReadingOfTexts,
): Generator<SentenceWork | undefined> {
  for (const [textIndex, source] of texts.entries()) {
    const { text, toSource } = readMarkup(source, input);
    let firstToken = 0;
    for (const { start, end } of partsOf(text)) {
      const part = start === 0 && end === text.length ? text : text.slice(start, end);
      for (const sentence of tokenizer.sentences(part, tokenizer.tokenize(part))) {
        const tokens =
          input === 'text' && start === 0 ? sentence : sentence.map((token) => moved(token, start, toSource, source));
        yield {
          textIndex,
          document: textIndex,
          tokens,
          words: sentence.map((token) => plainApostrophes(token.text)),
          borders: bordersOf(sentence),
          firstToken,
        };
        firstToken += sentence.length;
      }
      yield undefined; // a place to pause: a text may hold white space alone
    }
  }
}

const NO_BORDERS: readonly number[] = [];

function bordersOf(tokens: readonly Token[]): readonly number[] {
  let borders: number[] | undefined;
  for (let t = 1; t < tokens.length; t++) {
    if (!tokens[t].border) continue;
    borders ??= [];
    borders.push(t);
  }
  return borders ?? NO_BORDERS;
}

function moved(
  token: Token,
  by: number,
  toSource: (range: { start: number; end: number }) => { start: number; end: number },
  source: string,
): Token {
  const { start, end } = toSource({ start: token.start + by, end: token.end + by });
  return { text: source.slice(start, end), start, end };
}

/** UTF-16 units: a blank line after so many ends a part, and after the second number any line, gap or place. */
const PART = 16_384;
const LONGEST_PART = 131_072;
const BLANK_LINE = /\n[^\S\n]{0,200}\n|\r\r|\f|\u2029/g;

/**
 * A long text in parts that are read one after another. A blank line ends a sentence whatever stands around it, so parts
 * that end there are cut as in the whole text.
 */
function* partsOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  let start = 0;
  while (text.length - start > PART) {
    BLANK_LINE.lastIndex = start + PART;
    const found = BLANK_LINE.exec(text);
    let end = found ? BLANK_LINE.lastIndex : text.length;
    if (end - start > LONGEST_PART) end = lastGap(text, start + PART, start + LONGEST_PART);
    yield { start, end };
    start = end;
  }
  if (start < text.length || start === 0) yield { start, end: text.length };
}

/** After the last line break from `from` to `to`, else after the last white space, else `to`; never within a character. */
function lastGap(text: string, from: number, to: number): number {
  const lineBreak = text.lastIndexOf('\n', to - 1);
  if (lineBreak >= from) return lineBreak + 1;
  for (let at = to; at > from; at--) if (/\s/.test(text[at - 1])) return at;
  return (text.charCodeAt(to) & 0xfc00) === 0xdc00 ? to - 1 : to;
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
      if (tokens.length > 0) yield { textIndex, document, tokens, words, borders: NO_BORDERS, firstToken: 0 };
      continue;
    }
    let firstToken = 0;
    for (const part of tokenizer.sentences(words.join(' '), tokens)) {
      yield { textIndex, document, tokens: part, words: part.map(({ text }) => text), borders: NO_BORDERS, firstToken };
      firstToken += part.length;
    }
  }
}

/** Limits of what is computed together; a group holds at least one sentence. */
export interface GroupLimits {
  readonly sentences: number;
  readonly tokens: number;
}

/** Sentences in groups; `undefined` among them ends nothing, but lets whoever waits have a turn. */
export function* groupsOf(work: Iterable<SentenceWork | undefined>, limits: GroupLimits): Generator<SentenceWork[]> {
  let group: SentenceWork[] = [];
  let tokens = 0;
  for (const sentence of work) {
    if (sentence === undefined) {
      yield [];
      continue;
    }
    group.push(sentence);
    tokens += sentence.tokens.length;
    if (group.length < limits.sentences && tokens < limits.tokens) continue;
    yield group;
    group = [];
    tokens = 0;
  }
  if (group.length > 0) yield group;
}
