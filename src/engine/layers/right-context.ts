import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, type Step } from '#engine/core/layer.js';
import { type PackedLayout, shiftedRows } from '#engine/core/packed-layout.js';

/**
 * Look-ahead: beside every token's vector the vectors of the next k tokens, zeros past the end of the sentence. It gives
 * a one-way network the words it would otherwise only learn of too late ("Teddy *Roosevelt*", "Teddy *bears*") at the
 * price of k words of delay.
 *
 * x (N, I) -> output (N, (k + 1) I)
 */
export function lookAhead({ kernels }: PassContext, layout: PackedLayout, x: Matrix, k: number): Step {
  if (k === 0) return { output: x, backward: (dOutput) => dOutput };
  const { rows, columns } = x;
  const output = { ...allocateMatrix(kernels, rows, (k + 1) * columns), isConstant: x.isConstant };
  const shifts = Array.from({ length: k + 1 }, (_, distance) =>
    shiftedRows(layout, distance, kernels.arena.ints(rows)),
  );
  shifts.forEach((ids, distance) => {
    kernels.gatherRows(output.values, x.values, ids, rows, columns, output.columns, distance * columns);
  });

  const backward = (dOutput: Matrix): Matrix => {
    if (x.isConstant) return NO_GRADIENT;
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.fill(dX.values, 0, rows * columns);
    shifts.forEach((ids, distance) => {
      kernels.scatterAddRows(dX.values, dOutput.values, ids, rows, columns, output.columns, distance * columns);
    });
    return dX;
  };
  return { output, backward };
}
