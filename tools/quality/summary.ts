import { scoresOf } from '../final-report.js';
import type { Row } from './results.js';

/** What several seeds came to. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Undefined for none. */
export function summaryOf(values: readonly number[]): Summary | undefined {
  if (values.length === 0) return undefined;
  return {
    n: values.length,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    least: Math.min(...values),
    most: Math.max(...values),
  };
}

/** "75.3 (74.9 to 75.6)"; a single value by itself, "–" for none. */
export function written(summary: Summary | undefined, digits = 1): string {
  if (!summary) return '–';
  const [mean, least, most] = [summary.mean, summary.least, summary.most].map((value) => value.toFixed(digits));
  return summary.n === 1 ? mean : `${mean} (${least} to ${most})`;
}

/** "+0.4", "−1.2", "±0.0". */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(1);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** Percent, of a row: the score that everything here is compared by. */
export function f1Of({ dev }: Pick<Row, 'dev'>): number {
  return 100 * scoresOf(dev).overall_f1;
}

export function meanOf(rows: readonly Row[], value: (row: Row) => number): number | undefined {
  return summaryOf(rows.map(value))?.mean;
}

/** The columns as Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

export function thousands(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function minutes(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  return seconds < 6000 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
