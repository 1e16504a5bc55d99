import { AppError } from '#base/errors.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import type { TrainingConfig } from '#training/config/training-config.js';

/** Training cannot recover from a NaN, nor from weights of 1e20: it ends at once and says where that was seen. */
export interface FinitenessCheck {
  /** @param step From 1. @throws {AppError} `numerical_failure` */
  gradient(step: number, sums: { readonly loss: number; readonly norm: number }): void;
  /** After so many steps; before the weights are shown or saved. @throws {AppError} `numerical_failure` */
  weights(step: number): void;
}

/** A loss begins near the logarithm of the number of tags. Saturated units keep one from ever becoming infinite. */
const DIVERGED_LOSS = 1e9;

export function createFinitenessCheck({ network }: TaggerModel, config: TrainingConfig): FinitenessCheck {
  const { list, values } = network.parameters;
  const failure = (what: string): AppError =>
    new AppError(
      'numerical_failure',
      `training: ${what}; the likely cause is learn_rate ${config.learn_rate} with ` +
        `${config.grad_clip === 0 ? 'no limit to the gradient (grad_clip 0)' : `grad_clip ${config.grad_clip}`}. ` +
        'What was saved before is kept, but resumed with these settings the training ends here again: ' +
        'start afresh with a lower learn_rate or another grad_clip',
    );

  /** As the end of a sentence. */
  const firstNotFinite = (): string => {
    for (const [kind, prefix] of [
      ['values', ''],
      ['grad', 'the gradient of '],
    ] as const) {
      const parameter = list.find((one) => !allFinite(one[kind]));
      if (parameter) return `, first in ${prefix}parameter "${parameter.name}"`;
    }
    return '';
  };

  return {
    gradient(step, { loss, norm }) {
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        throw failure(`loss ${loss} and gradient norm ${norm} at step ${step}${firstNotFinite()}`);
      }
      if (loss <= DIVERGED_LOSS) return;
      const sizes = list.map((parameter) => largest(parameter.values));
      const size = Math.max(...sizes);
      const { name } = list[sizes.indexOf(size)];
      throw failure(
        `loss ${loss.toExponential(2)} at step ${step}, with weights of ${size.toExponential(2)} in parameter "${name}"`,
      );
    },
    weights(step) {
      if (!allFinite(values)) throw failure(`weights that are not finite after step ${step}${firstNotFinite()}`);
    },
  };
}

function allFinite(numbers: ArrayLike<number>): boolean {
  // x - x is 0 but for infinities and NaN, of which it is NaN, and so is the sum.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] - numbers[i];
  return sum === 0;
}

function largest(numbers: ArrayLike<number>): number {
  let size = 0;
  for (let i = 0; i < numbers.length; i++) size = Math.max(size, Math.abs(numbers[i]));
  return size;
}
