import { allocateMatrix, allocateSequence, type Matrix, type PassContext, type Sequence } from '#engine/core/layer.js';

/** Sequences laid side by side, column after column, and the way back for their gradients. */
export interface Concatenation {
  readonly output: Sequence;
  /** The columns of dOutput that belong to each part, as matrices of their own. */
  split(dOutput: Matrix): Matrix[];
}

export function concatenate({ kernels }: PassContext, parts: readonly Sequence[]): Concatenation {
  const { rows } = parts[0];
  const width = parts.reduce((sum, { columns }) => sum + columns, 0);
  const output = allocateSequence(kernels, parts[0], width);
  const everyRow = kernels.arena.ints(rows);
  for (let row = 0; row < rows; row++) everyRow[row] = row;
  const columnsBefore = parts.map((_, p) => parts.slice(0, p).reduce((sum, { columns }) => sum + columns, 0));
  parts.forEach(({ values, columns }, p) => {
    kernels.gatherRows(output.values, values, everyRow, rows, columns, output.columns, columnsBefore[p]);
  });
  return {
    output,
    split: (dOutput) =>
      parts.map(({ columns }, p) => {
        const part = allocateMatrix(kernels, rows, columns);
        kernels.fill(part.values, 0, rows * columns);
        kernels.scatterAddRows(part.values, dOutput.values, everyRow, rows, columns, output.columns, columnsBefore[p]);
        return part;
      }),
  };
}
