import type { Optimizer, OptimizerInput } from './optimizer.js';

/**
 * Adam (Kingma & Ba 2014, https://arxiv.org/abs/1412.6980, algorithm 1): momentum and RMSprop together, each corrected by
 * 1 / (1 - beta^t) for having started at 0. `adamw` also decays the weights themselves, apart from the gradient
 * (Loshchilov & Hutter 2017, https://arxiv.org/abs/1711.05101).
 */
export function adam(input: OptimizerInput, decoupledDecay: boolean): Optimizer {
  const { kernels, parameters, options } = input;
  const { values, grad, decayingCount } = parameters;
  const { beta1, beta2, epsilon } = options;
  const firstMoment = kernels.floats(values.length);
  const secondMoment = kernels.floats(values.length);
  // Two ranges, because weights decay and biases do not.
  const ranges = [
    { from: 0, to: decayingCount, decays: decoupledDecay },
    { from: decayingCount, to: values.length, decays: false },
  ]
    .filter(({ from, to }) => to > from)
    .map(({ from, to, decays }) => ({
      values: values.subarray(from, to),
      grad: grad.subarray(from, to),
      first: firstMoment.subarray(from, to),
      second: secondMoment.subarray(from, to),
      decays,
    }));

  return {
    name: decoupledDecay ? 'adamw' : 'adam',
    stepCount: 0,
    state: { firstMoment, secondMoment },
    step(learningRate) {
      this.stepCount++;
      const correction1 = 1 / (1 - beta1 ** this.stepCount);
      const correction2 = 1 / (1 - beta2 ** this.stepCount);
      for (const range of ranges) {
        const decay = range.decays ? learningRate * options.weightDecay : 0;
        kernels.adamUpdate(
          range.values,
          range.grad,
          range.first,
          range.second,
          range.values.length,
          learningRate,
          beta1,
          beta2,
          epsilon,
          correction1,
          correction2,
          decay,
        );
      }
    },
  };
}
