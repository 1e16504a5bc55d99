import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import { type CountsOfPair, type PairedDifference, pairedBootstrap } from '#tagging/evaluation/paired-bootstrap.js';
import { type SpanCounts, scoresOf, spanKey } from '#tagging/evaluation/span-scores.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import type { AnnotationService } from './annotation.js';

/** A name that one of two models finds and the other does not. */
export interface ComparedName {
  readonly text: string;
  readonly label: string;
  /** Some words before and after it. */
  readonly before: string;
  readonly after: string;
}

export interface ModelComparison extends PairedDifference {
  /** Sentences that were compared, of all that there are. */
  readonly sentences: number;
  readonly available: number;
  /** F1, 0 to 1, of the labels that the sentences hold. */
  readonly left: number;
  readonly right: number;
  /** Names that only the right one finds, and those that only the left one does; at most 100 each. */
  readonly gained: readonly ComparedName[];
  readonly lost: readonly ComparedName[];
  readonly gainedCount: number;
  readonly lostCount: number;
}

/** More are not compared while somebody waits. */
const MOST_SENTENCES = 2000;
const MOST_NAMES = 100;
/** Tagged in one go; others are answered in between. */
const AT_ONCE = 50;
const WORDS_AROUND = 4;

/**
 * What models are compared on: all that was accepted in a project, or the part of it that no training of it learned from.
 *
 * @throws {AppError} `empty_corpus` where no part is set apart yet.
 */
export function comparedSentences(
  annotation: Pick<AnnotationService, 'sentences' | 'devSentences'>,
  { project, part }: { readonly project: number; readonly part: 'accepted' | 'dev' },
): readonly LabelledSentence[] {
  if (part === 'accepted') return annotation.sentences(project);
  const sentences = annotation.devSentences(project);
  if (sentences.length > 0) return sentences;
  throw new AppError(
    'empty_corpus',
    'compare: expected sentences that a training of the project has set apart, found none; train in it first',
  );
}

/**
 * Two models on the same annotated sentences. Names of labels that the sentences do not hold are not counted, so that a model
 * with more labels is not blamed for them.
 *
 * @throws {AppError} `empty_corpus` if there is no name to find.
 */
export async function compareModels(
  { left, right }: { readonly left: Pick<Tagger, 'tagWords'>; readonly right: Pick<Tagger, 'tagWords'> },
  sentences: readonly LabelledSentence[],
): Promise<ModelComparison> {
  const labels = new Set(labelsOf(sentences));
  if (labels.size === 0)
    throw new AppError(
      'empty_corpus',
      'compare: expected accepted sentences with names, found none; accept some first',
    );
  const compared = sentences.slice(0, MOST_SENTENCES);
  const pairs: CountsOfPair[] = [];
  const gained: ComparedName[] = [];
  const lost: ComparedName[] = [];
  for (let from = 0; from < compared.length; from += AT_ONCE) {
    const chunk = compared.slice(from, from + AT_ONCE);
    const words = chunk.map((sentence) => sentence.words);
    const [ofLeft, ofRight] = [left, right].map((tagger) => tagger.tagWords(words).map(spansOf(labels)));
    chunk.forEach((sentence, i) => {
      const gold = spansFromIob2(sentence.tags);
      const [isLeft, isRight] = [keysOf(ofLeft[i]), keysOf(ofRight[i])];
      for (const span of gold) {
        const key = spanKey(span);
        if (isRight.has(key) && !isLeft.has(key)) gained.push(shown(sentence.words, span));
        if (isLeft.has(key) && !isRight.has(key)) lost.push(shown(sentence.words, span));
      }
      pairs.push({ left: countsOf(gold, isLeft), right: countsOf(gold, isRight) });
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    ...pairedBootstrap(pairs, createRandom(0)),
    sentences: compared.length,
    available: sentences.length,
    left: f1Of(pairs.map((pair) => pair.left)),
    right: f1Of(pairs.map((pair) => pair.right)),
    gained: gained.slice(0, MOST_NAMES),
    lost: lost.slice(0, MOST_NAMES),
    gainedCount: gained.length,
    lostCount: lost.length,
  };
}

function spansOf(labels: ReadonlySet<string>) {
  return ({ tokens }: { readonly tokens: readonly { readonly tag: string }[] }): readonly TokenSpan[] =>
    spansFromIob2(tokens.map(({ tag }) => tag)).filter(({ label }) => labels.has(label));
}

function keysOf(spans: readonly TokenSpan[]): ReadonlySet<string> {
  return new Set(spans.map(spanKey));
}

function countsOf(gold: readonly TokenSpan[], predicted: ReadonlySet<string>): SpanCounts {
  const correct = gold.filter((span) => predicted.has(spanKey(span))).length;
  return { correct, predicted: predicted.size, gold: gold.length };
}

function f1Of(counts: readonly SpanCounts[]): number {
  const sum = (key: keyof SpanCounts): number => counts.reduce((total, one) => total + one[key], 0);
  return scoresOf({ correct: sum('correct'), predicted: sum('predicted'), gold: sum('gold') }).f1;
}

function shown(words: readonly string[], { startToken, endToken, label }: TokenSpan): ComparedName {
  return {
    text: words.slice(startToken, endToken).join(' '),
    label,
    before: words.slice(Math.max(0, startToken - WORDS_AROUND), startToken).join(' '),
    after: words.slice(endToken, endToken + WORDS_AROUND).join(' '),
  };
}
