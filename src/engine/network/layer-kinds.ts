import { AppError } from '#base/errors.js';
import type { PassContext, Sequence, Step } from '#engine/core/layer.js';
import type { LayerKind, Parameters, TaggingLayer } from '#engine/core/layer-kind.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { attentionKind } from '#engine/layers/attention.js';
import { dropoutKind } from '#engine/layers/dropout.js';
import { linearKind } from '#engine/layers/linear.js';
import { normalizationKind } from '#engine/layers/normalization.js';
import { residual, residualTagging } from '#engine/layers/residual.js';
import { rightContextKind } from '#engine/layers/right-context.js';
import { recurrentKind } from '#engine/recurrent/recurrent.js';

/** Every kind of layer that a plan may name: the one place to enter a new one. */
const SIMPLE_KINDS = {
  dropout: dropoutKind,
  right_context: rightContextKind,
  recurrent: recurrentKind,
  normalization: normalizationKind,
  attention: attentionKind,
  linear: linearKind,
} as const;

/** One layer of a plan: its kind, and the options of that kind. */
export type LayerPlan = PlanOf<typeof SIMPLE_KINDS> | ({ readonly kind: 'residual' } & ResidualOptions);

type PlanOf<Kinds> = {
  [Kind in keyof Kinds]: Kinds[Kind] extends LayerKind<infer Options> ? { readonly kind: Kind } & Options : never;
}[keyof Kinds];

/** Layers whose output is added to their input. */
interface ResidualOptions {
  readonly layers: readonly LayerPlan[];
}

const LAYER_KINDS = {
  ...SIMPLE_KINDS,
  residual: {
    inputs: () => undefined,
    outputs(options, columns) {
      const outputs = columnsAfter(options.layers, columns);
      if (outputs === columns) return columns;
      throw invalidPlan(`a residual connection needs layers that keep the width of ${columns}, found ${outputs}`);
    },
    parameters: ({ layers }) => layerSpecs(layers),
    forward: (context, parameters, x, { layers }) =>
      residual(context, (input) => runLayers(context, parameters, input, layers), x),
    describe: ({ layers }) => `residual (${layers.map(describeLayer).join(', ')})`,
    whyNotCausal: ({ layers }) => whyNotCausal(layers),
    tagging: (kernels, parameters, { layers }) => residualTagging(kernels, taggingLayers(kernels, parameters, layers)),
  } satisfies LayerKind<ResidualOptions>,
} as const;

/** @throws {AppError} `invalid_plan` for a kind that is not in the table. */
function kindOf(layer: LayerPlan): LayerKind<LayerPlan> {
  if (!Object.hasOwn(LAYER_KINDS, layer.kind)) {
    throw invalidPlan(
      `there is no layer of the kind ${JSON.stringify(layer.kind)}, only ${Object.keys(LAYER_KINDS).join(', ')}`,
    );
  }
  return LAYER_KINDS[layer.kind] as LayerKind<LayerPlan>;
}

/** The parameters of layers, in their order. */
export function layerSpecs(layers: readonly LayerPlan[]): ParameterSpec[] {
  return layers.flatMap((layer) => kindOf(layer).parameters(layer));
}

/** One layer after the other; the pass back goes the other way. */
export function runLayers(
  context: PassContext,
  parameters: Parameters,
  x: Sequence,
  layers: readonly LayerPlan[],
): Step {
  const steps: Step[] = [];
  let output = x;
  for (const layer of layers) {
    const step = kindOf(layer).forward(context, parameters, output, layer);
    steps.push(step);
    output = step.output;
  }
  return { output, backward: (dOutput) => steps.reduceRight((gradient, step) => step.backward(gradient), dOutput) };
}

export function describeLayer(layer: LayerPlan): string {
  return kindOf(layer).describe(layer);
}

/** Why layers cannot be run word by word; undefined if they can. */
export function whyNotCausal(layers: readonly LayerPlan[]): string | undefined {
  for (const layer of layers) {
    const reason = kindOf(layer).whyNotCausal(layer);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The tagging form of layers, of which `whyNotCausal` must have nothing to say. */
export function taggingLayers(kernels: Kernels, parameters: Parameters, layers: readonly LayerPlan[]): TaggingLayer[] {
  return layers.map((layer) => kindOf(layer).tagging(kernels, parameters, layer));
}

/**
 * Columns of the output of layers for an input of `columns`.
 *
 * @throws {AppError} `invalid_plan` for a layer that expects another width than it is given.
 */
export function columnsAfter(layers: readonly LayerPlan[], columns: number): number {
  return layers.reduce((width, layer) => {
    const kind = kindOf(layer);
    const expected = kind.inputs(layer);
    if (expected !== undefined && expected !== width) {
      const name = 'name' in layer ? ` "${layer.name}"` : '';
      throw invalidPlan(`the ${layer.kind} layer${name} expects ${expected} columns, found ${width}`);
    }
    return kind.outputs(layer, width);
  }, columns);
}

export function invalidPlan(message: string): AppError {
  return new AppError('invalid_plan', `network plan: ${message}`);
}
