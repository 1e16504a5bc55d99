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

  return {
    name: decoupledDecay ? 'adamw' : 'adam',
    state: { firstMoment, secondMoment },
    update({ from, to, step, learningRate }) {
      const correction1 = 1 / (1 - beta1 ** step);
      const correction2 = 1 / (1 - beta2 ** step);
      const decay = decoupledDecay ? learningRate * options.weightDecay : 0;
      const updatePart = (start: number, end: number, partDecay: number): void => {
        if (end <= start) return;
        const [w, dw, first, second] = [values, grad, firstMoment, secondMoment].map((a) => a.subarray(start, end));
        kernels.adamUpdate(
          w,
          dw,
          first,
          second,
          end - start,
          learningRate,
          beta1,
          beta2,
          epsilon,
          correction1,
          correction2,
          partDecay,
        );
      };
      // Weights decay, biases do not.
      updatePart(from, Math.min(to, decayingCount), decay);
      updatePart(Math.max(from, decayingCount), to, 0);
    },
  };
}
