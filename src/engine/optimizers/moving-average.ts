import type { Floats, Kernels } from '#engine/kernels/kernels.js';

/**
 * Exponentially weighted average of a number: v = beta v + (1 - beta) x, divided by 1 - beta^t, so that the first
 * values are not drawn towards 0 (bias correction). Averages over about 1 / (1 - beta) values.
 */
export function createMovingAverage(beta: number): { add(x: number): number; readonly value: number } {
  let sum = 0;
  let weight = 0;
  return {
    add(x) {
      sum = beta * sum + (1 - beta) * x;
      weight = beta * weight + (1 - beta);
      return sum / weight;
    },
    get value() {
      return weight === 0 ? Number.NaN : sum / weight;
    },
  };
}

/** Steps between two looks at the weights, if the average is so long that it would hardly notice those between. */
const STRIDE = 4;
/** The least share of the past that is so long: over 20 steps. */
const LONG = 0.95;

/**
 * The same average over a whole set of weights. Its rate ramps up, beta_t = min(beta, (1 + t) / (10 + t)), instead of a
 * correction afterwards, so that the average is usable from the first step.
 */
export interface WeightAverage {
  readonly average: Floats;
  /**
   * Takes in elements `from` up to but not including `to` as they are after step `step` (1, 2, …). After the ramp of a long
   * average only every fourth step counts, for four: this is a pass over all of memory.
   */
  update(range: { readonly from: number; readonly to: number; readonly step: number }): void;
  /** Starts from the values as they are now. */
  reset(): void;
}

export function createWeightAverage(kernels: Kernels, values: Floats, beta: number): WeightAverage {
  const average = kernels.floats(values.length);
  const stride = beta >= LONG ? STRIDE : 1;
  return {
    average,
    update({ from, to, step }) {
      const ramp = step / (9 + step);
      const isSteady = ramp >= beta;
      if (isSteady && step % stride !== 0) return;
      const share = isSteady ? beta ** stride : ramp;
      kernels.moveAverage(average.subarray(from, to), values.subarray(from, to), share, to - from);
    },
    reset: () => kernels.copy(average, values, values.length),
  };
}
