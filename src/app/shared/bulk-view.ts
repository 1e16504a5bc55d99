/** What `GET /api/bulk` tells of a job, as far as its row in the page shows it. */
export interface BulkJobTold {
  readonly id: string;
  readonly state: string;
  readonly texts: number;
  readonly failed: number;
  /** 0 to 1. */
  readonly share: number;
  readonly texts_per_second: number | null;
  readonly seconds_left: number | null;
}

/** The cells of a row that change while a job runs, by their names in the page. */
export function bulkCells({
  state,
  texts,
  failed,
  share,
  texts_per_second,
  seconds_left,
}: BulkJobTold): Readonly<Record<string, string>> {
  return {
    state,
    percent: `${Math.floor(100 * share)} %`,
    texts: texts.toLocaleString('en'),
    failed: failed.toLocaleString('en'),
    rate: texts_per_second === null ? '–' : rate(texts_per_second),
    left: seconds_left === null ? '–' : timeLeft(seconds_left),
  };
}

/** "1,830", "4.2". */
function rate(textsPerSecond: number): string {
  return textsPerSecond.toLocaleString('en', { maximumFractionDigits: textsPerSecond < 10 ? 1 : 0 });
}

/** "40 s", "12 min", "3 h 5 min". */
function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
