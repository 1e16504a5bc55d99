import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeTensors } from '#base/safetensors.js';
import {
  type Checkpoint,
  checkpointPath,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from '#training/run/checkpoint.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const CHECKPOINT: Checkpoint = {
  state: {
    cursor: {
      epoch: 2,
      batch: 1,
      step: 7,
      lossSum: 0.1 + 0.2,
      normSum: 1 / 3,
      tokens: 19,
      best: { score: 0.7, epoch: 1 },
    },
    arrays: {
      values: Float32Array.of(1, 2.5, -3),
      best: Float32Array.of(0, 1, 0),
      'optimizer.velocity': Float32Array.of(1e-30, 2, 3),
    },
  },
  fingerprint: 'f'.repeat(64),
  runId: 'r_12345678',
  seconds: 12.345678901234567,
};

const HEADER = { cursor: JSON.stringify(CHECKPOINT.state.cursor), fingerprint: 'f', run: 'r_1', seconds: '1' };
const file = () => join(temporaryDirectory(), 'names.checkpoint');

test('lies beside the model directory, with or without a slash at the end', () => {
  expect(checkpointPath('/models/names')).toBe('/models/names.checkpoint');
  expect(checkpointPath('/models/names//')).toBe('/models/names.checkpoint');
});

test('comes back exactly as it was written, and leaves nothing beside it', () => {
  const path = file();
  writeCheckpoint(path, { ...CHECKPOINT, seconds: 1 });
  writeCheckpoint(path, CHECKPOINT);
  expect(readCheckpoint(path)).toEqual(CHECKPOINT);
  expect(readdirSync(join(path, '..'))).toEqual(['names.checkpoint']);
});

test('float64 arrays stay float64', () => {
  const path = file();
  const values = Float64Array.of(Math.PI);
  writeCheckpoint(path, { ...CHECKPOINT, state: { ...CHECKPOINT.state, arrays: { values } } });
  expect(readCheckpoint(path)?.state.arrays.values).toEqual(values);
});

test('there is none', () => {
  expect(readCheckpoint(file())).toBeUndefined();
});

test('removing it, twice', () => {
  const path = file();
  writeCheckpoint(path, CHECKPOINT);
  removeCheckpoint(path);
  removeCheckpoint(path);
  expect(existsSync(path)).toBe(false);
});

describe('a damaged one is told as such', () => {
  test.each<[string, (path: string) => void, string]>([
    ['empty', (path) => writeFileSync(path, ''), 'expected at least 8 bytes, found 0'],
    [
      'with one bit of one number flipped',
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 1] ^= 1;
        writeFileSync(path, bytes);
      },
      'the numbers are not those that were written',
    ],
    ['text', (path) => writeFileSync(path, 'not a checkpoint'), 'it is truncated or not a safetensors file'],
    ['cut off', (path) => writeFileSync(path, readFileSync(path).subarray(0, -5)), 'does not fit its bytes'],
    [
      'without a cursor',
      (path) => writeFileSync(path, encodeTensors([], { ...HEADER, cursor: '' })),
      'the header lacks cursor, fingerprint, run or seconds',
    ],
    [
      'without metadata',
      (path) => writeFileSync(path, encodeTensors([])),
      'the header lacks cursor, fingerprint, run or seconds',
    ],
    [
      'with a cursor that is no JSON',
      (path) => writeFileSync(path, encodeTensors([], { ...HEADER, cursor: '{' })),
      'JSON',
    ],
    [
      'with a cursor that is null',
      (path) => writeFileSync(path, encodeTensors([], { ...HEADER, cursor: 'null' })),
      'the cursor is not one of this program',
    ],
    [
      'with a cursor of texts',
      (path) => writeFileSync(path, encodeTensors([], { ...HEADER, cursor: '{"epoch":"2","best":{}}' })),
      'the cursor is not one of this program',
    ],
  ])('%s', (_, damage, problem) => {
    const path = file();
    writeCheckpoint(path, CHECKPOINT);
    damage(path);
    const error = thrownBy(() => readCheckpoint(path));
    expect(error.code).toBe('damaged_checkpoint');
    expect(error.message.startsWith(`${path}: `)).toBe(true);
    expect(error.message).toContain(problem);
    expect(error.message.endsWith('; delete it to start afresh')).toBe(true);
    expect(error.message.split(path).length).toBe(2); // said once
  });
});

test('says where it cannot be written, and the old one stays', () => {
  const path = file();
  writeCheckpoint(path, CHECKPOINT);
  mkdirSync(`${path}.writing`);
  const error = thrownBy(() => writeCheckpoint(path, { ...CHECKPOINT, runId: 'r_other' }));
  expect(error.code).toBe('io_error');
  expect(error.message).toMatch(/names\.checkpoint: cannot write the checkpoint: EISDIR/);
  expect(readCheckpoint(path)?.runId).toBe('r_12345678');
});
