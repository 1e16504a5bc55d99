import { forgetGateOne, varianceOneOverInputs } from '#engine/core/initializers.js';
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

const GATES = 4;

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with forget gates, Gers et al. 2000):
 * c<t> = f * c<t-1> + i * g, h<t> = o * tanh(c<t>); h<0> = c<0> = 0.
 *
 * Gates are stored i, f, g, o, as in PyTorch. The notes call them Gamma_u, Gamma_f, c-tilde and Gamma_o, the hidden state
 * a<t> and the cell c<t>.
 */
export const lstm: Cell = {
  gates: GATES,
  hasCellState: true,
  parameters: (options) => cellSpecs(options, GATES, { weightIh: varianceOneOverInputs, bias: forgetGateOne }),

  sequence({ kernels }, parameters, x, { stateMask, ...names }) {
    const cell = cellParameters(parameters, names);
    const h = cell.weightHh.shape[1];
    const { batchSizes, offsets, lengths } = x.layout;
    const steps = batchSizes.length;
    const gates = inputProjection(kernels, cell, x); // (N, 4H)
    const hiddens = allocateSequence(kernels, x, h);
    const cells = allocateSequence(kernels, x, h);
    const cellTanhs = allocateSequence(kernels, x, h);
    const zeroCell = zeroStates(kernels, x, h);
    const cellBefore = (t: number) => (t === 0 ? zeroCell : rowsOf(cells, offsets[t - 1], offsets[t]));

    const link = linkStates(kernels, cell.weightHh, hiddens, stateMask);
    for (let t = 0; t < steps; t++) {
      const gate = rowsOf(gates, offsets[t], offsets[t + 1]);
      link.addForward(t, gate);
      kernels.lstmForward(
        rowsOf(hiddens, offsets[t], offsets[t + 1]),
        rowsOf(cells, offsets[t], offsets[t + 1]),
        rowsOf(cellTanhs, offsets[t], offsets[t + 1]),
        gate,
        cellBefore(t),
        batchSizes[t],
        h,
      );
    }

    const backward = (dHiddens: Matrix): Matrix => {
      const dCell = kernels.arena.floats(lengths.length * h);
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
      return accumulateInputGradients(kernels, cell, gates, x);
    };
    return { output: hiddens, backward };
  },

  step({ kernels, hidden, addRecurrent }) {
    return (step) => {
      const cellTanh = kernels.arena.floats(step.rows * hidden);
      addRecurrent(step.input, step);
      kernels.lstmForward(step.hidden, step.cell, cellTanh, step.input, step.cellBefore, step.rows, hidden);
    };
  },
};
