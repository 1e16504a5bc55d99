import { type FinalReport, scoresOf } from '../final-report.js';
import type { Row } from './results.js';
import { summaryOf } from './summary.js';

/** What a tagger is called in tables. */
export const NAMES: Readonly<Record<string, string>> = {
  auto: '`auto`',
  names: '`names`',
  accurate: '`accurate`',
  tiny: '`tiny`',
  crfsuite: 'CRF, features by hand',
};

/** A value of a report that not every report has. */
type DevValue = (dev: Partial<FinalReport>) => number | null | undefined;

/** Rows of a report beside its labels: only where the program that was measured told them. */
export const EXTRAS: readonly (readonly [title: string, value: DevValue])[] = [
  ['recall of names not in the training data', (dev) => dev.unseen_recall],
  ['F1 in small letters', (dev) => dev.case_lower_f1],
  ['F1 in capitals', (dev) => dev.case_upper_f1],
  ['F1 in title case', (dev) => dev.case_title_f1],
  ['calibration error of the scores', (dev) => dev.calibration?.ece],
  ['the same before calibration', (dev) => dev.calibration?.ece_uncalibrated],
];
/** Those that stand beside F1 where parts of a network are compared. */
export const COMPARED_EXTRAS = EXTRAS.slice(0, 2);

/** Mean of a share that not every report tells; undefined unless all of these do. */
export function percent(rows: readonly Row[], value: DevValue): string | undefined {
  const values = rows.flatMap(({ dev }) => value(scoresOf(dev)) ?? []);
  const summary = values.length === rows.length ? summaryOf(values) : undefined;
  return summary && (100 * summary.mean).toFixed(1);
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
