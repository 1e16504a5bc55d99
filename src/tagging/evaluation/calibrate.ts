import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { fitTemperature, type TemperatureFit } from './fit-temperature.js';
import { spanKey } from './span-scores.js';

/** Sentences up to about so many tokens are enough to fit one number, and bound the memory for their logits. */
const MOST_TOKENS = 200_000;

/** Fits the temperature of a tagger's scores on sentences it has not learned from; of very many, on every nth. */
export function calibrate(
  tagger: Pick<ModelTagger, 'spansAtTemperature'>,
  sentences: readonly LabelledSentence[],
): TemperatureFit {
  const tokens = sentences.reduce((sum, { words }) => sum + words.length, 0);
  const every = Math.max(1, Math.ceil(tokens / MOST_TOKENS));
  const sample = sentences.filter((_, i) => i % every === 0);
  const gold = sample.map(({ tags }) => new Set(spansFromIob2(tags).map(spanKey)));
  const spansAt = tagger.spansAtTemperature(sample.map(({ words }) => words));
  return fitTemperature((temperature) =>
    spansAt(temperature).flatMap((spans, i) =>
      spans.map((span) => ({ score: span.score, isCorrect: gold[i].has(spanKey(span)) })),
    ),
  );
}
