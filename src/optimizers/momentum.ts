import type { Optimizer, OptimizerInput } from './optimizer.js';

/** Gradient descent with momentum: v = beta1 v + (1 - beta1) dw, an exponentially weighted average; w -= learningRate v. */
export function momentum({ kernels, parameters: { values, grad }, options }: OptimizerInput): Optimizer {
  const velocity = kernels.floats(values.length);
  return {
    name: 'momentum',
    stepCount: 0,
    state: { velocity },
    step(learningRate) {
      this.stepCount++;
      kernels.momentumUpdate(values, grad, velocity, values.length, learningRate, options.beta1);
    },
  };
}
