import type { Chart } from './chart.js';

export interface EpochPoint {
  readonly epoch: number;
  /** `null` leaves a gap. */
  readonly loss: number | null;
  /** Of the dev part, as a fraction. */
  readonly f1: number | null;
}

/** The curves of one training, for its page and for the page that follows it; none of what has no value yet. */
export function trainingCurves(epochs: readonly EpochPoint[]): Chart[] {
  return overlaidCurves([{ name: '', epochs }]);
}

/** The curves of several trainings over each other, in the order given. */
export function overlaidCurves(
  trainings: readonly { readonly name: string; readonly epochs: readonly EpochPoint[] }[],
): Chart[] {
  const begun = trainings.filter(({ epochs }) => epochs.length > 0);
  if (begun.length === 0) return [];
  const from = Math.min(...begun.map(({ epochs }) => epochs[0].epoch));
  const to = Math.max(...begun.map(({ epochs }) => epochs.at(-1)!.epoch));
  const x = { label: 'epoch', from, to, isWhole: true };
  const curve = (title: string, value: (epoch: EpochPoint) => number | null, y: Chart['y']): Chart[] => {
    const series = begun
      .map(({ name, epochs }) => ({
        name: name || title,
        points: epochs.map((epoch) => [epoch.epoch, value(epoch) ?? Number.NaN] as const),
        look: 'marked' as const,
      }))
      .filter(({ points }) => points.some(([, height]) => !Number.isNaN(height)));
    return series.length === 0 ? [] : [{ title, description: 'A value an epoch.', x, y, series }];
  };
  return [
    ...curve('Training loss', ({ loss }) => loss, { label: 'loss', from: 0 }),
    ...curve('F1 on the dev part', ({ f1 }) => f1, { label: 'F1', from: 0, to: 1 }),
  ];
}
