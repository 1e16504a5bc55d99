import { AppError } from '#base/errors.js';
import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  NO_GRADIENT,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import type { LayerKind, Parameters } from '#engine/core/layer-kind.js';
import { shiftedRows } from '#engine/core/packed-layout.js';

export interface RightContextOptions {
  /** k: how many words to the right stand beside the current one. */
  readonly words: number;
}

/**
 * Right context, the option `look_ahead` (not the Lookahead optimizer): beside every token's vector the vectors of the next
 * k tokens, zeros past the end of the sentence. It gives a causal network the words it would otherwise only learn of too
 * late ("Teddy *Roosevelt*", "Teddy *bears*") at the price of k words of delay.
 *
 * x (N, I) -> output (N, (k + 1) I)
 */
export function rightContext(
  { kernels }: PassContext,
  _: Parameters,
  x: Sequence,
  { words }: RightContextOptions,
): Step {
  if (words === 0) return { output: x, backward: (dOutput) => dOutput };
  const { rows, columns, layout, isConstant } = x;
  const output = { ...allocateSequence(kernels, x, (words + 1) * columns), isConstant };
  const shifts = Array.from({ length: words + 1 }, (_, distance) =>
    shiftedRows(layout, distance, kernels.arena.ints(rows)),
  );
  shifts.forEach((ids, distance) => {
    kernels.gatherRows(output.values, x.values, ids, rows, columns, output.columns, distance * columns);
  });

  const backward = (dOutput: Matrix): Matrix => {
    if (isConstant) return NO_GRADIENT;
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.fill(dX.values, 0, rows * columns);
    shifts.forEach((ids, distance) => {
      kernels.scatterAddRows(dX.values, dOutput.values, ids, rows, columns, output.columns, distance * columns);
    });
    return dX;
  };
  return { output, backward };
}

/** Word by word, what lies to the right of a word is the business of whoever gathers the words: see `causal-network.ts`. */
export const rightContextKind: LayerKind<RightContextOptions> = {
  inputs: () => undefined,
  outputs: ({ words }, columns) => (words + 1) * columns,
  parameters: () => [],
  forward: rightContext,
  describe: ({ words }) => `look-ahead ${words}`,
  whyNotCausal: () => undefined,
  tagging() {
    throw new AppError('internal', 'right context is gathered before the network, not run as one of its layers');
  },
};
