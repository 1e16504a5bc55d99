import { describe, expect, onTestFinished, test } from 'vitest';
import { createTaggerSource } from '#app/services/tagger-pool.js';
import { openRegistry } from '#app/store/registry.js';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';

const sha256Of = (path: string) => `sha-of-${path}`;

function setUp({ load, maximumLoaded }: { load?: (path: string) => Promise<Tagger>; maximumLoaded?: number } = {}) {
  const { models: registry, close } = openRegistry(':memory:');
  onTestFinished(close);
  const loads: string[] = [];
  const models = createTaggerSource({
    registry: {
      list: registry.list,
      find: registry.find,
      active() {
        const [inForce] = registry.activations();
        return inForce ? registry.find(`${inForce.name}@${inForce.version}`) : registry.list()[0];
      },
    },
    async load(path, identity) {
      loads.push(path);
      return load === undefined ? fakeTagger({ model: { ...identity, sha256: sha256Of(path) } }) : load(path);
    },
    ...(maximumLoaded === undefined ? {} : { maximumLoaded }),
  });
  const register = (name: string, path: string) =>
    registry.register({
      name,
      path,
      weightsSha256: sha256Of(path),
      dataSha256: 'd',
      labels: ['PER'],
      scores: { f1: 0.5, perLabel: { PER: 0.25 }, note: 'x' },
      config: {},
    });
  return { registry, models, register, loads };
}

describe('createTaggerSource', () => {
  test('has nothing to give without a model', async () => {
    const { models } = setUp();
    expect(models.list()).toEqual([]);
    await expect(models.get()).rejects.toMatchObject({
      code: 'no_model',
      message: 'there is no model yet; train one with "npm run train"',
    });
    await expect(models.get('names')).rejects.toMatchObject({ code: 'unknown_model' });
    await expect(models.get('a@b@c')).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('lists what the registry knows, with the scores that are numbers', () => {
    const { models, register, registry } = setUp();
    register('names', '/1');
    register('names', '/2');
    registry.activate({ name: 'names', version: 1 }, 'better');
    const common = { id: 'names', labels: ['PER'], scores: { f1: 0.5 }, createdAt: expect.stringMatching(/Z$/) };
    expect(models.list()).toEqual([
      { ...common, version: 2, sha256: 'sha-of-/2', isActive: false, isShipped: false },
      { ...common, version: 1, sha256: 'sha-of-/1', isActive: true, isShipped: false },
    ]);
  });

  test('loads a model once, also when asked twice at a time, and calls it as the registry does', async () => {
    const { models, register, loads } = setUp();
    register('names', '/1');
    const [first, second] = await Promise.all([models.get(), models.get('names@1')]);
    expect(first).toBe(second);
    expect(await models.get('names')).toBe(first);
    expect(loads).toEqual(['/1']);
    expect(first.model).toEqual({ id: 'names', version: 1, sha256: 'sha-of-/1' });
    expect(first.tag('Ada', { threshold: 0.5 }).entities).toHaveLength(1);
    expect(first.tagAll(['Ada'], { threshold: 0.8 })[0].entities).toEqual([]);
    expect(first.tagWords([['Ada']])[0].text).toBe('Ada');
    expect(first.labels).toEqual(['LOC', 'ORG', 'PER']);
  });

  test('uses a newer model, or one activated, from the next request on', async () => {
    const { models, register, registry } = setUp();
    register('names', '/1');
    expect((await models.get()).model.version).toBe(1);
    register('names', '/2');
    expect((await models.get()).model.version).toBe(2);
    registry.activate({ name: 'names', version: 1 }, 'better');
    expect((await models.get()).model.version).toBe(1);
    registry.remove('names@1');
    expect((await models.get()).model.version).toBe(2);
    await expect(models.get('names@1')).rejects.toMatchObject({ code: 'unknown_model' });
  });

  test('keeps as many as it may, and those used last', async () => {
    const { models, register, loads } = setUp({ maximumLoaded: 2 });
    for (const path of ['/1', '/2', '/3']) register('names', path);
    await models.get('names@1');
    await models.get('names@2');
    await models.get('names@1');
    await models.get('names@3');
    await models.get('names@1');
    expect(loads).toEqual(['/1', '/2', '/3']);
    await models.get('names@2');
    expect(loads).toEqual(['/1', '/2', '/3', '/2']);
  });

  test('keeps four unless told', async () => {
    const { models, register, loads } = setUp();
    for (let index = 1; index <= 5; index += 1) register('names', `/${index}`);
    for (let index = 1; index <= 5; index += 1) await models.get(`names@${index}`);
    for (let index = 2; index <= 5; index += 1) await models.get(`names@${index}`);
    expect(loads).toHaveLength(5);
    await models.get('names@1');
    expect(loads).toHaveLength(6);
  });

  test('tries again when loading failed', async () => {
    let attempts = 0;
    const load = async (path: string): Promise<Tagger> => {
      attempts += 1;
      if (attempts === 1) throw new AppError('damaged_model', 'checkpoint: cut short');
      return fakeTagger({ model: { id: 'names', version: 1, sha256: sha256Of(path) } });
    };
    const { models, register } = setUp({ load });
    register('names', '/1');
    await expect(models.get()).rejects.toMatchObject({ code: 'damaged_model', message: 'checkpoint: cut short' });
    expect((await models.get()).model.version).toBe(1);
  });

  test('refuses weights that are not those registered', async () => {
    const { models, register } = setUp({ load: async () => fakeTagger({ model: { sha256: 'other' } }) });
    register('names', '/1');
    await expect(models.get()).rejects.toMatchObject({
      code: 'damaged_model',
      message:
        'model names@1: "/1" holds other weights than were registered (SHA-256 other…, not sha-of-/1…), so it was ' +
        'overwritten; train or register it again, or use --model "/1" as it is',
    });
  });
});
