import { percent } from '#base/percent.js';
import type { Interval } from './confidence-interval.js';
import type { FinalEvaluation } from './final-evaluation.js';
import type { Reliability } from './reliability.js';
import type { Evaluation, SpanScores } from './span-scores.js';

/** An evaluation with all, some or nothing of what a final one adds. */
export type ReportedEvaluation = Evaluation & Partial<FinalEvaluation>;

export interface LabelReport {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Gold entities. */
  readonly number: number;
  readonly f1_interval?: Interval;
}

/** Names found, the distance of their scores from the truth, and the bins of a reliability diagram. */
export interface CalibrationReportBody {
  readonly temperature: number;
  readonly number: number;
  /** Expected calibration error; null where no name was found. */
  readonly ece: number | null;
  /** At temperature 1. */
  readonly ece_uncalibrated: number | null;
  readonly bins: readonly ReliabilityBinBody[];
  readonly bins_uncalibrated: readonly ReliabilityBinBody[];
}

export interface ReliabilityBinBody {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  /** Null in an empty bin, as is `share_correct`. */
  readonly mean_score: number | null;
  readonly share_correct: number | null;
}

/**
 * The shape Hugging Face's seqeval metric prints; scores 0 to 1, `number` is the count of gold entities. A final evaluation adds
 * `case_*_f1`, `unseen_*`, `seen_*`, `overall_f1_interval` and `calibration`, but a label of such a name comes first.
 */
export type SeqevalReport = Readonly<Record<string, number | Interval | CalibrationReportBody | LabelReport>>;

export function toSeqevalReport(evaluation: ReportedEvaluation): SeqevalReport {
  const { labels, micro, macro, tokenAccuracy, recased, novelty, calibration, intervals } = evaluation;
  return {
    overall_precision: micro.precision,
    overall_recall: micro.recall,
    overall_f1: micro.f1,
    ...(intervals && { overall_f1_interval: intervals.micro }),
    overall_accuracy: tokenAccuracy,
    macro_precision: macro.precision,
    macro_recall: macro.recall,
    macro_f1: macro.f1,
    ...(recased && { case_lower_f1: recased.lower, case_upper_f1: recased.upper, case_title_f1: recased.title }),
    ...(novelty && {
      unseen_recall: novelty.unseen.recall,
      unseen_number: novelty.unseen.gold,
      seen_recall: novelty.seen.recall,
      seen_number: novelty.seen.gold,
    }),
    ...(calibration && {
      calibration: {
        temperature: calibration.temperature,
        number: calibration.calibrated.number,
        ece: calibration.calibrated.error,
        ece_uncalibrated: calibration.uncalibrated.error,
        bins: binBodies(calibration.calibrated),
        bins_uncalibrated: binBodies(calibration.uncalibrated),
      },
    }),
    ...Object.fromEntries(
      Object.entries(labels).map(([label, { precision, recall, f1, gold }]) => [
        label,
        { precision, recall, f1, number: gold, ...(intervals && { f1_interval: intervals.labels[label] }) },
      ]),
    ),
  };
}

/** Percentages with two decimals, as conlleval prints them. */
export function formatEvaluation(evaluation: ReportedEvaluation): string {
  const { labels, micro, macro, tokenAccuracy, isPlain = false, intervals, sentences, tokens } = evaluation;
  const width = Math.max(9, ...Object.keys(labels).map((label) => label.length));
  const row = (
    name: string,
    scores: Pick<SpanScores, 'precision' | 'recall' | 'f1'>,
    { gold, interval }: { readonly gold?: number; readonly interval?: Interval | undefined } = {},
  ): string =>
    `${name.padEnd(width)}  ${column(scores.precision)}  ${column(scores.recall)}  ${column(scores.f1)}` +
    `  ${String(gold ?? '').padStart(7)}${interval ? `  ${column(interval[0])} to ${column(interval[1])}` : ''}`;
  const heads = ['PREC', 'REC', 'F1'].map((head) => head.padStart(6)).join('  ');
  return [
    ...(isPlain
      ? ['Scores a class, token by token', `Token accuracy ${percent(tokenAccuracy)}`]
      : ['Entity-level scores, exact match (conlleval)']),
    `${''.padEnd(width)}  ${heads}  ${(isPlain ? 'TOKENS' : 'ENTS').padStart(7)}${intervals ? '  F1, 95 % CI' : ''}`,
    ...Object.entries(labels).map(([label, scores]) =>
      row(label, scores, { gold: scores.gold, interval: intervals?.labels[label] }),
    ),
    '-'.repeat(width + 33),
    row('micro avg', micro, { gold: micro.gold, interval: intervals?.micro }),
    row('macro avg', macro),
    '',
    ...finalLines(evaluation),
    `${sentences} sentences, ${tokens} tokens`,
  ].join('\n');
}

function finalLines({ recased, novelty, calibration }: ReportedEvaluation): string[] {
  const lines: string[] = [];
  if (recased) {
    const { lower, upper, title } = recased;
    lines.push(
      `case: F1 ${percent(lower)} in lower case, ${percent(upper)} in UPPER CASE, ${percent(title)} in Title Case`,
    );
  }
  if (novelty) {
    const { unseen, seen } = novelty;
    lines.push(
      `unseen entities: recall ${percent(unseen.recall)} of ${unseen.gold} that are not in the training data, ` +
        `${percent(seen.recall)} of ${seen.gold} that are`,
    );
  }
  if (calibration) lines.push(calibrationLine(calibration));
  return lines.length === 0 ? lines : [...lines, ''];
}

function calibrationLine({ temperature, calibrated, uncalibrated }: FinalEvaluation['calibration']): string {
  if (calibrated.error === null || uncalibrated.error === null) return 'calibration: no entity was found';
  const after = calibrated.error.toFixed(3);
  if (temperature === 1) return `calibration: ECE ${after} (not calibrated)`;
  return `calibration: ECE ${uncalibrated.error.toFixed(3)} -> ${after} (temperature ${temperature.toFixed(2)})`;
}

const binBodies = ({ bins }: Reliability): ReliabilityBinBody[] =>
  bins.map(({ from, to, number, meanScore, shareCorrect }) => ({
    from,
    to,
    number,
    mean_score: meanScore,
    share_correct: shareCorrect,
  }));

const column = (share: number): string => percent(share).padStart(6);
