import { orthogonalBlocks, varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext, rowsOf, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { accumulateInputGradients, inputProjection, linkStates } from './recurrence.js';
import type { RecurrentShape } from './rnn.js';

/** Gates are stored r, z, n, as in PyTorch: reset (the notes' Gamma_r), update (1 - Gamma_u), candidate (c-tilde). */
export interface GruParameters {
  /** (3H, I) */
  readonly weightIh: Parameter;
  /** (3H, H) */
  readonly weightHh: Parameter;
  /** (3H) */
  readonly bias: Parameter;
  /** (3H); no duplicate of `bias`, since the reset gate multiplies its candidate part. */
  readonly biasHh: Parameter;
}

export function gruSpecs(prefix: string, suffix: string, { inputs, hidden }: RecurrentShape): ParameterSpec[] {
  return [
    { name: `${prefix}.weight_ih_${suffix}`, shape: [3 * hidden, inputs], initializer: varianceOneOverInputs },
    { name: `${prefix}.weight_hh_${suffix}`, shape: [3 * hidden, hidden], initializer: orthogonalBlocks },
    { name: `${prefix}.bias_ih_${suffix}`, shape: [3 * hidden], initializer: zeros, decays: false },
    { name: `${prefix}.bias_hh_${suffix}`, shape: [3 * hidden], initializer: zeros, decays: false },
  ];
}

/**
 * Gated recurrent unit (Cho et al. 2014), in PyTorch's variant, whose reset gate multiplies the projected state:
 * n = tanh(W_in x + b_in + r * (W_hn h<t-1> + b_hn)), h<t> = (1 - z) * n + z * h<t-1>; h<0> = 0.
 *
 * x (N, I) in the layout's order, output (N, H); `stateMask` as for linkStates.
 */
export function gru(
  { kernels }: PassContext,
  { weightIh, weightHh, bias, biasHh }: GruParameters,
  layout: PackedLayout,
  x: Matrix,
  stateMask?: Floats,
): Step {
  const h = weightHh.shape[1];
  const { batchSizes, offsets } = layout;
  const steps = batchSizes.length;
  const input = inputProjection(kernels, { weightIh, bias }, x); // (N, 3H)
  const recurrent = allocateMatrix(kernels, x.rows, 3 * h);
  kernels.fillRows(recurrent.values, biasHh.values, x.rows, 3 * h);
  const hiddens = allocateMatrix(kernels, x.rows, h);
  const zeroState = kernels.arena.floats(layout.lengths.length * h);
  kernels.fill(zeroState, 0, zeroState.length);
  const hiddenBefore = (t: number) => (t === 0 ? zeroState : rowsOf(hiddens, offsets[t - 1], offsets[t]));

  const link = linkStates(kernels, weightHh, layout, hiddens, stateMask);
  for (let t = 0; t < steps; t++) {
    const rows = batchSizes[t];
    const state = rowsOf(recurrent, offsets[t], offsets[t + 1]);
    link.addForward(t, state);
    const hidden = rowsOf(hiddens, offsets[t], offsets[t + 1]);
    kernels.gruForward(hidden, rowsOf(input, offsets[t], offsets[t + 1]), state, hiddenBefore(t), rows, h);
  }

  const backward = (dHiddens: Matrix): Matrix => {
    const dHiddenBefore = kernels.arena.floats(layout.lengths.length * h);
    for (let t = steps - 1; t >= 0; t--) {
      const dHidden = rowsOf(dHiddens, offsets[t], offsets[t + 1]);
      if (t + 1 < steps) kernels.addScaled(dHidden, dHiddenBefore, 1, batchSizes[t + 1] * h);
      link.addBackward(t, dHidden, recurrent);
      kernels.gruBackward(
        dHiddenBefore,
        rowsOf(input, offsets[t], offsets[t + 1]),
        rowsOf(recurrent, offsets[t], offsets[t + 1]),
        dHidden,
        hiddenBefore(t),
        batchSizes[t],
        h,
      );
    }
    link.accumulate(recurrent);
    kernels.addColumnSums(biasHh.grad, recurrent.values, x.rows, 3 * h);
    return accumulateInputGradients(kernels, { weightIh, bias }, input, x);
  };
  return { output: hiddens, backward };
}
