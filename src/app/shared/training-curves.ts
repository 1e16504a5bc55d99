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
  if (epochs.length === 0) return [];
  const x = { label: 'epoch', from: epochs[0].epoch, to: epochs.at(-1)!.epoch, isWhole: true };
  const curve = (title: string, value: (epoch: EpochPoint) => number | null, y: Chart['y']): Chart[] => {
    const points = epochs.map((epoch) => [epoch.epoch, value(epoch) ?? Number.NaN] as const);
    if (points.every(([, height]) => Number.isNaN(height))) return [];
    return [{ title, description: 'A value an epoch.', x, y, series: [{ name: title, points, look: 'marked' }] }];
  };
  return [
    ...curve('Training loss', ({ loss }) => loss, { label: 'loss', from: 0 }),
    ...curve('F1 on the dev part', ({ f1 }) => f1, { label: 'F1', from: 0, to: 1 }),
  ];
}
