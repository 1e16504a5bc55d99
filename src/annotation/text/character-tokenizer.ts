import { cutToLength, splitSentences } from './sentence-splitter.js';
import type { Token } from './token.js';
import type { Tokenizer, TokenizerIdentity } from './tokenizer.js';
import { createWordCutter, createWordTokenizer, SEGMENTER_LOCALE, type Segment } from './word-tokenizer.js';

export const CHARACTER_TOKENIZER: TokenizerIdentity = { id: 'characters', version: 1 };
export const GRAPHEME_TOKENIZER: TokenizerIdentity = { id: 'graphemes', version: 1 };

/**
 * Cuts scripts without spaces into single characters, each with its marks, and all others into words: for models that
 * learned from corpora with one Chinese or Japanese character a row.
 */
export function createCharacterTokenizer(): Tokenizer {
  const tokenize = createWordCutter((run) => Array.from(run.matchAll(CHARACTER), asSegment));
  return { ...CHARACTER_TOKENIZER, tokenize, sentences: splitSentences };
}

/** Every character is a token, with its marks and joiners, in any script: Latin letters and digits as well. */
export function createGraphemeTokenizer(): Tokenizer {
  const words = createWordTokenizer();
  let segmenter: Intl.Segmenter | undefined; // made when first needed, as its data delay the start
  return {
    ...GRAPHEME_TOKENIZER,
    tokenize(text) {
      segmenter ??= new Intl.Segmenter(SEGMENTER_LOCALE, { granularity: 'grapheme' });
      const tokens: Token[] = [];
      for (const word of words.tokenize(text)) {
        for (const { segment, index } of segmenter.segment(word.text)) {
          const start = word.start + index;
          const isBorder = index === 0 && word.border;
          tokens.push({ text: segment, start, end: start + segment.length, ...(isBorder && { border: true }) });
        }
      }
      return tokens;
    },
    // Sentence ends are told by words: a single character is never an abbreviation.
    sentences: (text, tokens) => regrouped(text, tokens, splitSentences(text, words.tokenize(text))),
  };
}

/** A letter with its marks; a mark that follows none stands alone. */
const CHARACTER = /\P{M}\p{M}*|\p{M}+/gu;

const asSegment = ({ 0: segment, index }: RegExpExecArray): Segment => ({ segment, index });

/** The tokens of a text in sentences that were found with other tokens. */
function regrouped(text: string, tokens: readonly Token[], sentences: readonly (readonly Token[])[]): Token[][] {
  let next = 0;
  return sentences.flatMap((sentence) => {
    const first = next;
    while (next < tokens.length && tokens[next].end <= sentence[sentence.length - 1].end) next++;
    return cutToLength(text, tokens.slice(first, next));
  });
}
