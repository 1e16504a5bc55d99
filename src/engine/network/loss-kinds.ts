import type { PassContext, Sequence } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import { type Loss, type LossTargets, softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import { type CrfOptions, crfLoss, crfSpecs, crfTransitions } from '#engine/structured/crf.js';
import type { TransitionScores } from '#engine/structured/lattice.js';
import { invalidPlan } from './layer-kinds.js';

/** Which steps between tags are possible: 0 where the tag scheme allows them, -Infinity where it does not. */
interface Legality {
  readonly legal: TransitionScores;
}

/** Everything the program knows of one kind of loss: see `LayerKind`. */
interface LossKind<Options> {
  parameters(options: Options): ParameterSpec[];
  /** logits (N, K) */
  loss(
    context: Pick<PassContext, 'kernels'>,
    parameters: Parameters,
    logits: Sequence,
    options: Options & Legality & LossTargets,
  ): Loss;
  /** What decoding adds to the logits. */
  transitions(parameters: Parameters, options: Options & Legality): TransitionScores;
  /** A few words for people. */
  describe(options: Options): string;
}

/** One softmax a token, of K tags. */
interface SoftmaxOptions {
  readonly tags: number;
}

const softmaxKind: LossKind<SoftmaxOptions> = {
  parameters: () => [],
  loss: softmaxCrossEntropy,
  transitions: (_, { legal }) => legal,
  describe: () => 'softmax',
};

const crfKind: LossKind<CrfOptions> = {
  parameters: crfSpecs,
  loss: crfLoss,
  transitions: crfTransitions,
  describe: () => 'CRF',
};

/** Every kind of loss that a plan may name: the one place to enter a new one. */
const LOSS_KINDS = { softmax: softmaxKind, crf: crfKind } as const;

/** The loss of a plan: its kind, and the options of that kind. `tags` is K: the last layer must give as many columns. */
export type LossPlan = {
  [Kind in keyof typeof LOSS_KINDS]: (typeof LOSS_KINDS)[Kind] extends LossKind<infer Options>
    ? { readonly kind: Kind } & Options
    : never;
}[keyof typeof LOSS_KINDS];

/** @throws {AppError} `invalid_plan` for a kind that is not in the table. */
export function lossKindOf(loss: LossPlan): LossKind<LossPlan> {
  if (!Object.hasOwn(LOSS_KINDS, loss.kind)) {
    throw invalidPlan(
      `there is no loss of the kind ${JSON.stringify(loss.kind)}, only ${Object.keys(LOSS_KINDS).join(', ')}`,
    );
  }
  return LOSS_KINDS[loss.kind] as LossKind<LossPlan>;
}
