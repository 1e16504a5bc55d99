import { type Optimizer, type OptimizerInput, optimizerFor } from './optimizer.js';

/** Plain gradient descent on minibatches: w -= learningRate dw. */
export function sgd(input: OptimizerInput): Optimizer {
  return optimizerFor(input, {
    name: 'sgd',
    apply({ values, gradient, n, learningRate }) {
      input.kernels.sgdUpdate(values, gradient, n, learningRate);
    },
  });
}
