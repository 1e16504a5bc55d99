import { type Matrix, NO_GRADIENT, type PassContext, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSet, ParameterSpec } from '#engine/core/parameter.js';
import { concatenate } from '#engine/layers/concatenate.js';
import { type DropoutRates, dropouts } from '#engine/layers/dropout.js';
import { type NormalizationName, normalization, normalizationSpecs } from '#engine/layers/normalization.js';
import { residual } from '#engine/layers/residual.js';
import { type CellName, type RecurrentLayer, recurrent, recurrentReversed, recurrentSpecs } from './recurrent.js';

/** Recurrent layers on top of each other. */
export interface RecurrentStack {
  readonly prefix: string;
  readonly cell: CellName;
  /** I of the first layer. */
  readonly inputs: number;
  /** H of each direction. */
  readonly hidden: number;
  readonly layers: number;
  /** A second direction, right to left, beside the first; the output is then 2H wide. */
  readonly bidirectional: boolean;
  /** Layers whose input is as wide as their output add it to their output. */
  readonly residual: boolean;
  /** Applied to the output of every layer, before the residual addition. */
  readonly normalization: NormalizationName;
}

const NO_DROPOUT: DropoutRates = { perToken: 0, perSentence: 0 };

/** Columns of the output. */
export function stackWidth({ hidden, bidirectional }: RecurrentStack): number {
  return bidirectional ? 2 * hidden : hidden;
}

export function recurrentStackSpecs(stack: RecurrentStack): ParameterSpec[] {
  const width = stackWidth(stack);
  return Array.from({ length: stack.layers }, (_, l) => {
    const shape = { inputs: l === 0 ? stack.inputs : width, hidden: stack.hidden };
    return [
      ...directionsOf(stack, l).flatMap(({ layer }) => recurrentSpecs(layer, shape)),
      ...normalizationSpecs(stack.normalization, normalizationName(stack, l), width),
    ];
  }).flat();
}

/**
 * x (N, I) -> (N, stackWidth); dropout between layers, as PyTorch has it, and variational dropout of the states too, as Gal
 * and Ghahramani have it.
 */
export function recurrentStack(
  context: PassContext,
  stack: RecurrentStack,
  parameters: ParameterSet,
  layout: PackedLayout,
  x: Matrix,
  rates: DropoutRates,
): Step {
  const steps: Step[] = [];
  let output = x;
  for (let l = 0; l < stack.layers; l++) {
    const layer = (input: Matrix): Step => oneLayer(context, { stack, l, parameters, layout, rates }, input);
    const keepsWidth = output.columns === stackWidth(stack);
    const thinned = dropouts(context, `layer-${l}`, l === 0 ? NO_DROPOUT : rates, layout, output);
    const step = stack.residual && keepsWidth ? residual(context, layer, thinned.output) : layer(thinned.output);
    steps.push(thinned, step);
    output = step.output;
  }
  return { output, backward: (dOutput) => steps.reduceRight((gradient, step) => step.backward(gradient), dOutput) };
}

interface LayerInput {
  readonly stack: RecurrentStack;
  readonly l: number;
  readonly parameters: ParameterSet;
  readonly layout: PackedLayout;
  readonly rates: DropoutRates;
}

function oneLayer(context: PassContext, { stack, l, parameters, layout, rates }: LayerInput, x: Matrix): Step {
  const directions = directionsOf(stack, l).map(({ layer, run }) =>
    run(context, { ...layer, stateDropout: rates.perSentence }, parameters, layout, x),
  );
  const states = directions.length === 1 ? directions[0] : joined(context, directions, x);
  const normalized = normalization(
    context,
    stack.normalization,
    normalizationName(stack, l),
    parameters,
    states.output,
  );
  return { output: normalized.output, backward: (dOutput) => states.backward(normalized.backward(dOutput)) };
}

/** Both directions side by side; both saw the same input, so its gradients add up. */
function joined(context: PassContext, [forwards, backwards]: readonly Step[], x: Matrix): Step {
  const { kernels } = context;
  const both = concatenate(context, [forwards.output, backwards.output]);
  return {
    output: both.output,
    backward(dOutput) {
      const [dForwards, dBackwards] = both.split(dOutput);
      const dX = forwards.backward(dForwards);
      const dXTurned = backwards.backward(dBackwards);
      if (x.isConstant) return NO_GRADIENT;
      kernels.addScaled(dX.values, dXTurned.values, 1, dX.rows * dX.columns);
      return dX;
    },
  };
}

function directionsOf(
  { prefix, cell, bidirectional }: RecurrentStack,
  l: number,
): { layer: RecurrentLayer; run: typeof recurrent }[] {
  const forwards = { layer: { cell, prefix, suffix: `l${l}` }, run: recurrent };
  const backwards = { layer: { cell, prefix, suffix: `l${l}_reverse` }, run: recurrentReversed };
  return bidirectional ? [forwards, backwards] : [forwards];
}

/** What the parameters of layer l's normalisation are called, before the dot. */
export function normalizationName({ prefix }: RecurrentStack, l: number): string {
  return `${prefix}.norm_l${l}`;
}
