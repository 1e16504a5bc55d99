import type { Matrix } from '#engine/core/layer.js';
import type { Parameter } from '#engine/core/parameter.js';
import type { Ints, Kernels } from '#engine/kernels/kernels.js';

/**
 * Writes table rows into columns `column` .. `column + E` of `out` and returns the function that adds the gradient back.
 * Several embeddings side by side fill one wide matrix without a copy.
 *
 * ids (N), table (V, E); ids below 0 stand for nothing and give zeros.
 */
export function embedInto(
  kernels: Kernels,
  table: Parameter,
  ids: Ints,
  out: Matrix,
  column: number,
): (dOut: Matrix) => void {
  const width = table.shape[1];
  kernels.gatherRows(out.values, table.values, ids, out.rows, width, out.columns, column);
  return gradientOf(kernels, table, ids, out, column);
}

/** The same, but adds the rows to what `out` holds; ids below 0 add nothing. */
export function embedOnto(
  kernels: Kernels,
  table: Parameter,
  ids: Ints,
  out: Matrix,
  column: number,
): (dOut: Matrix) => void {
  const width = table.shape[1];
  kernels.gatherAddRows(out.values, table.values, ids, out.rows, width, out.columns, column);
  return gradientOf(kernels, table, ids, out, column);
}

function gradientOf(
  kernels: Kernels,
  table: Parameter,
  ids: Ints,
  { rows, columns }: Matrix,
  column: number,
): (dOut: Matrix) => void {
  return (dOut) => {
    if (!table.trainable) return;
    if (table.touched) for (const id of ids) if (id >= 0) table.touched[id] = 1;
    kernels.scatterAddRows(table.grad, dOut.values, ids, rows, table.shape[1], columns, column);
  };
}
