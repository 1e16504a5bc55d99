import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameter } from '#engine/core/parameter.js';
import { isTable, packTable, roundTable, unpackTables } from '#tagging/model/quantized-tables.js';
import { roundTables } from '#tagging/model/tagger-model.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const tableOf = (values: readonly number[], width: number): Parameter => ({
  name: 'embedding.word.weight',
  shape: [values.length / width, width],
  values: Float32Array.from(values),
  grad: new Float32Array(0),
  decays: true,
  trainable: true,
  touched: new Int32Array(values.length / width),
});
const readBack = (table: Parameter): number[] => [
  ...unpackTables(new Map(packTable(table).map((tensor) => [tensor.name, tensor])), 'file').get(table.name)!.values,
];

describe('a rounded table', () => {
  const rows = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 12, maxLength: 12 });

  test('is read back bit by bit, and rounding it again changes nothing', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const table = tableOf(values, 4);
        roundTable(table);
        const once = [...table.values];
        expect(readBack(table)).toEqual(once.map((value) => value + 0)); // -0 comes back as 0
        roundTable(table);
        expect([...table.values]).toEqual(once);
      }),
    );
  });

  test('is off by at most a 127th of the largest number of the row', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const table = tableOf(values, 4);
        const before = [...table.values];
        roundTable(table);
        for (let row = 0; row < 3; row++) {
          const largest = Math.max(...before.slice(row * 4, row * 4 + 4).map(Math.abs));
          for (let i = row * 4; i < row * 4 + 4; i++)
            expect(Math.abs(table.values[i] - before[i])).toBeLessThanOrEqual(largest / 127 + 1e-30);
        }
      }),
    );
  });

  test('by hand: 127 fits a scale of 1, 128 needs 2', () => {
    const table = tableOf([127, 1.4, 128, 1.4, 0, 0], 2);
    roundTable(table);
    expect([...table.values]).toEqual([127, 1, 128, 2, 0, 0]);
    const [codes, exponents] = packTable(table);
    expect([...codes.values]).toEqual([127, 1, 64, 1, 0, 0]);
    expect([...exponents.values].slice(0, 2)).toEqual([0, 1]);
  });
});

test('of a model only the embedding tables are rounded', () => {
  const model = tinyModel({ config: { quantize_embeddings: true } });
  const before = new Map(model.network.parameters.list.map(({ name, values }) => [name, [...values]]));
  roundTables(model);
  for (const parameter of model.network.parameters.list) {
    const isSame = parameter.values.every((value, i) => value === before.get(parameter.name)![i]);
    expect(isSame, parameter.name).toBe(!isTable(parameter));
    expect(isTable(parameter), parameter.name).toBe(parameter.name.startsWith('embedding.'));
  }
});

test('bytes without exponents, or with too few, are refused', () => {
  const [codes, exponents] = packTable(tableOf([1, 2, 3, 4], 2));
  const few = { ...exponents, shape: [1], values: exponents.values.slice(1) };
  for (const tensors of [[codes], [codes, few]]) {
    const error = thrownBy(() => unpackTables(new Map(tensors.map((tensor) => [tensor.name, tensor])), 'dir/file'));
    expect(error).toMatchObject({ code: 'damaged_model' });
    expect(error.message).toBe('dir/file: tensor "embedding.word.weight" holds bytes but no exponent for each row');
  }
});
