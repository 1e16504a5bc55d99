import { describe, expect, test } from 'vitest';
import { readRow } from '#app/store/rows.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const row = { name: 'x', count: 3, ratio: 0.5, missing: null, object: '{"a":[1]}', list: '["a"]', broken: '{' };
const read = readRow('things', row);

describe('readRow', () => {
  test('gives each column as its type', () => {
    expect(read.text('name')).toBe('x');
    expect(read.integer('count')).toBe(3);
    expect(read.numberOrNull('ratio')).toBe(0.5);
    expect(read.numberOrNull('missing')).toBeNull();
    expect(read.json('object')).toEqual({ a: [1] });
    expect(read.textList('list')).toEqual(['a']);
    expect(read.optionalText('name', 'title')).toEqual({ title: 'x' });
    expect(read.optionalText('missing', 'title')).toEqual({});
    expect(read.optionalInteger('count', 'n')).toEqual({ n: 3 });
    expect(read.optionalInteger('missing', 'n')).toEqual({});
  });

  test.each([
    ['text', 'count', 'a text, found 3'],
    ['text', 'missing', 'a text, found null'],
    ['text', 'absent', 'a text, found undefined'],
    ['integer', 'ratio', 'an integer, found 0.5'],
    ['integer', 'name', 'an integer, found "x"'],
    ['numberOrNull', 'name', 'a number, found "x"'],
    ['json', 'list', 'a JSON object, found "[\\"a\\"]"'],
    ['json', 'broken', 'a JSON object, found "{"'],
    ['textList', 'object', 'a JSON list of texts, found "{\\"a\\":[1]}"'],
  ] as const)('%s of %s: expected %s', (method, column, message) => {
    const error = thrownBy(() => read[method](column));
    expect(error.code).toBe('database_error');
    expect(error.message).toBe(`registry: things.${column}: expected ${message}`);
  });
});
