import { unitRows, varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix, type PassContext } from '#engine/core/layer.js';
import type { ParameterSet, ParameterSpec } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import type { CharacterBatch } from './character-batch.js';
import { linear } from './linear.js';

export interface CharacterShape {
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
export function characterConvolutionSpecs(
  prefix: string,
  { characters, dimension, filters, width }: CharacterShape,
): ParameterSpec[] {
  return [
    { name: `${prefix}.embedding.weight`, shape: [characters, dimension], initializer: unitRows },
    {
      name: `${prefix}.convolution.weight`,
      shape: [filters, width, dimension],
      initializer: varianceOneOverInputs,
    },
    { name: `${prefix}.convolution.bias`, shape: [filters], initializer: zeros, decays: false },
  ];
}

/**
 * Writes the convolution of every row's word into columns `column` .. `column + F` of `out` and returns the function that
 * adds the gradient back: the same for characters as `embedInto` is for ids.
 */
export function convolveInto(
  context: PassContext,
  { prefix, parameters }: { readonly prefix: string; readonly parameters: ParameterSet },
  characters: CharacterBatch,
  out: Matrix,
  column: number,
): (dOut: Matrix) => void {
  const { kernels } = context;
  const { output, backward } = characterConvolution(context, prefix, parameters, characters);
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

/**
 * Character convolution (Ma & Hovy 2016, https://arxiv.org/abs/1603.01354, section 2.1): the embedded characters of a word,
 * zeros before and after them, every filter at every place, and of each filter the greatest value over the places. One row
 * of the output is one word.
 *
 * (L) -> (U, F)
 */
export function characterConvolution(
  { kernels }: PassContext,
  prefix: string,
  parameters: ParameterSet,
  characters: CharacterBatch,
): { readonly output: Matrix; backward(dOutput: Matrix): void } {
  const table = parameters.get(`${prefix}.embedding.weight`);
  const weight = parameters.get(`${prefix}.convolution.weight`);
  const [filters, width, dimension] = weight.shape;
  const places = characters.ids.length;

  const seen = windows(kernels, characters, width);
  const x = allocateMatrix(kernels, places, width * dimension);
  seen.forEach((ids, w) => {
    kernels.gatherRows(x.values, table.values, ids, places, dimension, x.columns, w * dimension);
  });
  const asLinear = {
    weight: { ...weight, shape: [filters, x.columns] },
    bias: parameters.get(`${prefix}.convolution.bias`),
  };
  const scores = linear(kernels, asLinear, x); // (L, F)
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
