import type { Optimizer } from '#engine/optimizers/optimizer.js';

/** Makes whole updates of `count` values, counting them from `done`. */
export function updating(optimizer: Optimizer, count: number, done = 0): (learningRate: number) => void {
  let step = done;
  return (learningRate) => {
    step++;
    optimizer.update({ from: 0, to: count, step, learningRate });
  };
}
