import type { TokenSpan } from '#annotation/tags/token-span.js';
import { plainApostrophes } from '#annotation/text/word-shape.js';
import { AppError } from '#base/errors.js';
import type { Decoder } from './decode.js';
import { type EmissionsInput, visitEmissions } from './sentence-emissions.js';

/** A sentence that is tokenised already, and one way to read some of its words. */
export interface SpanInSentence {
  readonly words: readonly string[];
  /** Need not be what is found there. */
  readonly span: TokenSpan;
  /** The words into which no name goes on from the word before. */
  readonly borders?: readonly number[];
}

/**
 * For each sentence the probability of exactly its span with exactly its label, whatever the best path says there.
 *
 * @throws {AppError} `invalid_argument` for a label the model does not know, or a span outside of its sentence.
 */
export function spanScores(
  { model, causal, decoder }: Pick<EmissionsInput, 'model' | 'causal'> & { readonly decoder: Decoder },
  asked: readonly SpanInSentence[],
): number[] {
  const { labels } = model.tagSet;
  for (const { words, span } of asked) {
    const { label, startToken, endToken } = span;
    if (!labels.includes(label))
      throw new AppError(
        'invalid_argument',
        `span: expected a label of the model (${labels.join(', ')}), found ${JSON.stringify(label)}`,
      );
    if (!(startToken >= 0 && startToken < endToken && endToken <= words.length))
      throw new AppError(
        'invalid_argument',
        `span: expected words within the ${words.length} of the sentence, found [${startToken}, ${endToken})`,
      );
  }
  const scores = asked.map(() => 0);
  const sentences = asked.map(({ words }) => words.map(plainApostrophes));
  const borders = asked.map((one) => one.borders ?? []);
  visitEmissions({ model, causal, sentences, borders }, (position, emissions, tokens) => {
    decoder.decode(emissions, tokens);
    scores[position] = decoder.scoreOf(asked[position].span);
  });
  return scores;
}
