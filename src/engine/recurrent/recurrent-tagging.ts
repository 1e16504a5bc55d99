import { allocateMatrix, type Matrix, rowsOf, type Sequence } from '#engine/core/layer.js';
import type { LayerState, Parameters, TaggingLayer } from '#engine/core/layer-kind.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import { createProjection } from '#engine/layers/linear-inference.js';
import type { CellNames, Timestep } from './cell.js';
import { type CellName, cellNamed } from './cells.js';

/**
 * A recurrent layer that tags. Its two halves can be used apart: the projection W_ih x + b, which depends on the input alone
 * and may be remembered, and the recurrence from there on.
 */
export interface RecurrentTagging extends TaggingLayer {
  /** G: columns of a projected input. */
  readonly projectedColumns: number;
  /** W_ih^T (I, G) */
  readonly weightTransposed: Floats;
  /** (G) */
  readonly bias: Floats;
  /**
   * All timesteps from states of zeros -> (N, H). `inputAt(t)` gives the projected input of timestep t, (rows, G), which is
   * overwritten; it may use the same memory every time.
   */
  recurSequence(layout: PackedLayout, inputAt: (t: number) => Floats): Sequence;
  /** One word whose projected input (G) is given and overwritten. */
  recurStep(projected: Floats, state: LayerState): Matrix;
}

export function createRecurrentTagging(
  kernels: Kernels,
  parameters: Parameters,
  { cell: cellName, name, suffix }: CellNames & { readonly cell: CellName },
): RecurrentTagging {
  const cell = cellNamed(cellName);
  const parameter = (part: string) => parameters.get(`${name}.${part}_${suffix}`);
  const weightHh = parameter('weight_hh');
  const [columns, hidden] = weightHh.shape;
  const weightHhTransposed = kernels.floats(columns * hidden);
  const projection = createProjection(kernels, { weight: parameter('weight_ih'), bias: parameter('bias_ih') });
  const runCell = cell.step({
    kernels,
    hidden,
    parameter: (part) => parameter(part).values,
    addRecurrent(out, { isFirst, hiddenBefore, rows }) {
      if (!isFirst) kernels.matmul(out, hiddenBefore, weightHhTransposed, rows, columns, hidden, true);
    },
  });
  const run = (step: Timestep): void => {
    const position = kernels.arena.position;
    runCell(step);
    kernels.arena.release(position);
  };

  const recurSequence = (layout: PackedLayout, inputAt: (t: number) => Floats): Sequence => {
    const { batchSizes, offsets, rows, lengths } = layout;
    const hiddens = { ...allocateMatrix(kernels, rows, hidden), layout };
    const zeros = kernels.arena.floats(lengths.length * hidden);
    kernels.fill(zeros, 0, zeros.length);
    let [cellBefore, cellAfter] = [zeros, kernels.arena.floats(zeros.length)];
    let hiddenBefore = zeros;
    for (let t = 0; t < batchSizes.length; t++) {
      const states = rowsOf(hiddens, offsets[t], offsets[t + 1]);
      const input = inputAt(t);
      run({ rows: batchSizes[t], isFirst: t === 0, input, hiddenBefore, cellBefore, hidden: states, cell: cellAfter });
      hiddenBefore = states;
      // The first timestep has read the zeros both as hidden state and as cell; from now on nobody needs them.
      [cellBefore, cellAfter] = [cellAfter, cellBefore];
    }
    return hiddens;
  };

  /** The state is the hidden state, then the cell state where there is one. */
  const recurStep = (projected: Floats, { before, after }: LayerState): Matrix => {
    const half = (state: Floats, which: number): Floats => state.subarray(which * hidden, (which + 1) * hidden);
    const cellPlace = cell.hasCellState ? 1 : 0;
    run({
      rows: 1,
      isFirst: false,
      input: projected,
      hiddenBefore: half(before, 0),
      cellBefore: half(before, cellPlace),
      hidden: half(after, 0),
      cell: half(after, cellPlace),
    });
    return { values: half(after, 0), rows: 1, columns: hidden };
  };

  return {
    stateSize: (cell.hasCellState ? 2 : 1) * hidden,
    projectedColumns: columns,
    weightTransposed: projection.weightTransposed,
    bias: projection.bias,
    refresh() {
      kernels.transpose(weightHhTransposed, weightHh.values, columns, hidden);
      projection.refresh();
    },
    recurSequence,
    recurStep,
    sequence(x) {
      const projected = projection.apply(x);
      return recurSequence(x.layout, (t) => rowsOf(projected, x.layout.offsets[t], x.layout.offsets[t + 1]));
    },
    step: (x, state) => recurStep(projection.apply(x).values, state),
  };
}
