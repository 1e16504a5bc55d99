import type { Random } from '#base/random.js';
import { createParameters, withOwnGradients } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { checkPlan, parameterSpecs } from '#engine/network/check-plan.js';
import { createNetwork, type Network } from '#engine/network/network.js';
import type { NetworkPlan } from '#engine/network/network-plan.js';
import type { TransitionScores } from '#engine/structured/lattice.js';

/** Holds the pretrained vectors: not learned, and not among the tensors that are saved. */
export const VECTOR_PARAMETER = 'embedding.vector.weight';

export interface TaggerNetwork extends Network {
  /** A network that shares these values and has gradients of its own. */
  replicate(): TaggerNetwork;
}

export interface TaggerNetworkInput {
  readonly plan: NetworkPlan;
  /** Over K tags: 0 where the tag scheme allows the step, -Infinity where it does not. */
  readonly legal: TransitionScores;
  readonly kernels: Kernels;
  /** Undefined when the values are about to be loaded. */
  readonly random: Random | undefined;
}

/** @throws {AppError} `invalid_plan`. */
export function createTaggerNetwork({ plan, legal, kernels, random }: TaggerNetworkInput): TaggerNetwork {
  checkPlan(plan);
  const withReplicas = (network: Network): TaggerNetwork => ({
    ...network,
    replicate: () => withReplicas(createNetwork(plan, withOwnGradients(kernels, network.parameters), legal)),
  });
  return withReplicas(createNetwork(plan, createParameters(kernels, parameterSpecs(plan), random), legal));
}
