import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  corpusText,
  type Ended,
  failed,
  installProgram,
  newHome,
  type Running,
  type RunOptions,
  SMALL,
  sharedHome,
  start,
  succeeded,
  trainTiny,
  writeFileBelow,
} from '../cli/helpers.js';

/** A program with a model of its own, in models/names-en. */
let program: string;
let sha256: string;
sharedHome(async (maker) => {
  await trainTiny(maker);
  const models = join(maker, 'shipped');
  mkdirSync(models);
  cpSync(join(maker, 'models', 'tiny'), join(models, 'names-en'), { recursive: true });
  writeFileSync(join(models, 'names-en', 'README.md'), '# names-en\n');
  program = installProgram(models);
  sha256 = JSON.parse(readFileSync(join(models, 'names-en', 'meta.json'), 'utf8')).weights_sha256;
});

const shipped = () => join(program, '..', '..', '..', '..', 'models', 'names-en');
const onomast = (args: readonly string[], options: RunOptions): Promise<Ended> =>
  start([program, ...args], options).ended;
const modelThatTags = async (home: string, ...args: string[]) =>
  JSON.parse(
    succeeded(await onomast(['tag', '--format', 'json', ...args, 'Ana Souza met number 7 in Oslo.'], { home })),
  );
const train = async (home: string, ...args: string[]): Promise<void> => {
  writeFileBelow(home, 'names.conll', corpusText(30));
  succeeded(await onomast(['train', '--train', 'names.conll', '--quiet', '--activate', ...SMALL, ...args], { home }));
};

