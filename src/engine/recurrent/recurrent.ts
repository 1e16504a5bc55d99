import {
  allocateSequence,
  type Matrix,
  NO_GRADIENT,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import type { LayerKind, Parameters } from '#engine/core/layer-kind.js';
import { reversedRows } from '#engine/core/packed-layout.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import { concatenate } from '#engine/layers/concatenate.js';
import { sentenceMasks } from '#engine/layers/dropout.js';
import type { CellOptions } from './cell.js';
import { type CellName, cellNamed } from './cells.js';
import { createRecurrentTagging } from './recurrent-tagging.js';

/** One recurrent layer. `suffix` is PyTorch's for its first direction: `l0`. */
export interface RecurrentOptions extends CellOptions {
  readonly cell: CellName;
  /** A second direction, right to left, beside the first; the output is then 2H wide. */
  readonly bidirectional?: boolean;
  /** Probability of hiding a unit of the state on its way to the next timestep, drawn once a sentence; 0 unless told. */
  readonly stateDropout?: number;
}

/** What a pass needs of them: sizes are those of the parameters. */
type PassOptions = Omit<RecurrentOptions, 'inputs' | 'hidden'>;

export function recurrentSpecs({ cell, bidirectional, ...options }: RecurrentOptions): ParameterSpec[] {
  const forwards = cellNamed(cell).parameters(options);
  return bidirectional ? [...forwards, ...cellNamed(cell).parameters(reversedOptions(options))] : forwards;
}

/** x (N, I) -> (N, H) left to right, or (N, 2H) in both directions; both see the same input, so its gradients add up. */
function recurrent(context: PassContext, parameters: Parameters, x: Sequence, options: PassOptions): Step {
  const forwards = leftToRight(context, parameters, x, options);
  if (!options.bidirectional) return forwards;
  const backwards = rightToLeft(context, parameters, x, reversedOptions(options));
  const both = concatenate(context, [forwards.output, backwards.output]);
  return {
    output: both.output,
    backward(dOutput) {
      const [dForwards, dBackwards] = both.split(dOutput);
      const dX = forwards.backward(dForwards);
      const dXReversed = backwards.backward(dBackwards);
      if (x.isConstant) return NO_GRADIENT;
      context.kernels.addScaled(dX.values, dXReversed.values, 1, dX.rows * dX.columns);
      return dX;
    },
  };
}

/** One direction, in the order of the words. */
export function leftToRight(
  context: PassContext,
  parameters: Parameters,
  x: Sequence,
  { cell, name, suffix, stateDropout = 0 }: PassOptions,
): Step {
  const stateMask =
    context.training && stateDropout > 0
      ? sentenceMasks(context, {
          name: `state-${suffix}`,
          rate: stateDropout,
          layout: x.layout,
          columns: parameters.get(`${name}.weight_hh_${suffix}`).shape[1],
        })
      : undefined;
  return cellNamed(cell).sequence(context, parameters, x, { name, suffix, stateMask });
}

/**
 * One direction, against the order of the words: every sentence is reversed, run left to right, and reversed again. Lengths do
 * not change, so the layout serves both ways.
 */
export function rightToLeft(context: PassContext, parameters: Parameters, x: Sequence, options: PassOptions): Step {
  const { kernels } = context;
  const { layout } = x;
  const order = reversedRows(layout, kernels.arena.ints(layout.rows));
  const reversed = (matrix: Matrix): Sequence => {
    const out = allocateSequence(kernels, { ...matrix, layout });
    kernels.gatherRows(out.values, matrix.values, order, matrix.rows, matrix.columns, matrix.columns, 0);
    return { ...out, isConstant: matrix.isConstant };
  };
  const step = leftToRight(context, parameters, reversed(x), options);
  const backward = (dOutput: Matrix): Matrix => {
    const dReversed = step.backward(reversed(dOutput));
    return x.isConstant ? NO_GRADIENT : reversed(dReversed);
  };
  return { output: reversed(step.output), backward };
}

const reversedOptions = <T extends { readonly suffix: string }>(options: T): T => ({
  ...options,
  suffix: `${options.suffix}_reverse`,
});

export const recurrentKind: LayerKind<RecurrentOptions> = {
  inputs: ({ inputs }) => inputs,
  outputs: ({ hidden, bidirectional }) => (bidirectional ? 2 * hidden : hidden),
  parameters: recurrentSpecs,
  forward: recurrent,
  describe: ({ cell, hidden, bidirectional }) => `${cell} of ${hidden}${bidirectional ? ' both ways' : ''}`,
  whyNotCausal: ({ bidirectional }) =>
    bidirectional
      ? 'it reads every sentence right to left too (bidirectional), so no tag is certain before its end'
      : undefined,
  tagging: createRecurrentTagging,
};
