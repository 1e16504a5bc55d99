export const SCHEDULE_NAMES = ['constant', 'linear', 'cosine', 'inverse', 'exponential'] as const;
export type ScheduleName = (typeof SCHEDULE_NAMES)[number];

export interface ScheduleOptions {
  readonly name: ScheduleName;
  readonly learningRate: number;
  /** Steps over which the rate first rises from near 0 to its full value. */
  readonly warmupSteps: number;
  /** Steps of the whole training, at which linear and cosine reach 0. */
  readonly totalSteps: number;
  /** Share lost per epoch: inverse and exponential. */
  readonly decay: number;
  readonly stepsPerEpoch: number;
}

/** The learning rate of step 0, 1, 2, … */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { learningRate, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const done = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  const epochs = (step - warmupSteps) / options.stepsPerEpoch;
  switch (options.name) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * (1 - done);
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * done))) / 2;
    case 'inverse':
      return learningRate / (1 + options.decay * epochs);
    case 'exponential':
      return learningRate * (1 - options.decay) ** epochs;
  }
}
