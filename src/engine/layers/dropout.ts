import {
  allocateSequence,
  type Matrix,
  NO_GRADIENT,
  type PassContext,
  rowsOf,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import { type LayerKind, type Parameters, rowByRow } from '#engine/core/layer-kind.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Floats } from '#engine/kernels/kernels.js';

/** Probabilities of dropping an element. */
export interface DropoutRates {
  /** At every token anew. */
  readonly perToken: number;
  /** At all tokens of a sentence or at none. */
  readonly perSentence: number;
}

export interface DropoutOptions extends DropoutRates {
  /** Addresses the random stream: two layers of one name would drop the same elements. */
  readonly name: string;
}

/** Dropout per token, then variational dropout per sentence; in evaluation the identity. */
export function dropout(context: PassContext, _: Parameters, x: Sequence, options: DropoutOptions): Step {
  const first = dropoutPerToken(context, x, options);
  const second = dropoutPerSentence(context, first.output, options);
  return { output: second.output, backward: (dOutput) => first.backward(second.backward(dOutput)) };
}

/**
 * Inverted dropout (Srivastava et al. 2014, section 10): each element is dropped with probability `perToken` and the rest
 * are scaled up by 1 / (1 - perToken).
 */
function dropoutPerToken(context: PassContext, x: Sequence, { name, perToken }: DropoutOptions): Step {
  if (!context.training || perToken === 0) return identity(x);
  const { kernels, random } = context;
  const n = x.rows * x.columns;
  const mask = kernels.arena.floats(n);
  kernels.dropoutMask(mask, perToken, random.fork('dropout', name).uint32(), n);
  return masked(x, allocateSequence(kernels, x), (to, from) => kernels.multiply(to.values, from.values, mask, n));
}

/**
 * Variational dropout (Gal & Ghahramani 2016, https://arxiv.org/abs/1512.05287): inverted dropout whose mask is drawn once a
 * sentence and serves at all its timesteps. Recurrent layers mask their states in the same way.
 */
function dropoutPerSentence(context: PassContext, x: Sequence, { name, perSentence }: DropoutOptions): Step {
  if (!context.training || perSentence === 0) return identity(x);
  const { kernels } = context;
  const { layout, columns } = x;
  const { batchSizes, offsets } = layout;
  const mask = sentenceMasks(context, { name, rate: perSentence, layout, columns });
  // Sentences still alive are the first ones, so each timestep takes the beginning of the mask.
  return masked(x, allocateSequence(kernels, x), (to, from) => {
    batchSizes.forEach((sentences, t) => {
      const [out, values] = [to, from].map((matrix) => rowsOf(matrix, offsets[t], offsets[t + 1]));
      kernels.multiply(out, values, mask, sentences * columns);
    });
  });
}

export const dropoutKind: LayerKind<DropoutOptions> = {
  inputs: () => undefined,
  outputs: (_, columns) => columns,
  parameters: () => [],
  forward: dropout,
  describe: ({ perToken, perSentence }) => `dropout ${perToken} a token, ${perSentence} a sentence`,
  whyNotCausal: () => undefined,
  tagging: () => rowByRow((x) => x),
};

const identity = (x: Sequence): Step => ({ output: x, backward: (dOutput) => dOutput });

/** The gradient is multiplied by the same mask, in place. */
function masked(x: Sequence, output: Sequence, multiply: (to: Matrix, from: Matrix) => void): Step {
  multiply(output, x);
  return {
    output: { ...output, isConstant: x.isConstant },
    backward(dOutput) {
      if (x.isConstant) return NO_GRADIENT;
      multiply(dOutput, dOutput);
      return dOutput;
    },
  };
}

/** What each sentence's values are multiplied by (B, C). */
export function sentenceMasks(
  { kernels, random }: PassContext,
  {
    name,
    rate,
    layout,
    columns,
  }: { readonly name: string; readonly rate: number; readonly layout: PackedLayout; readonly columns: number },
): Floats {
  const masks = kernels.arena.floats(layout.lengths.length * columns);
  kernels.dropoutMask(masks, rate, random.fork('variational-dropout', name).uint32(), masks.length);
  return masks;
}
