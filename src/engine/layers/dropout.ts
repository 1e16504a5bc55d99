import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, rowsOf, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Floats } from '#engine/kernels/kernels.js';

/** Probabilities of dropping an element. */
export interface DropoutRates {
  /** At every token anew. */
  readonly perToken: number;
  /** At all tokens of a sentence or at none. */
  readonly perSentence: number;
}

/** Both kinds, one after the other; in evaluation the identity. `name` addresses the random stream. */
export function dropouts(
  context: PassContext,
  name: string,
  { perToken, perSentence }: DropoutRates,
  layout: PackedLayout,
  x: Matrix,
): Step {
  const first = dropout(context, name, perToken, x);
  const second = variationalDropout(context, name, perSentence, layout, first.output);
  return { output: second.output, backward: (dOutput) => first.backward(second.backward(dOutput)) };
}

/**
 * Inverted dropout (Srivastava et al. 2014, section 10): in training each element is dropped with probability
 * `rate` and the rest are scaled up by 1 / (1 - rate); in evaluation the identity. `name` addresses the random stream.
 */
export function dropout(context: PassContext, name: string, rate: number, x: Matrix): Step {
  if (!context.training || rate === 0) return { output: x, backward: (dOutput) => dOutput };
  const { kernels, random } = context;
  const n = x.rows * x.columns;
  const mask = kernels.arena.floats(n);
  kernels.dropoutMask(mask, rate, random.fork('dropout', name).uint32(), n);
  const output = { ...allocateMatrix(kernels, x.rows, x.columns), isConstant: x.isConstant };
  kernels.multiply(output.values, x.values, mask, n);

  const backward = (dOutput: Matrix): Matrix => {
    if (x.isConstant) return NO_GRADIENT;
    kernels.multiply(dOutput.values, dOutput.values, mask, n);
    return dOutput;
  };
  return { output, backward };
}

/** (B, C): what each sentence's values are multiplied by. */
export function sentenceMasks(
  { kernels, random }: PassContext,
  name: string,
  rate: number,
  { lengths }: PackedLayout,
  columns: number,
): Floats {
  const masks = kernels.arena.floats(lengths.length * columns);
  kernels.dropoutMask(masks, rate, random.fork('variational-dropout', name).uint32(), masks.length);
  return masks;
}

/**
 * Variational dropout (Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287): inverted dropout whose mask is drawn once a
 * sentence and serves at all its timesteps. Recurrent layers mask their states in the same way.
 *
 * x (N, C) in the layout's order
 */
export function variationalDropout(
  context: PassContext,
  name: string,
  rate: number,
  layout: PackedLayout,
  x: Matrix,
): Step {
  if (!context.training || rate === 0) return { output: x, backward: (dOutput) => dOutput };
  const { kernels } = context;
  const { batchSizes, offsets } = layout;
  const mask = sentenceMasks(context, name, rate, layout, x.columns);
  /** Sentences still alive are the first ones, so each timestep takes the beginning of the mask. */
  const masked = (to: Matrix, from: Matrix): void => {
    batchSizes.forEach((sentences, t) => {
      const [out, values] = [to, from].map((matrix) => rowsOf(matrix, offsets[t], offsets[t + 1]));
      kernels.multiply(out, values, mask, sentences * x.columns);
    });
  };
  const output = { ...allocateMatrix(kernels, x.rows, x.columns), isConstant: x.isConstant };
  masked(output, x);

  const backward = (dOutput: Matrix): Matrix => {
    if (x.isConstant) return NO_GRADIENT;
    masked(dOutput, dOutput);
    return dOutput;
  };
  return { output, backward };
}