describe('a home without any model', () => {
  const home = newHome();

  test('lists it', async () => {
    expect(succeeded(await onomast(['models'], { home }))).toMatch(
      /^\* names-en@0 +dev F1 +\d+\.\d\d {2}shipped +\S+names-en\n$/,
    );
    expect(JSON.parse(succeeded(await onomast(['models', '--json'], { home })))).toEqual([
      {
        id: 'names-en',
        version: 0,
        active: true,
        shipped: true,
        f1: expect.any(Number),
        labels: ['LOC', 'ORG', 'PER'],
        sha256,
        created: expect.stringMatching(/^\d{4}-.*Z$/),
        path: shipped(),
      },
    ]);
  });

  test.each([[], ['--model', 'names-en'], ['--model', 'names-en@0']])('tags with it: %j', async (...args) => {
    const { model, entities } = await modelThatTags(home, ...args);
    expect(model).toEqual({ id: 'names-en', version: 0, sha256 });
    expect(entities).toMatchObject([
      { text: 'Ana Souza', label: 'PER' },
      { text: 'Oslo', label: 'LOC' },
    ]);
  });

  test('evaluates it', async () => {
    const file = writeFileBelow(newHome(), 'test.conll', corpusText(9));
    const report = JSON.parse(succeeded(await onomast(['evaluate', '--json', file], { home })));
    expect(report).toMatchObject({ overall_f1: 1 });
  });

  test.each([
    [
      'tag',
      ['tag', '--model', 'names-en@1', 'Ana'],
      1,
      /^--model: .* no registered model "names-en@1" \[unknown_model\]$/,
    ],
    ['remove', ['models', 'remove', 'names-en'], 2, /^models: names-en@0 comes with the program and cannot be removed/],
  ])('%s: no such version, nothing to remove', async (_, args, status, message) => {
    expect(failed(await onomast(args, { home }), status)).toMatch(message);
  });

  test('stays empty through all of that', () => {
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('a home with models of its own', () => {
  const home = sharedHome((path) => train(path));

  test('one of them is active, the shipped one is there by name and can be active again', async () => {
    expect((await modelThatTags(home())).model).toMatchObject({ id: 'names', version: 1 });
    expect((await modelThatTags(home(), '--model', 'names-en')).model).toEqual({ id: 'names-en', version: 0, sha256 });
    expect(succeeded(await onomast(['models'], { home: home() }))).toMatch(
      /^\* names@1 .*\n {2}names-en@0 .* shipped .*\n$/,
    );
    const models = async (...args: string[]) => succeeded(await onomast(['models', ...args], { home: home() }));
    expect(await models('activate', 'names-en')).toBe('names-en@0 is active\n');
    expect((await modelThatTags(home())).model).toMatchObject({ id: 'names-en', version: 0 });
    expect(await models('rollback')).toBe('names@1 is active again\n');
  });

  test('one of the same name goes before it; @0 still names it', async () => {
    await train(home(), '--output', join('models', 'names-en'));
    expect((await modelThatTags(home(), '--model', 'names-en')).model).toMatchObject({ id: 'names-en', version: 1 });
    expect((await modelThatTags(home(), '--model', 'names-en@0')).model).toEqual({
      id: 'names-en',
      version: 0,
      sha256,
    });
    expect(succeeded(await onomast(['models', 'activate', 'names-en'], { home: home() }))).toBe(
      'names-en@1 is active\n',
    );
  });
});

describe('serve', () => {
  const home = newHome();
  let server: Running;
  let url: string;
  afterAll(() => server.child.kill('SIGTERM'));
  const json = async (path: string, body?: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const request = body && { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(url + path, request)).json();
  };

  test('starts with it at once, without any training', async () => {
    server = start([program, 'serve', '--port', '0'], { home });
    await server.says('in at most 256 MB');
    expect(server.output()).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(
        /^Onomast is at \S+ \(Ctrl-C ends it\)\nTagging in \d+ threads? of at most \d+ MB, requests in at most 256 MB\n$/,
      ),
    });
    url = /http:\S+/.exec(server.output().stderr)![0];
    expect(await json('/healthz')).toEqual({ status: 'ok', model: { id: 'names-en', version: 0, sha256 } });
  });

  test('lists it and tags with it', async () => {
    const model = { id: 'names-en', version: 0, sha256 };
    expect(await json('/api/models')).toMatchObject({ models: [{ ...model, active: true, shipped: true }] });
    for (const choice of [{}, { model: 'names-en' }, { model: 'names-en@0' }]) {
      expect(await json('/api/tag', { text: 'Ana', ...choice })).toMatchObject({ model });
    }
  });

  test('shows it on the pages', async () => {
    const page = async (path: string) => (await fetch(url + path, { headers: { Accept: 'text/html' } })).text();
    expect(await page('/')).toContain('<span id="model-spec">names-en@0</span>');
    expect(await page('/')).toContain(`SHA-256 of the weights: ${sha256}`);
    expect(await page('/runs')).toMatch(/names-en@0<\/a> <span class="badge">active<\/span>.*came with Onomast/);
  });

  test('is neither removed nor renamed by API or page, and says why', async () => {
    for (const spec of ['names-en', 'names-en@0']) {
      const address = `${url}/api/models/${encodeURIComponent(spec)}`;
      const removed = await fetch(address, { method: 'DELETE' });
      const headers = { 'Content-Type': 'application/json' };
      const renamed = await fetch(`${address}/rename`, { method: 'POST', headers, body: '{"name":"mine"}' });
      const body = new URLSearchParams({ action: 'remove', sure: 'yes' });
      const page = await fetch(`${url}/models/${encodeURIComponent(spec)}`, { method: 'POST', body });
      expect([removed.status, renamed.status, page.status]).toEqual([400, 400, 400]);
      const message = 'models: names-en@0 comes with the program and cannot be';
      expect(await removed.json()).toEqual({ error: `${message} removed`, code: 'invalid_argument' });
      expect(await renamed.json()).toEqual({ error: `${message} renamed`, code: 'invalid_argument' });
      expect(await page.text()).toContain(`role="alert">${message} removed<`);
    }
    expect(existsSync(join(shipped(), 'meta.json'))).toBe(true);
    expect(await json('/api/tag', { text: 'Ana' })).toMatchObject({ model: { id: 'names-en' } });
  });

  test('goes over to a model that is trained meanwhile; the shipped one can still be chosen', async () => {
    await train(home);
    expect(await json('/api/tag', { text: 'Ana' })).toMatchObject({ model: { id: 'names', version: 1 } });
    expect(await json('/api/tag', { text: 'Ana', model: 'names-en' })).toMatchObject({ model: { id: 'names-en' } });
    const page = await (await fetch(`${url}/?model=names-en%400`, { headers: { Accept: 'text/html' } })).text();
    expect(page).toContain('<option value="names-en@0" selected>names-en@0</option>');
    expect(page).toContain('<span id="model-spec">names-en@0</span>');
  });
});

describe('damaged', () => {
  const breakModel = (content: string): string => {
    const models = join(newHome(), 'models');
    cpSync(join(shipped(), '..'), models, { recursive: true });
    writeFileSync(join(models, 'names-en', 'meta.json'), content);
    return installProgram(models);
  };

  test.each([
    ['{ "format": ', /meta\.json: cannot be read: .* \[damaged_model\]$/],
    ['null', /meta\.json: expected hashes, labels, scores and a date, found something else \[damaged_model\]$/],
    ['{}', /meta\.json: expected hashes, labels, scores and a date, found something else \[damaged_model\]$/],
  ])('%s: is told', async (content, message) => {
    const broken = breakModel(content);
    for (const args of [['models'], ['tag', 'Ana']]) {
      expect(failed(await start([broken, ...args], { home: newHome() }).ended, 1)).toMatch(message);
    }
  });

  test('keeps nobody from tagging with another model', async () => {
    const home = newHome();
    await train(home);
    succeeded(await start([breakModel('null'), 'tag', 'Ana'], { home }).ended);
  });
});
