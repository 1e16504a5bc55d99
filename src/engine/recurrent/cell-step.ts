import { allocateMatrix, type Matrix, rowsOf } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSet } from '#engine/core/parameter.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import type { RecurrentLayer } from './recurrent.js';

/** One timestep of `rows` sentences. */
export interface Timestep {
  readonly rows: number;
  /** The states before are all zeros: there is nothing to multiply. */
  readonly isFirst: boolean;
  /** (rows, G): W_ih x + b; overwritten. */
  readonly input: Floats;
  /** (rows, H) each: the states before. */
  readonly hiddenBefore: Floats;
  readonly cellBefore: Floats;
  /** (rows, H) each: the states after; `cell` only means something to an LSTM. */
  readonly hidden: Floats;
  readonly cell: Floats;
}

/**
 * A recurrent cell for tagging: the same arithmetic as `recurrent`, one timestep at a time and without what a backward pass
 * would need, so that its state can be kept between two words.
 */
export interface CellStep {
  /** H */
  readonly hidden: number;
  /** G: columns of its input, H times the number of gates. */
  readonly inputs: number;
  /** Takes over weights that have changed. */
  refresh(): void;
  run(step: Timestep): void;
}

export function createCellStep(
  kernels: Kernels,
  { cell, prefix, suffix }: RecurrentLayer,
  parameters: ParameterSet,
): CellStep {
  const weightHh = parameters.get(`${prefix}.weight_hh_${suffix}`);
  const [inputs, hidden] = weightHh.shape;
  const weightHhTransposed = kernels.floats(inputs * hidden);
  const addRecurrent = (out: Floats, { isFirst, hiddenBefore, rows }: Timestep): void => {
    if (!isFirst) kernels.matmul(out, hiddenBefore, weightHhTransposed, rows, inputs, hidden, true);
  };

  const run = (): ((step: Timestep) => void) => {
    switch (cell) {
      case 'rnn':
      case 'relu': {
        const activate = cell === 'rnn' ? kernels.tanh : kernels.relu;
        return (step) => {
          addRecurrent(step.input, step);
          activate(step.hidden, step.input, step.rows * hidden);
        };
      }
      case 'gru': {
        const biasHh = parameters.get(`${prefix}.bias_hh_${suffix}`).values;
        return (step) => {
          const recurrent = kernels.arena.floats(step.rows * inputs);
          kernels.fillRows(recurrent, biasHh, step.rows, inputs);
          addRecurrent(recurrent, step);
          kernels.gruForward(step.hidden, step.input, recurrent, step.hiddenBefore, step.rows, hidden);
        };
      }
      case 'lstm':
        return (step) => {
          const cellTanh = kernels.arena.floats(step.rows * hidden);
          addRecurrent(step.input, step);
          kernels.lstmForward(step.hidden, step.cell, cellTanh, step.input, step.cellBefore, step.rows, hidden);
        };
    }
  };
  const runStep = run();

  return {
    hidden,
    inputs,
    refresh: () => kernels.transpose(weightHhTransposed, weightHh.values, inputs, hidden),
    run(step) {
      const position = kernels.arena.position;
      runStep(step);
      kernels.arena.release(position);
    },
  };
}

/**
 * All timesteps of a batch from zero states -> (N, H) in the layout's order. `inputAt(t)` gives the input of timestep t,
 * (rows, G); it may use the same memory every time.
 */
export function runSentences(
  kernels: Kernels,
  cell: CellStep,
  layout: PackedLayout,
  inputAt: (t: number) => Floats,
): Matrix {
  const { batchSizes, offsets, rows } = layout;
  const h = cell.hidden;
  const hiddens = allocateMatrix(kernels, rows, h);
  const sentences = layout.lengths.length;
  const zeros = kernels.arena.floats(sentences * h);
  kernels.fill(zeros, 0, sentences * h);
  let [cellBefore, cellAfter] = [zeros, kernels.arena.floats(sentences * h)];
  let hiddenBefore = zeros;
  for (let t = 0; t < batchSizes.length; t++) {
    const hidden = rowsOf(hiddens, offsets[t], offsets[t + 1]);
    cell.run({
      rows: batchSizes[t],
      isFirst: t === 0,
      input: inputAt(t),
      hiddenBefore,
      cellBefore,
      hidden,
      cell: cellAfter,
    });
    hiddenBefore = hidden;
    // The first timestep has read the zeros both as hidden state and as cell; from now on nobody needs them.
    [cellBefore, cellAfter] = [cellAfter, cellBefore];
  }
  return hiddens;
}
