import { unitRows, varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import type { CharacterBatch } from './character-batch.js';
import type { OutputColumns } from './embedding.js';
import { affine } from './linear.js';

export interface CharacterConvolutionOptions {
  /** Prefix of its parameters: `characters`. */
  readonly name: string;
  /** V: rows of the character table. */
  readonly characters: number;
  /** E: columns of the character table. */
  readonly dimension: number;
  /** F */
  readonly filters: number;
  /** W: characters under a filter. */
  readonly width: number;
}

/** The convolution's weight is (F, W, E); PyTorch's Conv1d has it (F, E, W). */
export function characterConvolutionSpecs({
  name,
  characters,
  dimension,
  filters,
  width,
}: CharacterConvolutionOptions): ParameterSpec[] {
  return [
    { name: `${name}.embedding.weight`, shape: [characters, dimension], initializer: unitRows },
    {
      name: `${name}.convolution.weight`,
      shape: [filters, width, dimension],
      initializer: varianceOneOverInputs,
    },
    { name: `${name}.convolution.bias`, shape: [filters], initializer: zeros, decays: false },
  ];
}

/**
 * Character convolution (Ma & Hovy 2016, https://arxiv.org/abs/1603.01354, section 2.1): the embedded characters of a word,
 * zeros before and after them, every filter at every place, and of each filter the greatest value over the places. Writes
 * the F values of every row's word into the columns from `column` on and returns the function that adds the gradient back,
 * as `embedding` does for ids.
 */
export function characterConvolution(
  context: PassContext,
  parameters: Parameters,
  characters: CharacterBatch,
  { name, out, column }: { readonly name: string } & OutputColumns,
): (dOut: Matrix) => void {
  const { kernels } = context;
  const { output, backward } = convolveWords(kernels, parameters, characters, name);
  const { rows, columns, values } = output;
  const words = kernels.arena.ints(out.rows);
  words.set(characters.wordOfRow);
  kernels.gatherRows(out.values, values, words, out.rows, columns, out.columns, column);
  return (dOut) => {
    const dWords = allocateMatrix(kernels, rows, columns);
    kernels.fill(dWords.values, 0, rows * columns);
    kernels.scatterAddRows(dWords.values, dOut.values, words, out.rows, columns, out.columns, column);
    backward(dWords);
  };
}

/** Every word once: (L) -> (U, F) */
function convolveWords(
  kernels: Kernels,
  parameters: Parameters,
  characters: CharacterBatch,
  name: string,
): { readonly output: Matrix; backward(dOutput: Matrix): void } {
  const table = parameters.get(`${name}.embedding.weight`);
  const weight = parameters.get(`${name}.convolution.weight`);
  const [filters, width, dimension] = weight.shape;
  const places = characters.ids.length;

  const seen = windows(kernels, characters, width);
  const x = allocateMatrix(kernels, places, width * dimension);
  seen.forEach((ids, w) => {
    kernels.gatherRows(x.values, table.values, ids, places, dimension, x.columns, w * dimension);
  });
  const asLinear = {
    weight: { ...weight, shape: [filters, x.columns] },
    bias: parameters.get(`${name}.convolution.bias`),
  };
  const scores = affine(kernels, asLinear, x); // (L, F)
  const { output, winners } = greatestPlaces(kernels, scores.output, characters);

  const backward = (dOutput: Matrix): void => {
    const dScores = allocateMatrix(kernels, places, filters);
    kernels.fill(dScores.values, 0, places * filters);
    winners.forEach((at, i) => {
      dScores.values[at] = dOutput.values[i];
    });
    const dX = scores.backward(dScores);
    seen.forEach((ids, w) => {
      kernels.scatterAddRows(table.grad, dX.values, ids, places, dimension, x.columns, w * dimension);
    });
  };
  return { output, backward };
}

/** For each place under a filter the characters that stand there, -1 beyond the ends of the word. */
function windows(kernels: Kernels, { ids, starts }: CharacterBatch, width: number): Int32Array[] {
  return Array.from({ length: width }, (_, w) => {
    const distance = w - (width >> 1);
    const out = kernels.arena.ints(ids.length);
    for (let u = 0; u + 1 < starts.length; u++) {
      for (let at = starts[u]; at < starts[u + 1]; at++) {
        const from = at + distance;
        out[at] = from >= starts[u] && from < starts[u + 1] ? ids[from] : -1;
      }
    }
    return out;
  });
}

/** The greatest value of each column over the rows of each word, and where in `scores` it stands; the first of equals. */
function greatestPlaces(
  kernels: Kernels,
  { values, columns }: Matrix,
  { starts }: CharacterBatch,
): { output: Matrix; winners: Int32Array } {
  const words = starts.length - 1;
  const output = allocateMatrix(kernels, words, columns);
  const winners = kernels.arena.ints(words * columns);
  for (let u = 0; u < words; u++) {
    for (let f = 0; f < columns; f++) {
      let best = starts[u] * columns + f;
      for (let at = best + columns; at < starts[u + 1] * columns; at += columns) {
        if (values[at] > values[best]) best = at;
      }
      output.values[u * columns + f] = values[best];
      winners[u * columns + f] = best;
    }
  }
  return { output, winners };
}
