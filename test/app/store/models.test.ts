import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#app/store/database.js';
import { createModelRegistry, type NewModel } from '#app/store/models.js';
import { createProjectRegistry } from '#app/store/projects.js';
import { createRunRegistry } from '#app/store/runs.js';
import { createTrainingJobRegistry } from '#app/store/training-jobs.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const model = (changes: Partial<NewModel> = {}): NewModel => ({
  name: 'names',
  path: '/elsewhere/names',
  weightsSha256: 'a'.repeat(64),
  dataSha256: 'b'.repeat(64),
  labels: ['LOC', 'PER'],
  scores: { f1: 0.9, perLabel: { PER: { f1: 0.95 } } },
  config: { seed: 0, note: '日本 "quoted"' },
  ...changes,
});

function openRegistry(path = ':memory:') {
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  return { database, models: createModelRegistry(database) };
}

describe('createModelRegistry', () => {
  test('counts versions for each name and gives back what was registered', () => {
    const { models } = openRegistry();
    expect(models.register(model())).toEqual({ name: 'names', version: 1 });
    expect(models.register(model({ name: 'places' }))).toEqual({ name: 'places', version: 1 });
    expect(models.register(model({ weightsSha256: 'c'.repeat(64) }))).toEqual({ name: 'names', version: 2 });

    const found = models.find('names@1');
    expect(found).toEqual({ ...model(), version: 1, createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
    expect(models.list().map(({ name, version }) => `${name}@${version}`)).toEqual(['names@2', 'places@1', 'names@1']);
  });

  test('starts with no model at all', () => {
    const { models } = openRegistry();
    expect(models.list()).toEqual([]);
    expect(models.activations()).toEqual([]);
  });

  test('finds the newest version of a name, or the one that was active last', () => {
    const { models } = openRegistry();
    for (let index = 0; index < 11; index += 1) models.register(model());
    models.register(model({ name: 'places' }));
    expect(models.find('names').version).toBe(11);
    models.activate({ name: 'names', version: 2 }, 'told to');
    expect(models.find('names').version).toBe(2);
    models.activate({ name: 'places', version: 1 }, 'better');
    expect(models.find('places').version).toBe(1);
    expect(models.find('names').version).toBe(2);
    models.register(model());
    expect(models.find('names').version).toBe(2);
  });

  test('keeps who was active when and why, and takes back the last', () => {
    const { models } = openRegistry();
    models.register(model());
    models.register(model());
    models.activate({ name: 'names', version: 1 }, 'the first');
    models.activate({ name: 'names', version: 1 }, 'again');
    models.activate({ name: 'names-en', version: 0 }, 'told to');
    models.activate({ name: 'names', version: 2 }, 'better');
    const told = () => models.activations().map(({ name, version, reason }) => [name, version, reason]);
    expect(told()).toEqual([
      ['names', 2, 'better'],
      ['names-en', 0, 'told to'],
      ['names', 1, 'the first'],
    ]);
    expect(models.rollBack()).toMatchObject({ name: 'names', version: 2, activatedAt: expect.stringMatching(/Z$/) });
    expect(told()).toEqual([
      ['names-en', 0, 'told to'],
      ['names', 1, 'the first'],
    ]);
    models.rollBack();
    models.rollBack();
    expect(models.rollBack()).toBeUndefined();
    expect(told()).toEqual([]);
  });

  test('never gives a version number twice; what was removed is active no more', () => {
    const { models } = openRegistry();
    models.register(model());
    models.register(model());
    models.activate({ name: 'names', version: 1 }, 'better');
    models.activate({ name: 'names', version: 2 }, 'better');
    expect(models.remove('names@2')).toMatchObject({ version: 2 });
    expect(models.activations()).toMatchObject([{ version: 1 }]);
    expect(models.register(model()).version).toBe(3);
    models.remove('names@1');
    models.remove('names@3');
    expect(models.register(model()).version).toBe(4);
    expect(thrownBy(() => models.activate({ name: 'names', version: 1 }, 'again')).code).toBe('unknown_model');
  });

  test('a renamed model takes with it what tells of it, and leaves its number behind', () => {
    const { database, models } = openRegistry();
    const runs = createRunRegistry(database);
    const jobs = createTrainingJobRegistry(database);
    const projects = createProjectRegistry(database);
    models.register(model());
    models.register(model());
    models.register(model({ name: 'people' }));
    models.activate({ name: 'names', version: 1 }, 'first');
    models.activate({ name: 'names', version: 2 }, 'better');
    runs.createRun({ id: 'r', config: {}, seed: 0, dataSha256: 'b', output: '/elsewhere' });
    runs.finishRun('r', 'finished', { modelName: 'names', modelVersion: 2 });
    for (const base of ['names@2', 'names@1']) jobs.create({ id: base, request: { base, title: 't' }, output: '/o' });
    const id = projects.create('Letters', [{ label: 'PER', key: '1', look: 0 }]);
    const meta = { tokens: null, sentences: null, meta: {}, status: 'new', spans: [] } as const;
    projects.addDocuments(id, [{ ...meta, name: null, text: 'Ana' }]);
    const [document] = projects.listDocuments(id, { offset: 0, limit: 1 });
    const spans = [{ start: 0, end: 3, label: 'PER', model: 'names@2', score: 0.5 }];
    const told = { kind: 'accept', by: 'somebody', model: 'names@2', after: { status: 'accepted', spans } } as const;
    projects.decide(id, document.id, 1, told);

    expect(models.rename('names@2', 'people')).toMatchObject({ name: 'people', version: 2, path: '/elsewhere/names' });
    expect(models.activations()).toMatchObject([
      { name: 'people', version: 2, reason: 'better' },
      { name: 'names', version: 1, reason: 'first' },
    ]);
    expect(runs.get('r')).toMatchObject({ modelName: 'people', modelVersion: 2 });
    expect(jobs.get('names@2').request).toEqual({ base: 'people@2', title: 't' });
    expect(jobs.get('names@1').request).toEqual({ base: 'names@1', title: 't' });
    expect(projects.decisions(id, document.id)).toMatchObject([{ model: 'people@2' }]);
    expect(projects.getDocument(id, document.id).spans).toEqual([{ ...spans[0], model: 'people@2' }]);
    expect(models.find('names')).toMatchObject({ version: 1 });
    expect(thrownBy(() => models.find('names@2')).code).toBe('unknown_model');
    expect(models.register(model())).toEqual({ name: 'names', version: 3 });
    expect(models.rollBack()).toMatchObject({ name: 'people' });
  });

  test.each([
    ['names', 'people', 'invalid_argument', 'model: expected "name@version", found "names"'],
    ['names@1', 'names', 'invalid_argument', 'model: names@1 is called "names" already'],
    ['names@9', 'people', 'unknown_model', 'model: there is no model "names@9"'],
    ...['', '../up', 'a b', 'a@1', 'x'.repeat(65)].map((name) => [
      'names@1',
      name,
      'invalid_argument',
      'registry: "name" must be 1 to 64 letters',
    ]),
  ])('does not rename %s to %j, and changes nothing', (spec, name, code, message) => {
    const { models } = openRegistry();
    models.register(model());
    const error = thrownBy(() => models.rename(spec, name));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(models.list()).toMatchObject([{ name: 'names', version: 1 }]);
    expect(models.register(model({ name: 'people' })).version).toBe(1);
  });

  test.each(['names@7', 'nobody', 'nobody@1'])('says that there is no %s', (spec) => {
    const { models } = openRegistry();
    models.register(model());
    const error = thrownBy(() => models.find(spec));
    expect(error.code).toBe('unknown_model');
    expect(error.message).toBe(`model: there is no model "${spec}"`);
  });

  test('knows no version 0, which is that of a shipped model', () => {
    expect(thrownBy(() => openRegistry().models.find('names@0'))).toMatchObject({ code: 'unknown_model' });
  });

  test.each(['', '@', '@1', 'names@', 'names@-1', 'names@1.5', 'names@x', 'a/b', '../x', "'; DROP TABLE models"])(
    'refuses the malformed spec %j',
    (spec) => {
      const error = thrownBy(() => openRegistry().models.find(spec));
      expect(error.code).toBe('invalid_argument');
      expect(error.message).toBe(`model: expected "name" or "name@version", found ${JSON.stringify(spec)}`);
    },
  );

  test('removes only a version that is named', () => {
    const { models } = openRegistry();
    models.register(model());
    const error = thrownBy(() => models.remove('names'));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe('model: expected "name@version", found "names"');
    expect(thrownBy(() => models.remove('names@2')).code).toBe('unknown_model');
    expect(models.list()).toHaveLength(1);
  });

  test.each([
    [{ name: '' }, 'registry: "name" must be 1 to 64 letters, digits, ".", "_" or "-", found ""'],
    [{ name: 'a@b' }, 'registry: "name" must be 1 to 64 letters, digits, ".", "_" or "-", found "a@b"'],
    [{ name: '../etc' }, 'registry: "name" must be 1 to 64 letters, digits, ".", "_" or "-", found "../etc"'],
    [{ labels: [] }, 'registry: "labels" must not be empty'],
    [{ runId: 'r_1' }, 'registry: "runId": there is no run "r_1"'],
  ])('refuses to register %j', (changes, message) => {
    const { models } = openRegistry();
    const error = thrownBy(() => models.register(model(changes)));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(message);
    expect(models.list()).toEqual([]);
  });

  test.each([
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['Ünïcode-1.2_x', true],
    ['.hidden', false],
  ])('name %s: %s', (name, isAllowed) => {
    const register = () => openRegistry().models.register(model({ name }));
    if (isAllowed) expect(register()).toEqual({ name, version: 1 });
    else expect(thrownBy(register).code).toBe('invalid_argument');
  });

  test('links a model with its run', () => {
    const { database, models } = openRegistry();
    createRunRegistry(database).createRun({ id: 'r_1', config: {}, seed: 0, dataSha256: 'd', output: '/o' });
    models.register(model({ runId: 'r_1' }));
    expect(models.find('names').runId).toBe('r_1');
  });

  test('keeps paths inside its folder relative, so that the folder can move', () => {
    const before = join(temporaryDirectory(), 'before');
    const { database, models } = openRegistry(join(before, 'registry.db'));
    models.register(model({ path: join(before, 'models', 'names-1') }));
    models.register(model({ path: before }));
    models.register(model({ path: `${before}-beside` }));
    models.register(model({ path: 'relative/to/working/directory' }));
    expect(database.all('SELECT path FROM models ORDER BY version').map(({ path }) => path)).toEqual([
      'models/names-1',
      '.',
      `${before}-beside`,
      resolve('relative/to/working/directory'),
    ]);
    database.close();

    const after = join(temporaryDirectory(), 'after');
    cpSync(before, after, { recursive: true });
    const moved = openRegistry(join(after, 'registry.db')).models;
    expect(moved.find('names@1').path).toBe(join(after, 'models', 'names-1'));
    expect(moved.find('names@2').path).toBe(after);
    expect(moved.find('names@3').path).toBe(`${before}-beside`);
  });

  test.each([
    ['labels', '{}', 'expected a JSON list of texts, found "{}"'],
    ['labels', '[1]', 'expected a JSON list of texts, found "[1]"'],
    ['scores', '[]', 'expected a JSON object, found "[]"'],
    ['config', 'null', 'expected a JSON object, found "null"'],
  ])('reports a damaged column %s = %s', (column, value, message) => {
    const { database, models } = openRegistry();
    models.register(model());
    database.run(`UPDATE models SET ${column} = ?`, value);
    const error = thrownBy(() => models.list());
    expect(error.code).toBe('database_error');
    expect(error.message).toBe(`registry: models.${column}: ${message}`);
  });
});
