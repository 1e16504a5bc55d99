import type { Optimizer, OptimizerInput } from './optimizer.js';

/** Plain gradient descent on minibatches: w -= learningRate dw. */
export function sgd({ kernels, parameters: { values, grad } }: OptimizerInput): Optimizer {
  return {
    name: 'sgd',
    state: {},
    update({ from, to, learningRate }) {
      kernels.sgdUpdate(values.subarray(from, to), grad.subarray(from, to), to - from, learningRate);
    },
  };
}
