import { type Optimizer, type OptimizerInput, optimizerFor } from './optimizer.js';

/** Gradient descent with momentum: v = beta1 v + (1 - beta1) dw, an exponentially weighted average; w -= learningRate v. */
export function momentum(input: OptimizerInput): Optimizer {
  return optimizerFor(input, {
    name: 'momentum',
    apply({ values, gradient, moments: [velocity], n, hasMomentum, learningRate }) {
      const beta = hasMomentum ? input.options.beta1 : 0;
      input.kernels.momentumUpdate(values, gradient, velocity, n, learningRate, beta);
    },
  });
}
