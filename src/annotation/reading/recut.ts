import { type Document, documentOfWords, type WordSentence, wordSentencesOf } from '#annotation/documents/document.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import { sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';

/** How the words of a corpus compare with those that our tokenizer makes of the same text. */
export interface TokenAgreement {
  /** Words that were compared. */
  readonly words: number;
  /** Words that our tokenizer would cut into several. */
  readonly cut: number;
  /** The commonest of those, most frequent first. */
  readonly commonest: readonly { readonly word: string; readonly pieces: readonly string[]; readonly count: number }[];
}

const COMMONEST = 5;

/** Counts the words of a corpus that a tokenizer would cut otherwise: names at those places are not found in raw text. */
export function compareTokens(
  sentences: Iterable<Pick<LabelledSentence, 'words'>>,
  tokenizer: Pick<Tokenizer, 'tokenize'>,
): TokenAgreement {
  const found = new Map<string, { readonly pieces: readonly string[]; count: number }>();
  let total = 0;
  let cut = 0;
  for (const { words } of sentences) {
    total += words.length;
    piecesOf(words, tokenizer).forEach((pieces, index) => {
      if (pieces.length < 2) return;
      cut++;
      const known = found.get(words[index]);
      if (known === undefined) found.set(words[index], { pieces, count: 1 });
      else known.count++;
    });
  }
  const commonest = [...found]
    .sort(([, left], [, right]) => right.count - left.count)
    .slice(0, COMMONEST)
    .map(([word, { pieces, count }]) => ({ word, pieces, count }));
  return { words: total, cut, commonest };
}

/** What each word becomes. A full stop that a word ends with is only cut off where the sentence allows it. */
function piecesOf(words: readonly string[], { tokenize }: Pick<Tokenizer, 'tokenize'>): string[][] {
  const pieces: string[][] = words.map(() => []);
  const ends: number[] = [];
  let position = 0;
  for (const word of words) {
    position += word.length + 1;
    ends.push(position - 1);
  }
  let index = 0;
  for (const { text, start, end } of tokenize(words.join(' '))) {
    while (index < words.length - 1 && start >= ends[index]) index++;
    // A token over the edge of two words, such as a full stop that belongs to an abbreviation, is none of ours.
    if (end <= ends[index]) pieces[index].push(text);
  }
  return pieces;
}

const CLOSING = /^[\p{P}\p{S}]+$/u;

/** Words cut as a tokenizer cuts them. Punctuation that this cuts off the edge of a name lies outside it. */
export function recutSentence<S extends Pick<WordSentence, 'words' | 'tags'>>(
  sentence: S,
  tokenizer: Pick<Tokenizer, 'tokenize'>,
): S {
  const words: string[] = [];
  const tags: string[] = [];
  const allPieces = piecesOf(sentence.words, tokenizer);
  sentence.words.forEach((word, index) => {
    const written = allPieces[index].join('') === word.replace(/\s+/gu, '') ? allPieces[index] : [word];
    const pieces = written.length === 0 ? [word] : written;
    const tag = sentence.tags[index];
    const isStart = tag.startsWith('B-');
    const isEnd = tag !== 'O' && !sentence.tags[index + 1]?.startsWith('I-');
    let from = 0;
    let to = pieces.length;
    if (tag !== 'O' && pieces.length > 1) {
      if (isEnd) while (to - from > 1 && CLOSING.test(pieces[to - 1])) to--;
      if (isStart) while (to - from > 1 && CLOSING.test(pieces[from])) from++;
    }
    pieces.forEach((piece, number) => {
      words.push(piece);
      if (tag === 'O' || number < from || number >= to) tags.push('O');
      else tags.push(isStart && number > from ? `I-${tag.slice(2)}` : tag);
    });
  });
  return { ...sentence, words, tags };
}

/** A document whose words are cut as a tokenizer cuts them; one that came as text, as if its words had not been given. */
export function recutDocument(document: Document, tokenizer: Tokenizer, overlaps: OverlapPolicy = 'longest'): Document {
  const written = wordSentencesOf(document);
  if (written === null && !document.areTokensGiven) return document;
  const sentences = written ?? sentencesOfDocument(document, overlaps).sentences;
  return documentOfWords({
    id: document.id,
    sentences: sentences.map(({ words, tags, line }) => recutSentence({ words, tags, line }, tokenizer)),
    isPlain: document.isPlain,
    continues: document.continues,
    meta: document.meta,
    origin: document.origin,
  });
}
