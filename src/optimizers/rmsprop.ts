import type { Optimizer, OptimizerInput } from './optimizer.js';

/**
 * RMSprop (Hinton 2012, lecture 6e): s = beta2 s + (1 - beta2) dw^2; w -= learningRate dw / (sqrt(s) + epsilon).
 * Directions that oscillate have a large s and are damped.
 */
export function rmsprop({ kernels, parameters: { values, grad }, options }: OptimizerInput): Optimizer {
  const secondMoment = kernels.floats(values.length);
  return {
    name: 'rmsprop',
    stepCount: 0,
    state: { secondMoment },
    step(learningRate) {
      this.stepCount++;
      kernels.rmspropUpdate(values, grad, secondMoment, values.length, learningRate, options.beta2, options.epsilon);
    },
  };
}
