import type { Optimizer, OptimizerInput } from './optimizer.js';

/** Gradient descent with momentum: v = beta1 v + (1 - beta1) dw, an exponentially weighted average; w -= learningRate v. */
export function momentum({ kernels, parameters: { values, grad }, options }: OptimizerInput): Optimizer {
  const velocity = kernels.floats(values.length);
  return {
    name: 'momentum',
    state: { velocity },
    update({ from, to, learningRate }) {
      const [w, dw, v] = [values, grad, velocity].map((array) => array.subarray(from, to));
      kernels.momentumUpdate(w, dw, v, to - from, learningRate, options.beta1);
    },
  };
}
