import { initializerFor } from '#engine/core/initializers.js';
import { type Matrix, rowsOf } from '#engine/core/layer.js';
import type { Cell } from './cell.js';
import { accumulateInputGradients, cellParameters, cellSpecs, inputProjection, linkStates } from './recurrence.js';

/**
 * The recurrent network of the notes: a<t> = g(W_ax x<t> + W_aa a<t-1> + b_a), a<0> = 0, with g tanh or ReLU and the same
 * weights at every timestep; one output a timestep (T_x = T_y). `weight_ih` is the notes' W_ax, `weight_hh` W_aa,
 * `bias_ih` b_a.
 */
function elmanCell(nonlinearity: 'tanh' | 'relu'): Cell {
  return {
    gates: 1,
    hasCellState: false,
    parameters: (options) => cellSpecs(options, 1, { weightIh: initializerFor(nonlinearity) }),

    sequence({ kernels }, parameters, x, { stateMask, ...names }) {
      const cell = cellParameters(parameters, names);
      const h = cell.weightHh.shape[1];
      const { batchSizes, offsets } = x.layout;
      const steps = batchSizes.length;
      const activate = nonlinearity === 'tanh' ? kernels.tanh : kernels.relu;
      const activateBackward = nonlinearity === 'tanh' ? kernels.tanhBackward : kernels.reluBackward;

      const hiddens = inputProjection(kernels, cell, x); // pre-activations (N, H), activated in place
      const link = linkStates(kernels, cell.weightHh, hiddens, stateMask);
      for (let t = 0; t < steps; t++) {
        const hidden = rowsOf(hiddens, offsets[t], offsets[t + 1]);
        link.addForward(t, hidden);
        activate(hidden, hidden, batchSizes[t] * h);
      }

      // Backpropagation through time walks from the last timestep to the first, since a<t> reaches the loss directly and
      // through a<t+1>. dHiddens becomes the gradient of the pre-activations, one timestep after the other.
      const backward = (dHiddens: Matrix): Matrix => {
        for (let t = steps - 1; t >= 0; t--) {
          const dHidden = rowsOf(dHiddens, offsets[t], offsets[t + 1]);
          link.addBackward(t, dHidden, dHiddens);
          activateBackward(dHidden, dHidden, rowsOf(hiddens, offsets[t], offsets[t + 1]), batchSizes[t] * h);
        }
        link.accumulate(dHiddens);
        return accumulateInputGradients(kernels, cell, dHiddens, x);
      };
      return { output: hiddens, backward };
    },

    step({ kernels, hidden, addRecurrent }) {
      const activate = nonlinearity === 'tanh' ? kernels.tanh : kernels.relu;
      return (step) => {
        addRecurrent(step.input, step);
        activate(step.hidden, step.input, step.rows * hidden);
      };
    },
  };
}

export const rnn = elmanCell('tanh');
export const relu = elmanCell('relu');
