import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { tokenize } from '../../helpers/tokenizer.js';

type Sentence = Pick<LabelledSentence, 'words' | 'tags'>;

/** Shares of 0 to 1. A boundary is a place between two characters, counted without white space. */
export interface BoundaryAgreement {
  /** Our boundaries that are gold ones, and gold ones that are ours. */
  readonly precision: number;
  readonly recall: number;
  /** Sentences with exactly the gold words. */
  readonly sentences: number;
  /** Gold entities whose two ends are boundaries of ours, so that they can be tagged at all. */
  readonly spans: number;
}

/** Tokenizes the sentences as `toText` writes them and compares the tokens with the gold words. */
export function measureAgreement(
  sentences: readonly Sentence[],
  toText: (words: readonly string[]) => string,
): BoundaryAgreement {
  const count = { gold: 0, ours: 0, common: 0, sentences: 0, spans: 0, representable: 0 };
  for (const { words, tags } of sentences) {
    const gold = boundaries(words);
    const ours = new Set(boundaries(tokenize(toText(words)).map((token) => token.text)));
    const common = gold.filter((boundary) => ours.has(boundary)).length;
    count.gold += gold.length;
    count.ours += ours.size;
    count.common += common;
    if (common === gold.length && common === ours.size) count.sentences++;
    for (const [start, end] of entities(tags)) {
      count.spans++;
      if (ours.has(gold[start]) && ours.has(gold[end])) count.representable++;
    }
  }
  return {
    precision: count.common / count.ours,
    recall: count.common / count.gold,
    sentences: count.sentences / sentences.length,
    spans: count.representable / count.spans,
  };
}

/**
 * Writes words as they stand in a printed text: punctuation and clitics attached, straight quotes opening and closing by
 * turns. Where the original had a space cannot be known, so hyphens and slashes stay apart unless `attachHyphens`, which
 * is the other extreme: it makes one string even of "Germany - the".
 */
export function detokenize(words: readonly string[], { attachHyphens = false } = {}): string {
  let text = '';
  let isQuoteOpen = false;
  let attachesNext = true;
  for (const [i, word] of words.entries()) {
    const previous = words[i - 1] ?? '';
    const isHyphen =
      attachHyphens && /^[-/]$/.test(word) && WORD_END.test(previous) && WORD_START.test(words[i + 1] ?? '');
    const isPossessive = /^['’]$/.test(word) && /s$/i.test(previous);
    const isClosing = word === '"' && isQuoteOpen;
    if (!attachesNext && !(isHyphen || isPossessive || isClosing || ATTACHES_LEFT.test(word))) text += ' ';
    text += word;
    attachesNext = isHyphen || (word === '"' && !isQuoteOpen) || ATTACHES_RIGHT.test(word);
    if (word === '"') isQuoteOpen = !isQuoteOpen;
  }
  return text;
}

const WORD_END = /[\p{L}\p{N}]$/u;
const WORD_START = /^[\p{L}\p{N}]/u;
const ATTACHES_LEFT = /^(?:[.,;:!?%)\]}…»”]+|['’](?:s|m|re|ve|ll|d)|n['’]t|'')$/i;
const ATTACHES_RIGHT = /^(?:[([{$#£€«“]+|``)$/;

/** 0 and the number of characters before each following word, white space not counted. */
function boundaries(words: readonly string[]): number[] {
  let length = 0;
  return [0, ...words.map((word) => (length += word.replace(/\s/g, '').length))];
}

/** Half-open ranges of words that IOB2 tags mark. */
function entities(tags: readonly string[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const [i, tag] of tags.entries()) {
    if (tag.startsWith('B-')) ranges.push([i, i + 1]);
    else if (tag.startsWith('I-')) ranges.at(-1)![1] = i + 1;
  }
  return ranges;
}
