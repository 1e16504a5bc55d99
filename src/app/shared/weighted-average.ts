/** An exponentially weighted average with bias correction: the first value counts as much as it should. */
export interface WeightedAverage {
  readonly beta: number;
  readonly sum: number;
  readonly count: number;
}

export function emptyAverage(beta: number): WeightedAverage {
  return { beta, sum: 0, count: 0 };
}

export function withValue({ beta, sum, count }: WeightedAverage, value: number): WeightedAverage {
  return { beta, sum: beta * sum + (1 - beta) * value, count: count + 1 };
}

/** `null` while there is no value. */
export function averageOf({ beta, sum, count }: WeightedAverage): number | null {
  return count === 0 ? null : sum / (1 - beta ** count);
}
