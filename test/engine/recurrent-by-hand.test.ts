import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import type { Sequence } from '#engine/core/layer.js';
import { createPackedLayout, type PackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { rightContext } from '#engine/layers/right-context.js';
import { CELL_NAMES, type CellName } from '#engine/recurrent/cells.js';
import { leftToRight, recurrentSpecs, rightToLeft } from '#engine/recurrent/recurrent.js';
import { expectClose } from '../helpers/closeness.js';
import { cosineSequence, NO_PARAMETERS, passContext } from '../helpers/numeric-gradient.js';

const kernels = createReferenceKernels('float64');
const layerOf = (cell: CellName) => ({ cell, name: 'rnn', suffix: 'l0', inputs: 3, hidden: 4 });
const context = passContext(kernels);

function sequence(layout: PackedLayout, rows: readonly (readonly number[])[]): Sequence {
  return { values: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0].length, layout };
}

/** One unit, one input: W_ax = 0.5, W_aa = 2, b_a = 0.1. */
function oneUnit(cell: CellName): ParameterSet {
  const parameters = createParameters(kernels, recurrentSpecs({ ...layerOf(cell), inputs: 1, hidden: 1 }), undefined);
  parameters.get('rnn.weight_ih_l0').values.set([0.5]);
  parameters.get('rnn.weight_hh_l0').values.set([2]);
  parameters.get('rnn.bias_ih_l0').values.set([0.1]);
  return parameters;
}

describe('the recurrence by hand: a<0> = 0, a<t> = g(0.5 x<t> + 2 a<t-1> + 0.1)', () => {
  // Two sentences, (1, -1, 0.4) and (-2): rows are x<1> of both, then x<2> and x<3> of the longer.
  const layout = createPackedLayout([3, 1]);
  const x = sequence(layout, [[1], [-2], [-1], [0.4]]);

  test('tanh', () => {
    const a1 = Math.tanh(0.6);
    const a2 = Math.tanh(-0.4 + 2 * a1);
    const a3 = Math.tanh(0.3 + 2 * a2);
    const { output } = leftToRight(context, oneUnit('rnn'), x, layerOf('rnn'));
    expectClose(output.values, [a1, Math.tanh(-0.9), a2, a3], 1e-15);
  });

  test('ReLU', () => {
    const { output } = leftToRight(context, oneUnit('relu'), x, layerOf('relu'));
    expectClose(output.values, [0.6, 0, -0.4 + 1.2, 0.3 + 1.6], 1e-15);
  });

  test('right to left, starting from 0 at the end of each sentence', () => {
    const last = Math.tanh(0.3);
    const middle = Math.tanh(-0.4 + 2 * last);
    const { output } = rightToLeft(context, oneUnit('rnn'), x, layerOf('rnn'));
    expectClose(output.values, [Math.tanh(0.6 + 2 * middle), Math.tanh(-0.9), middle, last], 1e-15);
  });
});

describe.each(CELL_NAMES)('%s', (cell) => {
  const parameters = createParameters(kernels, recurrentSpecs(layerOf(cell)), createRandom(2));
  const statesOf = (x: Sequence) => leftToRight(context, parameters, x, layerOf(cell)).output;

  test('a sentence has the same states in a batch as alone', () => {
    const lengths = [5, 3, 1];
    const layout = createPackedLayout(lengths);
    const x = cosineSequence(kernels, layout, 3);
    const together = statesOf(x);
    lengths.forEach((length, b) => {
      const rows = Array.from({ length }, (_, t) => layout.offsets[t] + b);
      const own = sequence(
        createPackedLayout([length]),
        rows.map((row) => [...x.values.subarray(row * 3, row * 3 + 3)]),
      );
      const alone = statesOf(own);
      const expected = rows.flatMap((row) => [...together.values.subarray(row * 4, row * 4 + 4)]);
      expect([...alone.values]).toEqual(expected);
    });
  });

  test('sees only the past: a change of token 3 leaves the states of tokens 1 and 2 alone', () => {
    const layout = createPackedLayout([4]);
    const before = [...statesOf(cosineSequence(kernels, layout, 3)).values];
    const changed = cosineSequence(kernels, layout, 3);
    changed.values[2 * 3] += 1;
    const after = [...statesOf(changed).values];
    expect(after.slice(0, 8)).toEqual(before.slice(0, 8));
    expect(after.slice(8, 12)).not.toEqual(before.slice(8, 12));
    expect(after.slice(12)).not.toEqual(before.slice(12));
  });
});

describe('right context by hand', () => {
  // "Teddy Roosevelt spoke" and "bears": token vectors (1 10), (2 20), (3 30) and (7 70).
  const layout = createPackedLayout([3, 1]);
  const x = sequence(layout, [
    [1, 10],
    [7, 70],
    [2, 20],
    [3, 30],
  ]);
  const rowsInContext = (k: number): number[][] => {
    const { output } = rightContext(context, NO_PARAMETERS, x, { words: k });
    return Array.from({ length: output.rows }, (_, row) => [
      ...output.values.subarray(row * output.columns, (row + 1) * output.columns),
    ]);
  };

  test('0 words: the tokens themselves, not a copy', () => {
    expect(rightContext(context, NO_PARAMETERS, x, { words: 0 }).output).toBe(x);
  });

  test('1 word: the next token beside each, zeros past the end of the sentence', () => {
    expect(rowsInContext(1)).toEqual([
      [1, 10, 2, 20],
      [7, 70, 0, 0],
      [2, 20, 3, 30],
      [3, 30, 0, 0],
    ]);
  });

  test('3 words: more than the sentence holds', () => {
    expect(rowsInContext(3)).toEqual([
      [1, 10, 2, 20, 3, 30, 0, 0],
      [7, 70, 0, 0, 0, 0, 0, 0],
      [2, 20, 3, 30, 0, 0, 0, 0],
      [3, 30, 0, 0, 0, 0, 0, 0],
    ]);
  });
});
