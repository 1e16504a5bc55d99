import { type Optimizer, type OptimizerInput, optimizerFor } from './optimizer.js';

/**
 * RMSprop (Hinton 2012, lecture 6e): s = beta2 s + (1 - beta2) dw^2; w -= learningRate dw / (sqrt(s) + epsilon).
 * Directions that oscillate have a large s and are damped.
 */
export function rmsprop(input: OptimizerInput): Optimizer {
  const { beta2, epsilon } = input.options;
  return optimizerFor(input, {
    name: 'rmsprop',
    apply({ values, gradient, moments: [secondMoment], n, learningRate }) {
      input.kernels.rmspropUpdate(values, gradient, secondMoment, n, learningRate, beta2, epsilon);
    },
  });
}
