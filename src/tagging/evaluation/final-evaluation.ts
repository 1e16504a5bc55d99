import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { LETTER_CASES, type LetterCase, recase } from '#annotation/text/recase.js';
import { createRandom } from '#base/random.js';
import type { TaggedText } from '#tagging/tagger/entity.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { bootstrapIntervals, type F1Intervals } from './confidence-interval.js';
import { documentsOf } from './documents-of.js';
import { evaluateTagger } from './evaluate.js';
import type { KnownEntities } from './known-entities.js';
import { type Reliability, reliabilityOf, type SpanOutcome } from './reliability.js';
import { createSpanScorer, type Evaluation, spanKey } from './span-scores.js';

/** Of a finished model: its scores, and what to think of them. Costs five times the tagging of a plain evaluation. */
export interface FinalEvaluation extends Evaluation {
  /** Classes are one a token. */
  readonly isPlain: boolean;
  /** Micro F1 on the same sentences, every word in small letters, in capitals, or with one capital. */
  readonly recased: Readonly<Record<LetterCase, number>>;
  /** Absent where nobody knows the names of the training data. */
  readonly novelty?: NoveltyRecall;
  readonly calibration: CalibrationReport;
  /** 95 %; only when asked for. */
  readonly intervals?: F1Intervals;
}

/** Recall of gold names by whether the training data hold a name of the same words, case apart, under whatever label. */
export interface NoveltyRecall {
  readonly unseen: RecallOfSome;
  readonly seen: RecallOfSome;
}

export interface RecallOfSome {
  /** 0 where there is nothing to find. */
  readonly recall: number;
  readonly gold: number;
}

/** Whether a score of 0.9 means right nine times in ten. */
export interface CalibrationReport {
  readonly temperature: number;
  /** Of the scores that the tagger gives, which the temperature has calibrated. */
  readonly calibrated: Reliability;
  /** At temperature 1. */
  readonly uncalibrated: Reliability;
}

export interface FinalEvaluationOptions {
  /** Of the training data; where each sentence was tagged by a model of its own, of that of each sentence. */
  readonly knownEntities?: KnownEntities | ((sentence: number) => KnownEntities) | undefined;
  readonly withIntervals?: boolean;
}

export type EvaluatedTagger = Pick<ModelTagger, 'tagWords' | 'temperature' | 'isPlain'> & {
  withTemperature(temperature: number): Pick<ModelTagger, 'tagWords'>;
};

export function evaluateFinally(
  tagger: EvaluatedTagger,
  sentences: readonly LabelledSentence[],
  { knownEntities, withIntervals = false }: FinalEvaluationOptions = {},
): FinalEvaluation {
  const words = sentences.map((sentence) => sentence.words);
  const documents = documentsOf(sentences);
  const options = documents && { documents };
  const goldSpans = sentences.map(({ tags }) => spansFromIob2(tags));
  const goldKeys = goldSpans.map((spans) => new Set(spans.map(spanKey)));
  const outcomesOf = (tagged: readonly TaggedText[]): SpanOutcome[] =>
    tagged.flatMap(({ entities }, i) =>
      entities.map(({ label, tokenStart, tokenEnd, score }) => ({
        score,
        isCorrect: goldKeys[i].has(spanKey({ label, startToken: tokenStart, endToken: tokenEnd })),
      })),
    );

  const tagged = tagger.tagWords(words, options);
  const scorer = createSpanScorer();
  const predictedTags = tagged.map(({ tokens }) => tokens.map(({ tag }) => tag));
  const counts = sentences.map(({ tags }, i) => scorer.add(tags, predictedTags[i]));
  const calibrated = reliabilityOf(outcomesOf(tagged));
  const isCalibrated = tagger.temperature !== 1;
  return {
    ...scorer.result(),
    isPlain: tagger.isPlain,
    recased: recasedF1(tagger, sentences),
    ...(knownEntities && { novelty: noveltyRecall(sentences, predictedTags, knownEntities) }),
    calibration: {
      temperature: tagger.temperature,
      calibrated,
      uncalibrated: isCalibrated
        ? reliabilityOf(outcomesOf(tagger.withTemperature(1).tagWords(words, options)))
        : calibrated,
    },
    ...(withIntervals && { intervals: bootstrapIntervals(counts, { random: createRandom(0).fork('bootstrap') }) }),
  };
}

/** Words keep their place, so the gold tags hold whatever happens to their length. */
function recasedF1(
  tagger: Pick<ModelTagger, 'tagWords'>,
  sentences: readonly LabelledSentence[],
): Readonly<Record<LetterCase, number>> {
  const f1Of = (letterCase: LetterCase): number =>
    evaluateTagger(
      tagger,
      sentences.map((sentence) => ({ ...sentence, words: sentence.words.map((word) => recase(word, letterCase)) })),
    ).micro.f1;
  return Object.fromEntries(LETTER_CASES.map((letterCase) => [letterCase, f1Of(letterCase)])) as Record<
    LetterCase,
    number
  >;
}

function noveltyRecall(
  sentences: readonly LabelledSentence[],
  predictedTags: readonly (readonly string[])[],
  known: KnownEntities | ((sentence: number) => KnownEntities),
): NoveltyRecall {
  const sums = { seen: { found: 0, gold: 0 }, unseen: { found: 0, gold: 0 } };
  sentences.forEach(({ words, tags }, i) => {
    const predicted = new Set(spansFromIob2(predictedTags[i]).map(spanKey));
    for (const span of spansFromIob2(tags)) {
      const sum = (typeof known === 'function' ? known(i) : known).has(words.slice(span.startToken, span.endToken))
        ? sums.seen
        : sums.unseen;
      sum.gold++;
      if (predicted.has(spanKey(span))) sum.found++;
    }
  });
  const recallOf = ({ found, gold }: { found: number; gold: number }): RecallOfSome => ({
    recall: gold === 0 ? 0 : found / gold,
    gold,
  });
  return { unseen: recallOf(sums.unseen), seen: recallOf(sums.seen) };
}
