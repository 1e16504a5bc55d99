import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createModelCatalogue, createModelList, isShipped, specOf } from '#app/services/model-list.js';
import type { ModelRecord } from '#app/store/models.js';
import { openRegistry } from '#app/store/registry.js';
import { AppError } from '#base/errors.js';
import { keptVersion } from '#tagging/model/model-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const directory = mkdtempSync(join(tmpdir(), 'onomast-models-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Something that looks like a model to whoever does not open it. */
function modelDirectory(name: string, weights_sha256?: string): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  for (const file of ['config.json', 'vocab.json', 'weights.safetensors', 'meta.json'])
    writeFileSync(join(path, file), '');
  if (weights_sha256) writeFileSync(join(path, 'meta.json'), JSON.stringify({ weights_sha256 }));
  return path;
}

const details = { weightsSha256: 'w', dataSha256: 'd', labels: ['PER'], scores: {}, config: {} };
const SHIPPED: ModelRecord = {
  ...details,
  name: 'names-en',
  version: 0,
  path: modelDirectory('shipped'),
  createdAt: '2026-01-01',
};

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
    expect(() => list.find('other@0')).toThrow('model: there is no model "other@0"');
  });

  test('registered ones go before it', () => {
    const { list, registry } = listWith(SHIPPED, 'a', 'b');
    expect(list.list().map(spec)).toEqual(['b@1', 'a@1', 'names-en@0']);
    expect(list.list().map(isShipped)).toEqual([false, false, true]);
    expect(list.active()).toBe(SHIPPED);
    registry.activate({ name: 'a', version: 1 }, 'better');
    expect(spec(list.active())).toBe('a@1');
    expect(spec(list.find('a'))).toBe('a@1');
    expect(list.find('names-en')).toBe(SHIPPED);
  });

  test('one registered under the same name goes before it', () => {
    const { list } = listWith(SHIPPED, 'names-en');
    expect(spec(list.find('names-en'))).toBe('names-en@1');
    expect(list.find('names-en@0')).toBe(SHIPPED);
  });

  test('without a shipped one and without any activation the newest is active', () => {
    const { list } = listWith(undefined, 'a', 'b');
    expect(spec(list.active())).toBe('b@1');
  });

  test('where the active one is gone, the one before it is active, and in the end the shipped one', () => {
    const { list, registry } = listWith(SHIPPED, 'never', 'before', 'gone');
    registry.activate({ name: 'before', version: 1 }, 'better');
    registry.activate({ name: 'gone', version: 1 }, 'better');
    expect(spec(list.active())).toBe('gone@1');
    rmSync(join(directory, 'gone'), { recursive: true });
    expect(spec(list.active())).toBe('before@1');
    rmSync(join(directory, 'before'), { recursive: true });
    expect(list.active()).toBe(SHIPPED);
    expect(spec(list.find('gone'))).toBe('gone@1');
  });

  test('a damaged shipped one is told only where nothing else is there', () => {
    const shipped = (): never => {
      throw new AppError('damaged_model', 'names-en: cannot be read');
    };
    const { registry } = listWith(undefined, 'sound');
    expect(spec(createModelList({ registry, shipped }).active())).toBe('sound@1');
    expect(createModelList({ registry, shipped }).list().map(spec)).toEqual(['sound@1']);
    registry.remove('sound@1');
    expect(() => createModelList({ registry, shipped }).active()).toThrow('names-en: cannot be read');
  });
});

describe('a model whose directory was trained over', () => {
  test('is where it was put aside; the new one has its place', () => {
    const { list, registry } = listWith(undefined);
    const path = modelDirectory('mine', 'a'.repeat(64));
    registry.register({ ...details, name: 'mine', path, weightsSha256: 'a'.repeat(64) });
    const kept = keptVersion(path, 'a'.repeat(64));
    mkdirSync(join(kept, '..'));
    renameSync(path, kept);
    // Nothing is at its place yet, as when a training is killed between the two renames.
    expect(list.active()).toMatchObject({ name: 'mine', version: 1, path: kept });
    modelDirectory('mine', 'b'.repeat(64));
    // The new one is not registered yet.
    expect(list.active()).toMatchObject({ version: 1, path: kept });
    registry.register({ ...details, name: 'mine', path, weightsSha256: 'b'.repeat(64) });
    expect(list.find('mine@1').path).toBe(kept);
    expect(list.find('mine@2').path).toBe(path);
  });
});

describe('createModelCatalogue', () => {
  const setUp = (...names: string[]) => {
    const { registry } = listWith(undefined, ...names);
    return { registry, catalogue: createModelCatalogue({ registry, shipped: () => SHIPPED }) };
  };

  test('activates registered models and the shipped one, and goes back step by step', () => {
    const { catalogue } = setUp('first', 'second');
    for (const name of ['first', 'second', 'names-en']) catalogue.activate(name, 'told to');
    expect(catalogue.active()).toBe(SHIPPED);
    expect(spec(catalogue.rollBack())).toBe('second@1');
    expect(spec(catalogue.rollBack())).toBe('first@1');
    expect(catalogue.rollBack()).toBe(SHIPPED);
    expect(thrownBy(() => catalogue.rollBack()).message).toBe('models: no other model was active before names-en@0');
    expect(catalogue.active()).toBe(SHIPPED);
  });

  test('refuses to activate what has no files', () => {
    const { catalogue } = setUp('empty');
    rmSync(join(directory, 'empty'), { recursive: true });
    expect(thrownBy(() => catalogue.activate('empty', 'told to')).code).toBe('damaged_model');
    expect(catalogue.active()).toBe(SHIPPED);
  });

  test('removes a version with its directory, and what was active before is active again', () => {
    const { registry, catalogue } = setUp('stays');
    const path = modelDirectory('removed', 'c'.repeat(64));
    registry.register({ ...details, name: 'removed', path, weightsSha256: 'c'.repeat(64) });
    catalogue.activate('stays', 'better');
    catalogue.activate('removed', 'better');
    expect(spec(catalogue.remove('removed@1'))).toBe('removed@1');
    expect(existsSync(path)).toBe(false);
    expect(spec(catalogue.active())).toBe('stays@1');
    expect(thrownBy(() => catalogue.remove('removed@1')).code).toBe('unknown_model');
    expect(thrownBy(() => catalogue.remove('names-en')).message).toBe(
      'models: names-en@0 comes with the program and cannot be removed',
    );
    expect(thrownBy(() => catalogue.remove('stays')).code).toBe('invalid_argument');
  });

  test('leaves a directory that holds the weights of another version', () => {
    const { registry, catalogue } = setUp();
    const path = modelDirectory('twice', 'd'.repeat(64));
    for (const _ of [1, 2]) registry.register({ ...details, name: 'twice', path, weightsSha256: 'd'.repeat(64) });
    catalogue.remove('twice@1');
    expect(existsSync(path)).toBe(true);
    catalogue.remove('twice@2');
    expect(existsSync(path)).toBe(false);
  });
});
