import { allocateMatrix, type Matrix, type PassContext } from '#engine/core/layer.js';

/** Matrices of N rows laid side by side, and the way back for their gradients. */
export interface Concatenation {
  readonly output: Matrix;
  /** The columns of dOutput that belong to each part, as matrices of their own. */
  split(dOutput: Matrix): Matrix[];
}

export function concatenate({ kernels }: PassContext, parts: readonly Matrix[]): Concatenation {
  const { rows } = parts[0];
  const output = allocateMatrix(
    kernels,
    rows,
    parts.reduce((sum, { columns }) => sum + columns, 0),
  );
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
