import type { Optimizer, OptimizerInput } from './optimizer.js';

/**
 * RMSprop (Hinton 2012, lecture 6e): s = beta2 s + (1 - beta2) dw^2; w -= learningRate dw / (sqrt(s) + epsilon).
 * Directions that oscillate have a large s and are damped.
 */
export function rmsprop({ kernels, parameters: { values, grad }, options }: OptimizerInput): Optimizer {
  const secondMoment = kernels.floats(values.length);
  return {
    name: 'rmsprop',
    state: { secondMoment },
    update({ from, to, learningRate }) {
      const [w, dw, s] = [values, grad, secondMoment].map((array) => array.subarray(from, to));
      kernels.rmspropUpdate(w, dw, s, to - from, learningRate, options.beta2, options.epsilon);
    },
  };
}
