import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { fitTemperature, type TemperatureFit } from './fit-temperature.js';
import type { SpanOutcome } from './reliability.js';
import { spanKey } from './span-scores.js';

/** Sentences up to about so many tokens are enough to fit one number, and bound the memory for their logits. */
const MOST_TOKENS = 200_000;

/** A tagger and sentences that it has not learned from. */
export interface HeldOutPart {
  readonly tagger: Pick<ModelTagger, 'spansAtTemperature'>;
  readonly sentences: readonly LabelledSentence[];
}

/**
 * Fits one temperature for the scores of a tagger, or of several that have learned alike, on sentences they have not learned from;
 * of very many, on every nth.
 */
export function calibrate(parts: readonly HeldOutPart[]): TemperatureFit {
  const tokens = parts.reduce(
    (sum, { sentences }) => sum + sentences.reduce((own, { words }) => own + words.length, 0),
    0,
  );
  const every = Math.max(1, Math.ceil(tokens / MOST_TOKENS));
  const outcomesAt = parts.map((part) => outcomesOf(part, every));
  return fitTemperature((temperature) => outcomesAt.flatMap((outcomes) => outcomes(temperature)));
}

function outcomesOf({ tagger, sentences }: HeldOutPart, every: number): (temperature: number) => SpanOutcome[] {
  const sample = sentences.filter((_, i) => i % every === 0);
  const gold = sample.map(({ tags }) => new Set(spansFromIob2(tags).map(spanKey)));
  const spansAt = tagger.spansAtTemperature(sample.map(({ words }) => words));
  return (temperature) =>
    spansAt(temperature).flatMap((spans, i) =>
      spans.map((span) => ({ score: span.score, isCorrect: gold[i].has(spanKey(span)) })),
    );
}
