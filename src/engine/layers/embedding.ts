import { unitRows, zeros } from '#engine/core/initializers.js';
import type { Matrix, PassContext } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import type { Ints } from '#engine/kernels/kernels.js';

export interface EmbeddingOptions {
  /** Prefix of its table: `embedding.word`. */
  readonly name: string;
  /** V: rows of the table. */
  readonly rows: number;
  /** E: columns of the table. */
  readonly columns: number;
  /** Rows at random, or zeros: for vectors that are read from a file, or an addend that begins at nothing. */
  readonly initial: 'random' | 'zeros';
  readonly isTrainable: boolean;
}

/** Where an input layer writes: its columns begin at `column` of `out`, which is as wide as all input layers together. */
export interface OutputColumns {
  readonly out: Matrix;
  readonly column: number;
}

export function embeddingSpecs({ name, rows, columns, initial, isTrainable }: EmbeddingOptions): ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      shape: [rows, columns],
      initializer: initial === 'zeros' ? zeros : unitRows,
      trainable: isTrainable,
      isSparse: true,
    },
  ];
}

/**
 * Writes table rows into the columns from `column` on and returns the function that adds the gradient back. Several
 * embeddings fill one wide matrix without a copy. An addend adds its rows to what stands there already.
 *
 * ids (N), in memory of the kernels; ids below 0 stand for nothing and give zeros.
 */
export function embedding(
  { kernels }: PassContext,
  parameters: Parameters,
  ids: Ints,
  { name, out, column, isAddend = false }: { readonly name: string; readonly isAddend?: boolean } & OutputColumns,
): (dOut: Matrix) => void {
  const table = parameters.get(`${name}.weight`);
  const width = table.shape[1];
  const { rows, columns } = out;
  const gather = isAddend ? kernels.gatherAddRows : kernels.gatherRows;
  gather(out.values, table.values, ids, rows, width, columns, column);
  return (dOut) => {
    if (!table.trainable) return;
    if (table.touched) for (const id of ids) if (id >= 0) table.touched[id] = 1;
    kernels.scatterAddRows(table.grad, dOut.values, ids, rows, width, columns, column);
  };
}
