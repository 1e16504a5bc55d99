import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createModelList, isShipped, specOf } from '#app/services/model-list.js';
import type { ModelRecord } from '#app/store/models.js';
import { openRegistry } from '#app/store/registry.js';

const directory = mkdtempSync(join(tmpdir(), 'onomast-models-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Something that looks like a model to whoever does not open it. */
function modelDirectory(name: string): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  for (const file of ['config.json', 'vocab.json', 'weights.safetensors', 'meta.json'])
    writeFileSync(join(path, file), '');
  return path;
}

const details = { weightsSha256: 'w', dataSha256: 'd', labels: ['PER'], scores: {}, config: {} };
const SHIPPED: ModelRecord = { ...details, name: 'names-en', version: 0, path: '/shipped', createdAt: '2026-01-01' };

function listWith(shipped: ModelRecord | undefined, ...names: string[]) {
  const { models: registry, close } = openRegistry(':memory:');
  onTestFinished(close);
  for (const name of names) registry.register({ ...details, name, path: modelDirectory(name) });
  return { list: createModelList({ registry, shipped: () => shipped }), registry };
}
const spec = (record: ModelRecord | undefined) => record && specOf(record);

describe('createModelList', () => {
  test('nothing there', () => {
    const { list } = listWith(undefined);
    expect(list.list()).toEqual([]);
    expect(list.active()).toBeUndefined();
    expect(() => list.find('names-en')).toThrow('model: there is no model "names-en"');
  });

  test('the shipped one alone', () => {
    const { list } = listWith(SHIPPED);
    expect(list.list()).toEqual([SHIPPED]);
    expect(list.active()).toBe(SHIPPED);
    expect(list.find('names-en')).toBe(SHIPPED);
    expect(list.find('names-en@0')).toBe(SHIPPED);
    expect(() => list.find('names-en@1')).toThrow('model: there is no model "names-en@1"');
    expect(() => list.find('other@0')).toThrow('model: expected "name" or "name@version", found "other@0"');
  });

  test('registered ones go before it', () => {
    const { list } = listWith(SHIPPED, 'a', 'b');
    expect(list.list().map(spec)).toEqual(['b@1', 'a@1', 'names-en@0']);
    expect(list.list().map(isShipped)).toEqual([false, false, true]);
    expect(spec(list.active())).toBe('b@1');
    expect(spec(list.find('a'))).toBe('a@1');
    expect(list.find('names-en')).toBe(SHIPPED);
  });

  test('one registered under the same name goes before it', () => {
    const { list } = listWith(SHIPPED, 'names-en');
    expect(spec(list.find('names-en'))).toBe('names-en@1');
    expect(list.find('names-en@0')).toBe(SHIPPED);
  });

  test('it is active when the directories of all others are gone', () => {
    const { list, registry } = listWith(SHIPPED, 'gone', 'stays');
    registry.activate('gone');
    expect(spec(list.active())).toBe('gone@1');
    rmSync(join(directory, 'gone'), { recursive: true });
    expect(spec(list.active())).toBe('stays@1');
    rmSync(join(directory, 'stays'), { recursive: true });
    expect(list.active()).toBe(SHIPPED);
    expect(spec(list.find('gone'))).toBe('gone@1');
  });
});
