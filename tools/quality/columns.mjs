import { summaryOf } from './summary.mjs';

/** What a tagger is called in tables. */
export const NAMES = { names: '`names`', accurate: '`accurate`', tiny: '`tiny`', crfsuite: 'CRF, features by hand' };

/** Rows of a report beside its labels: only where the program that was measured told them. */
export const EXTRAS = [
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
export function percent(rows, value) {
  const values = rows.map(({ dev }) => value(dev));
  if (values.length === 0 || values.some((one) => one === undefined || one === null)) return undefined;
  return (100 * summaryOf(values).mean).toFixed(1);
}

export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
