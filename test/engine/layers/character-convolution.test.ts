import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { allocateMatrix, type Matrix } from '#engine/core/layer.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createCharacterBatch } from '#engine/layers/character-batch.js';
import { characterConvolution, characterConvolutionSpecs } from '#engine/layers/character-convolution.js';
import { fillCosine } from '../../helpers/cosine.js';
import { gradientDistance, passContext } from '../../helpers/numeric-gradient.js';

const kernels = createReferenceKernels('float64');
const context = passContext(kernels);
const [ana, of, zoe] = [Int32Array.of(1, 2, 1), Int32Array.of(3, 4, 0, 5, 2), Int32Array.of(5)];
const ROWS = [of, ana, of, zoe, ana];

function made(width: number, dimension = 2, filters = 3): ParameterSet {
  const options = { name: 'characters', characters: 6, dimension, filters, width };
  return createParameters(kernels, characterConvolutionSpecs(options), createRandom(7));
}

/** Columns 2 to 4 of five; the others stay as they are. */
function forward(parameters: ParameterSet, rows: readonly Int32Array[], column = 2): ReturnType<typeof convolved> {
  return convolved(parameters, rows, column);
}
function convolved(parameters: ParameterSet, rows: readonly Int32Array[], column: number) {
  const output = allocateMatrix(kernels, rows.length, column + 3);
  output.values.fill(0);
  const place = { name: 'characters', out: output, column };
  const add = characterConvolution(context, parameters, createCharacterBatch(rows), place);
  const backward = (dOutput: Matrix): Matrix => {
    add(dOutput);
    return NO_INPUT;
  };
  return { output, backward };
}
const NO_INPUT: Matrix = { values: kernels.floats(0), rows: 0, columns: 0 };

describe('character convolution', () => {
  test.each([1, 2, 3, 4, 5])('gradients of table, filters and bias, width %i', (width) => {
    const parameters = made(width);
    expect(gradientDistance(kernels, () => forward(parameters, ROWS), NO_INPUT, parameters)).toBeLessThan(1e-6);
  });

  test('by hand: one column of characters, one filter of weights 1, 10, 100', () => {
    const options = { name: 'characters', characters: 4, dimension: 1, filters: 1, width: 3 };
    const parameters = createParameters(kernels, characterConvolutionSpecs(options), undefined);
    parameters.get('characters.embedding.weight').values.set([9, 1, 2, 3]);
    parameters.get('characters.convolution.weight').values.set([1, 10, 100]);
    parameters.get('characters.convolution.bias').values.set([0.5]);
    const characters = createCharacterBatch([Int32Array.of(1, 3, 2), Int32Array.of(2)]);
    const output = allocateMatrix(kernels, 2, 1);
    characterConvolution(context, parameters, characters, { name: 'characters', out: output, column: 0 });
    // Places of "1 3 2": 0 1 3 gives 310, 1 3 2 gives 231, 3 2 0 gives 23; and "2" alone gives 20.
    expect([...output.values]).toEqual([310.5, 20.5]);
  });

  test('is the same for rows of one word, wherever and in whatever company they are', () => {
    const parameters = made(3);
    const rowOf = ({ output }: ReturnType<typeof forward>, row: number) => [
      ...output.values.subarray(row * output.columns, (row + 1) * output.columns),
    ];
    const together = forward(parameters, ROWS);
    expect(rowOf(together, 0)).toEqual(rowOf(together, 2));
    expect(rowOf(together, 0).slice(0, 2)).toEqual([0, 0]);
    expect(rowOf(together, 1)).toEqual(rowOf(forward(parameters, [ana]), 0));
    expect(rowOf(forward(parameters, [Int32Array.from(ana)]), 0)).toEqual(rowOf(together, 4));
  });

  test('equal words of two arrays get the gradient of one', () => {
    const gradientOf = (rows: readonly Int32Array[]): number[] => {
      const parameters = made(3);
      const { output, backward } = forward(parameters, rows, 0);
      backward({ ...output, values: fillCosine(kernels.floats(output.values.length), 1, 0.9, 0.2) });
      return [...parameters.grad].map((x) => Number(x.toFixed(12)));
    };
    expect(gradientOf([ana, of, Int32Array.from(ana)])).toEqual(gradientOf([ana, of, ana]));
  });
});
