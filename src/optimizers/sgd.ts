import type { Optimizer, OptimizerInput } from './optimizer.js';

/** Plain gradient descent on minibatches: w -= learningRate dw. */
export function sgd({ kernels, parameters: { values, grad } }: OptimizerInput): Optimizer {
  return {
    name: 'sgd',
    stepCount: 0,
    state: {},
    step(learningRate) {
      this.stepCount++;
      kernels.sgdUpdate(values, grad, values.length, learningRate);
    },
  };
}
