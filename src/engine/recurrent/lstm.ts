import { forgetGateOne, orthogonalBlocks, varianceOneOverInputs } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext, rowsOf, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { accumulateInputGradients, inputProjection, linkStates } from './recurrence.js';
import type { RecurrentShape } from './rnn.js';

/**
 * Gates are stored i, f, g, o, as in PyTorch. The notes call them Gamma_u, Gamma_f, c-tilde and Gamma_o, the hidden state
 * a<t> and the cell c<t>.
 */
export interface LstmParameters {
  /** (4H, I) */
  readonly weightIh: Parameter;
  /** (4H, H) */
  readonly weightHh: Parameter;
  /** (4H) */
  readonly bias: Parameter;
}

export function lstmSpecs(prefix: string, suffix: string, { inputs, hidden }: RecurrentShape): ParameterSpec[] {
  return [
    { name: `${prefix}.weight_ih_${suffix}`, shape: [4 * hidden, inputs], initializer: varianceOneOverInputs },
    { name: `${prefix}.weight_hh_${suffix}`, shape: [4 * hidden, hidden], initializer: orthogonalBlocks },
    { name: `${prefix}.bias_ih_${suffix}`, shape: [4 * hidden], initializer: forgetGateOne, decays: false },
  ];
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with forget gates, Gers et al. 2000):
 * c<t> = f * c<t-1> + i * g, h<t> = o * tanh(c<t>); h<0> = c<0> = 0.
 *
 * x (N, I) in the layout's order, output (N, H); `stateMask` as for linkStates.
 */
export function lstm(
  { kernels }: PassContext,
  { weightIh, weightHh, bias }: LstmParameters,
  layout: PackedLayout,
  x: Matrix,
  stateMask?: Floats,
): Step {
  const h = weightHh.shape[1];
  const { batchSizes, offsets } = layout;
  const steps = batchSizes.length;
  const gates = inputProjection(kernels, { weightIh, bias }, x); // (N, 4H)
  const hiddens = allocateMatrix(kernels, x.rows, h);
  const cells = allocateMatrix(kernels, x.rows, h);
  const cellTanhs = allocateMatrix(kernels, x.rows, h);
  const zeroCell = kernels.arena.floats(layout.lengths.length * h);
  kernels.fill(zeroCell, 0, zeroCell.length);
  const cellBefore = (t: number) => (t === 0 ? zeroCell : rowsOf(cells, offsets[t - 1], offsets[t]));

  const link = linkStates(kernels, weightHh, layout, hiddens, stateMask);
  for (let t = 0; t < steps; t++) {
    const rows = batchSizes[t];
    const gate = rowsOf(gates, offsets[t], offsets[t + 1]);
    link.addForward(t, gate);
    kernels.lstmForward(
      rowsOf(hiddens, offsets[t], offsets[t + 1]),
      rowsOf(cells, offsets[t], offsets[t + 1]),
      rowsOf(cellTanhs, offsets[t], offsets[t + 1]),
      gate,
      cellBefore(t),
      rows,
      h,
    );
  }

  const backward = (dHiddens: Matrix): Matrix => {
    const dCell = kernels.arena.floats(layout.lengths.length * h);
    kernels.fill(dCell, 0, dCell.length);
    for (let t = steps - 1; t >= 0; t--) {
      const dHidden = rowsOf(dHiddens, offsets[t], offsets[t + 1]);
      link.addBackward(t, dHidden, gates);
      kernels.lstmBackward(
        rowsOf(gates, offsets[t], offsets[t + 1]),
        dCell,
        dHidden,
        rowsOf(cellTanhs, offsets[t], offsets[t + 1]),
        cellBefore(t),
        batchSizes[t],
        h,
      );
    }
    link.accumulate(gates);
    return accumulateInputGradients(kernels, { weightIh, bias }, gates, x);
  };
  return { output: hiddens, backward };
}
