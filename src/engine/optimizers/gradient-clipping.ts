/**
 * The factor that brings a gradient of this Euclidean norm down to `maxNorm`, 1 if it is within (Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063, algorithm 1): the remedy for exploding gradients. A `maxNorm` of 0 turns it off.
 */
export function clippingScale(norm: number, maxNorm: number): number {
  return maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1;
}
