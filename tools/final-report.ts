import type { Interval } from '#tagging/evaluation/confidence-interval.js';
import type { CalibrationReportBody, LabelReport, SeqevalReport } from '#tagging/evaluation/report.js';

/** What the report of a final evaluation holds beside its labels; a report of less lacks some of it. */
export interface FinalReport {
  readonly overall_precision: number;
  readonly overall_recall: number;
  readonly overall_f1: number;
  readonly overall_f1_interval: Interval;
  readonly case_lower_f1: number;
  readonly case_upper_f1: number;
  readonly case_title_f1: number;
  readonly seen_recall: number;
  readonly seen_number: number;
  readonly unseen_recall: number;
  readonly unseen_number: number;
  readonly calibration: CalibrationReportBody;
}

/** A report, in which labels and scores stand side by side, with the types of its scores. */
export function scoresOf(report: SeqevalReport): FinalReport {
  return report as unknown as FinalReport;
}

/** The scores of one label; undefined where neither the text nor the tagger had it. */
export function labelScoresOf(report: SeqevalReport, label: string): LabelReport | undefined {
  const scores = report[label];
  return typeof scores === 'object' && 'f1' in scores ? scores : undefined;
}
