import fc from 'fast-check';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { iob2FromSpans } from '#annotation/tags/spans.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';
import { anySpans } from '../tags/arbitraries.js';

/** Cuts at white space, and sentences after a token that ends with a full stop: predictable, and undone by joining. */
export const whiteSpaceTokenizer: Tokenizer = {
  id: 'white space',
  version: 1,
  tokenize: (text) =>
    [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => ({ text: word, start: index, end: index + word.length })),
  sentences(_, tokens) {
    const ends = tokens.flatMap((token, index) => (token.text.endsWith('.') ? [index + 1] : []));
    const edges = [...new Set([0, ...ends, tokens.length])];
    return edges.slice(1).map((end, index) => tokens.slice(edges[index], end));
  },
};

/** `Ann/B-PER Smith/I-PER sang` -> a sentence; words without a tag are outside. */
export function sentence(
  source: string,
  { document = 0, line = 1, file = 'test' }: { document?: number; line?: number; file?: string } = {},
): LabelledSentence {
  const tokens = source.split(' ').map((token) => token.split(/\/(?=[A-Z]-|O$)/));
  return {
    words: tokens.map(([word]) => word),
    tags: tokens.map(([, tag]) => tag ?? 'O'),
    document,
    source: { file, line },
  };
}

/** The part of sentences that survives being written and read: not where they stood. */
export function contentOf(sentences: readonly LabelledSentence[]) {
  return sentences.map(({ words, tags }) => ({ words, tags }));
}

/** What `action` throws, which must be an AppError: its code and its whole message. */
export function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('expected an error, found none');
}

/** Documents in order, of sentences of words that match a test. */
export function anySentences(isWord: (word: string) => boolean): fc.Arbitrary<LabelledSentence[]> {
  const anyWord = fc.oneof(
    fc.constantFrom('Ann', '#', '# x', '-', '[', ']', '|', '\\', '"', '{', '1', 'O', 'B-PER', '😀', 'é', 'İ'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  );
  const anySentence = anySpans
    .filter(({ tokenCount }) => tokenCount > 0)
    .chain(({ spans, tokenCount }) =>
      fc
        .array(
          anyWord.filter((word) => isWord(word) && !word.startsWith('\uFEFF')),
          { minLength: tokenCount, maxLength: tokenCount },
        )
        .map((words) => ({ words, tags: iob2FromSpans(spans, tokenCount) })),
    );
  return fc
    .array(fc.record({ content: anySentence, startsDocument: fc.boolean() }), { minLength: 1, maxLength: 6 })
    .map((records) => {
      let document = 0;
      return records.map(({ content, startsDocument }, index) => {
        if (index > 0 && startsDocument) document++;
        return { ...content, document, source: { file: 'test', line: 1 } };
      });
    });
}
