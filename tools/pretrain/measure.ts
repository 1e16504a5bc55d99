import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import { type EvaluatedTagger, evaluateFinally } from '#tagging/evaluation/final-evaluation.js';
import { createKnownEntities, entityHashes } from '#tagging/evaluation/known-entities.js';
import { type CalibrationReportBody, type SeqevalReport, toSeqevalReport } from '#tagging/evaluation/report.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { scoresOf } from '../final-report.js';
import { LABELS } from './corpora.js';
import { measureOrigins, type OriginFigures } from './name-origins.js';

/** `gold` is the sum of the four after it. */
export interface Mistakes {
  readonly label: string;
  gold: number;
  right: number;
  otherLabel: number;
  otherBounds: number;
  missed: number;
  /** Names found where there is none. */
  invented: number;
}

export interface SetFigures {
  readonly title: string;
  readonly part: string;
  readonly sentences: number;
  readonly tokens: number;
  readonly report: SeqevalReport;
}

/** `calibration`, as in a report, and `mistakes` are those over all sets together. */
export interface Figures {
  readonly sets: readonly SetFigures[];
  readonly calibration: CalibrationReportBody;
  readonly mistakes: readonly Readonly<Mistakes>[];
  readonly origins: readonly OriginFigures[];
}

export interface Measured {
  readonly train: readonly LabelledSentence[];
  readonly measured: readonly {
    readonly corpus: { readonly title: string };
    readonly part: string;
    readonly sentences: readonly LabelledSentence[];
  }[];
}

/** All that the model card tells of how well a model tags. */
export function measure(tagger: EvaluatedTagger & Tagger, { train, measured }: Measured): Figures {
  const hashes = entityHashes(train);
  const knownEntities = hashes && createKnownEntities(hashes);
  const all = measured.flatMap(({ sentences }) => sentences);
  return {
    sets: measured.map(({ corpus, part, sentences }) => {
      const evaluation = evaluateFinally(tagger, sentences, { knownEntities, withIntervals: true });
      const { tokens } = evaluation;
      return { title: corpus.title, part, sentences: sentences.length, tokens, report: toSeqevalReport(evaluation) };
    }),
    calibration: scoresOf(toSeqevalReport(evaluateFinally(tagger, all))).calibration,
    mistakes: mistakesOf(tagger, all),
    origins: measureOrigins(tagger),
  };
}

function mistakesOf(tagger: Tagger, sentences: readonly LabelledSentence[]): Mistakes[] {
  const tagged = tagger.tagWords(sentences.map(({ words }) => words));
  const mistakes: Mistakes[] = LABELS.map((label) => {
    return { label, gold: 0, right: 0, otherLabel: 0, otherBounds: 0, missed: 0, invented: 0 };
  });
  const of = (label: string): Mistakes => mistakes.find((candidate) => candidate.label === label)!;
  sentences.forEach(({ tags }, i) => {
    const gold = spansFromIob2(tags);
    const predicted = tagged[i].entities.map(({ label, tokenStart, tokenEnd }) => {
      return { label, startToken: tokenStart, endToken: tokenEnd };
    });
    for (const span of gold) {
      of(span.label).gold++;
      of(span.label)[fateOf(span, predicted)]++;
    }
    for (const span of predicted) if (!gold.some((other) => overlap(other, span))) of(span.label).invented++;
  });
  return mistakes;
}

function fateOf(span: TokenSpan, predicted: readonly TokenSpan[]): 'right' | 'otherLabel' | 'otherBounds' | 'missed' {
  const same = predicted.find((other) => other.startToken === span.startToken && other.endToken === span.endToken);
  if (same) return same.label === span.label ? 'right' : 'otherLabel';
  return predicted.some((other) => overlap(other, span)) ? 'otherBounds' : 'missed';
}

function overlap(left: TokenSpan, right: TokenSpan): boolean {
  return left.startToken < right.endToken && right.startToken < left.endToken;
}
