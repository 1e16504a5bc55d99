import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { createVectorTable } from '#tagging/vectors/vector-table.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

test('reads what was written', () => {
  const path = join(temporaryDirectory(), 'en.safetensors');
  const origin = { name: 'Test', language: 'en', license: 'CC0-1.0', source: '' };
  const table = createVectorTable({
    words: ['a', 'b'],
    values: Float32Array.of(1, 2, 3, 4),
    dimension: 2,
    bits: 8,
    origin,
  });
  writeFileSync(path, table.file);
  const read = loadVectorTable(path);
  expect(read).toMatchObject({ words: ['a', 'b'], size: 2, dimension: 2, bits: 8, origin });
  expect(read.id('B')).toBe(1);
});

test('tells what is wrong with a file', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'en.safetensors');
  expect(thrownBy(() => loadVectorTable(path))).toMatchObject({
    code: 'not_found',
    message: `${path}: expected a file, found none`,
  });
  expect(thrownBy(() => loadVectorTable(directory))).toMatchObject({ code: 'io_error' });
  writeFileSync(path, 'a 1 2\n');
  const damaged = thrownBy(() => loadVectorTable(path));
  expect(damaged.code).toBe('damaged_model');
  expect(damaged.message).toMatch(new RegExp(`^${path}: `));
});
