import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';

/** Counts of exact matches: an entity is right when its first token, last token and label all are. */
export interface SpanCounts {
  /** Predicted and gold. */
  readonly correct: number;
  readonly predicted: number;
  readonly gold: number;
}

export interface SpanScores extends SpanCounts {
  /** correct / predicted; 0 when nothing was predicted, as conlleval has it. */
  readonly precision: number;
  /** correct / gold; 0 when there is nothing to find. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
}

/** Entity-level, exact match, the figures of `conlleval` (Tjong Kim Sang 2000). */
export interface Evaluation {
  /** In code-unit order of the label. */
  readonly labels: Readonly<Record<string, SpanScores>>;
  /** Over all entities alike. */
  readonly micro: SpanScores;
  /** Mean of the labels' precision, recall and F1, each label counting the same. */
  readonly macro: Pick<SpanScores, 'precision' | 'recall' | 'f1'>;
  readonly sentences: number;
  readonly tokens: number;
  /** Share of tokens with the right tag, `O` included; flattering, so never the headline. */
  readonly tokenAccuracy: number;
}

/** Counts of a sentence, or of many, by label; no entry where there is nothing to count. */
export type LabelCounts = ReadonlyMap<string, SpanCounts>;

export interface SpanScorer {
  /** IOB2 tags of one sentence; returns its counts. */
  add(gold: readonly string[], predicted: readonly string[]): LabelCounts;
  result(): Evaluation;
}

export function createSpanScorer(): SpanScorer {
  const counts: MutableCounts = new Map();
  let sentences = 0;
  let tokens = 0;
  let equalTags = 0;

  return {
    add(gold, predicted) {
      if (gold.length !== predicted.length) {
        throw new Error(`scores: ${gold.length} gold tags but ${predicted.length} predicted ones`);
      }
      sentences++;
      tokens += gold.length;
      equalTags += gold.filter((tag, t) => tag === predicted[t]).length;
      const ofSentence = countSpans(spansFromIob2(gold), spansFromIob2(predicted));
      for (const [label, { correct, predicted, gold }] of ofSentence) {
        const sum = countsOf(counts, label);
        sum.correct += correct;
        sum.predicted += predicted;
        sum.gold += gold;
      }
      return ofSentence;
    },
    result() {
      const labels = Object.fromEntries(
        [...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([label, c]) => [label, scoresOf(c)]),
      );
      const all = Object.values(labels);
      const sum = (key: keyof SpanCounts): number => all.reduce((total, scores) => total + scores[key], 0);
      const mean = (key: 'precision' | 'recall' | 'f1'): number =>
        all.length === 0 ? 0 : all.reduce((total, scores) => total + scores[key], 0) / all.length;
      return {
        labels,
        micro: scoresOf({ correct: sum('correct'), predicted: sum('predicted'), gold: sum('gold') }),
        macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
        sentences,
        tokens,
        tokenAccuracy: tokens === 0 ? 0 : equalTags / tokens,
      };
    },
  };
}

export function scoresOf({ correct, predicted, gold }: SpanCounts): SpanScores {
  const precision = predicted === 0 ? 0 : correct / predicted;
  const recall = gold === 0 ? 0 : correct / gold;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { correct, predicted, gold, precision, recall, f1 };
}

/** Equal for exact matches. */
export function spanKey({ label, startToken, endToken }: TokenSpan): string {
  return `${startToken} ${endToken} ${label}`;
}

type MutableCounts = Map<string, { correct: number; predicted: number; gold: number }>;

function countSpans(gold: readonly TokenSpan[], predicted: readonly TokenSpan[]): MutableCounts {
  const counts: MutableCounts = new Map();
  const goldKeys = new Set(gold.map(spanKey));
  for (const { label } of gold) countsOf(counts, label).gold++;
  for (const span of predicted) {
    const label = countsOf(counts, span.label);
    label.predicted++;
    if (goldKeys.has(spanKey(span))) label.correct++;
  }
  return counts;
}

function countsOf(counts: MutableCounts, label: string): { correct: number; predicted: number; gold: number } {
  let found = counts.get(label);
  if (!found) counts.set(label, (found = { correct: 0, predicted: 0, gold: 0 }));
  return found;
}
