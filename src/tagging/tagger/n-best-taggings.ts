import { nBest } from '#engine/structured/n-best.js';
import { spansOf } from './decode.js';
import type { ScoredTagging } from './entity.js';
import { type EmissionsInput, visitEmissions } from './sentence-emissions.js';

export interface NBestInput extends Pick<EmissionsInput, 'model' | 'causal'> {
  readonly words: readonly string[];
  /** The words into which no name goes on from the word before. */
  readonly borders?: readonly number[] | undefined;
  readonly n: number;
  readonly temperature: number;
}

/** The likeliest ways to tag one sentence, best first. */
export function nBestTaggings({ model, causal, words, borders = [], n, temperature }: NBestInput): ScoredTagging[] {
  const { tagSet, network } = model;
  const divided = (scores: Float64Array): Float64Array => scores.map((score) => score / temperature);
  const { between, start, end } = network.transitions();
  const transitions = { between: divided(between), start: divided(start), end: divided(end) };
  let taggings: ScoredTagging[] = nBest(new Float64Array(0), 0, transitions, n).map(({ probability }) => ({
    spans: [],
    probability,
  }));
  visitEmissions({ model, causal, sentences: [words], borders: [borders] }, (_, emissions, tokens) => {
    taggings = nBest(divided(emissions), tokens, transitions, n).map(({ tagIds, probability }) => ({
      spans: spansOf(tagSet, tagIds),
      probability,
    }));
  });
  return taggings;
}
