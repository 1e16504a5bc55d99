import { varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { allocateSequence, type Matrix, rowsOf } from '#engine/core/layer.js';
import type { Cell } from './cell.js';
import {
  accumulateInputGradients,
  cellParameters,
  cellSpecs,
  inputProjection,
  linkStates,
  zeroStates,
} from './recurrence.js';

const GATES = 3;

/**
 * Gated recurrent unit (Cho et al. 2014), in PyTorch's variant, whose reset gate multiplies the projected state:
 * n = tanh(W_in x + b_in + r * (W_hn h<t-1> + b_hn)), h<t> = (1 - z) * n + z * h<t-1>; h<0> = 0.
 *
 * Gates are stored r, z, n, as in PyTorch: reset (the notes' Gamma_r), update (1 - Gamma_u), candidate (c-tilde).
 * `bias_hh` is no duplicate of `bias_ih`, since the reset gate multiplies its candidate part.
 */
export const gru: Cell = {
  gates: GATES,
  hasCellState: false,
  parameters: (options) => [
    ...cellSpecs(options, GATES, { weightIh: varianceOneOverInputs }),
    {
      name: `${options.name}.bias_hh_${options.suffix}`,
      shape: [GATES * options.hidden],
      initializer: zeros,
      decays: false,
    },
  ],

  sequence({ kernels }, parameters, x, { stateMask, ...names }) {
    const cell = cellParameters(parameters, names);
    const biasHh = parameters.get(`${names.name}.bias_hh_${names.suffix}`);
    const h = cell.weightHh.shape[1];
    const { batchSizes, offsets, lengths } = x.layout;
    const steps = batchSizes.length;
    const input = inputProjection(kernels, cell, x); // (N, 3H)
    const recurrent = allocateSequence(kernels, x, GATES * h);
    kernels.fillRows(recurrent.values, biasHh.values, x.rows, GATES * h);
    const hiddens = allocateSequence(kernels, x, h);
    const zeroState = zeroStates(kernels, x, h);
    const hiddenBefore = (t: number) => (t === 0 ? zeroState : rowsOf(hiddens, offsets[t - 1], offsets[t]));

    const link = linkStates(kernels, cell.weightHh, hiddens, stateMask);
    for (let t = 0; t < steps; t++) {
      const rows = batchSizes[t];
      const state = rowsOf(recurrent, offsets[t], offsets[t + 1]);
      link.addForward(t, state);
      const hidden = rowsOf(hiddens, offsets[t], offsets[t + 1]);
      kernels.gruForward(hidden, rowsOf(input, offsets[t], offsets[t + 1]), state, hiddenBefore(t), rows, h);
    }

    const backward = (dHiddens: Matrix): Matrix => {
      const dHiddenBefore = kernels.arena.floats(lengths.length * h);
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
      kernels.addColumnSums(biasHh.grad, recurrent.values, x.rows, GATES * h);
      return accumulateInputGradients(kernels, cell, input, x);
    };
    return { output: hiddens, backward };
  },

  step({ kernels, hidden, parameter, addRecurrent }) {
    const biasHh = parameter('bias_hh');
    return (step) => {
      const recurrent = kernels.arena.floats(step.rows * GATES * hidden);
      kernels.fillRows(recurrent, biasHh, step.rows, GATES * hidden);
      addRecurrent(recurrent, step);
      kernels.gruForward(step.hidden, step.input, recurrent, step.hiddenBefore, step.rows, hidden);
    };
  },
};
