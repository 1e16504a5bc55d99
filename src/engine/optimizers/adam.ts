import { type Optimizer, type OptimizerInput, optimizerFor } from './optimizer.js';

/**
 * Adam (Kingma & Ba 2014, https://arxiv.org/abs/1412.6980, algorithm 1): momentum and RMSprop together, each corrected by
 * 1 / (1 - beta^t) for having started at 0. `adamw` also decays the weights themselves, apart from the gradient
 * (Loshchilov & Hutter 2017, https://arxiv.org/abs/1711.05101).
 */
export function adam(input: OptimizerInput, decoupledDecay: boolean): Optimizer {
  const { beta2, epsilon, weightDecay } = input.options;
  return optimizerFor(input, {
    name: decoupledDecay ? 'adamw' : 'adam',
    decay: decoupledDecay ? weightDecay : 0,
    apply({ values, gradient, moments: [first, second], n, hasMomentum, decays, step, learningRate }) {
      const beta1 = hasMomentum ? input.options.beta1 : 0;
      input.kernels.adamUpdate(
        values,
        gradient,
        first,
        second,
        n,
        learningRate,
        beta1,
        beta2,
        epsilon,
        1 / (1 - beta1 ** step),
        1 / (1 - beta2 ** step),
        decoupledDecay && decays ? learningRate * weightDecay : 0,
      );
    },
  });
}
