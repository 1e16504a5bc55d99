import { createRandom } from '#base/random.js';
import { constant, zeros } from '#engine/core/initializers.js';
import type { PassContext, Sequence, Step } from '#engine/core/layer.js';
import { type LayerKind, type Parameters, rowByRow } from '#engine/core/layer-kind.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import { batchNormalization } from './batch-normalization.js';
import { layerNormalization } from './layer-normalization.js';

/** The values of the option; `none` leaves the layer out. */
export const NORMALIZATION_NAMES = ['none', 'layer', 'batch'] as const;
export type NormalizationName = (typeof NORMALIZATION_NAMES)[number];

export interface NormalizationOptions {
  /** Prefix of its parameters: `rnn.norm_l0`. */
  readonly name: string;
  readonly type: Exclude<NormalizationName, 'none'>;
  /** C */
  readonly columns: number;
}

/** Gain and shift under PyTorch's names, `weight` and `bias`; batch normalisation has running statistics too. */
export function normalizationSpecs({ name, type, columns }: NormalizationOptions): ParameterSpec[] {
  const shape = [columns];
  const learned: ParameterSpec[] = [
    { name: `${name}.weight`, shape, initializer: constant(1), decays: false },
    { name: `${name}.bias`, shape, initializer: zeros, decays: false },
  ];
  const measured: ParameterSpec[] = [
    { name: `${name}.running_mean`, shape, initializer: zeros, isStatistic: true },
    { name: `${name}.running_var`, shape, initializer: constant(1), isStatistic: true },
  ];
  return type === 'batch' ? [...learned, ...measured] : learned;
}

/** x (N, C) -> (N, C) */
export function normalization(
  context: PassContext,
  parameters: Parameters,
  x: Sequence,
  options: Pick<NormalizationOptions, 'name' | 'type'>,
): Step {
  const normalize = options.type === 'layer' ? layerNormalization : batchNormalization;
  return normalize(context, parameters, x, options);
}

export const normalizationKind: LayerKind<NormalizationOptions> = {
  inputs: ({ columns }) => columns,
  outputs: (_, columns) => columns,
  parameters: normalizationSpecs,
  forward: normalization,
  describe: ({ type }) => `${type} normalisation`,
  whyNotCausal: () => undefined,
  tagging(kernels, parameters, options) {
    const context = { kernels, training: false, random: createRandom(0) }; // nothing is drawn
    // No row depends on another outside training, so that any layout of as many rows will do.
    return rowByRow((x) => normalization(context, parameters, { ...x, layout: ANY_LAYOUT }, options).output);
  },
};

const ANY_LAYOUT = createPackedLayout([1]);
