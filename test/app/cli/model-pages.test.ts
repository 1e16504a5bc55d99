import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import {
  corpusText,
  failed,
  LEARNS,
  newHome,
  onomast,
  type Running,
  SMALL,
  sharedHome,
  startOnomast,
  succeeded,
  trainTiny,
  writeFileBelow,
} from './helpers.js';

let said = '';
/** tiny@1 is active and knows LOC, ORG and PER; persons@1 knows PER alone; worse@1 knows all three, badly. */
const home = sharedHome(async (path) => {
  await trainTiny(path);
  const persons = corpusText(120)
    .split('\n\n')
    .filter((sentence) => sentence.includes('Nobody'))
    .join('\n\n');
  writeFileBelow(path, 'persons.conll', `${persons}\n`);
  writeFileBelow(path, 'worse.conll', corpusText(15));
  said = succeeded(await onomast(['train', '--train', 'persons.conll', '--quiet', ...LEARNS], { home: path }));
  await onomast(['train', '--train', 'worse.conll', '--quiet', '--no-activate', ...SMALL], { home: path });
}, 120_000);

let server: Running;
let url: string;
beforeAll(async () => {
  server = startOnomast(['serve', '--port', '0'], { home: home() });
  await server.says('(Ctrl-C ends it)');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
});

const page = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
const submit = (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const details = async (model: string) => (await fetch(`${url}/api/models/${encodeURIComponent(model)}`)).json();

test('a model that lacks a label of the active one does not become active by itself, and says so', () => {
  expect(said.trimEnd().split('\n').at(-1)).toMatch(
    /^persons@1 is not active: it does not know LOC, ORG, which tiny@1 finds; tiny@1 stays/,
  );
});

describe('the page of a model', () => {
  test('tells scores, data, hashes, and which model is used', async () => {
    const html = await page('/models/tiny%401');
    for (const part of ['tiny@1', 'active', 'Scores on dev', 'SHA-256 of the weights', 'tiny.conll', 'LOC, ORG, PER'])
      expect(html, part).toContain(part);
    expect(await details('tiny@1')).toMatchObject({
      id: 'tiny',
      version: 1,
      active: true,
      labels: ['LOC', 'ORG', 'PER'],
    });
    expect(await page('/runs')).toContain('<a href="/models/persons%401">persons@1</a>');
  });

  test('gives it as an archive that another home can import', async () => {
    const answer = await fetch(`${url}/models/tiny%401/archive`);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''tiny-1.tgz");
    const away = newHome();
    writeFileSync(join(away, 'tiny.tgz'), Buffer.from(await answer.arrayBuffer()));
    expect(succeeded(await onomast(['models', 'import', 'tiny.tgz'], { home: away }))).toContain('tiny@1 is in ');
  });

  test('runs are called by their corpus and the recipe that was told or chosen', async () => {
    const titles = [...(await page('/runs')).matchAll(/<a href="\/runs\/[^"]*">([^<]*)<\/a>/g)].map(
      ([, title]) => title,
    );
    expect(titles).toHaveLength(3);
    for (const title of titles) expect(title).toMatch(/^(tiny|persons|worse)\.conll, (names|tiny|accurate)$/);
  });

  test('activates with a reason that is kept, and goes back', async () => {
    const answer = await submit('/models/persons%401', { action: 'activate', reason: 'people <b>only</b>' });
    expect(answer.status).toBe(303);
    expect(await details('persons@1')).toMatchObject({ active: true });
    expect(await page('/models/persons%401')).toContain('people &lt;b&gt;only&lt;/b&gt;');
    expect((await submit('/models/persons%401', { action: 'rollback' })).status).toBe(303);
    expect(await details('tiny@1')).toMatchObject({ active: true });
  });

  test('is refused where a pin breaks, unless one insists with a reason that is kept', async () => {
    const api = (path: string, body: object) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      });
    const project = (await (await api('/api/projects', { name: 'Pinned', labels: ['PER'] })).json()) as { id: number };
    const spans = [{ start: 11, end: 14, label: 'PER', must: false }];
    const pinned = await api(`/api/projects/${project.id}/pins`, { text: 'Nobody saw Wei on day 8', spans });
    const { id } = (await pinned.json()) as { id: number };
    const path = '/models/persons%401';
    expect(await (await fetch(`${url}/api${path}/objections`)).json()).toMatchObject({ pins: { broken: 1 } });
    const refused = await submit(path, { action: 'activate', reason: 'because' });
    expect(refused.status).toBe(409);
    const html = await refused.text();
    expect(html).toContain('persons@1 is not made active: “Wei” must not be found as PER, found PER “Wei”');
    expect(html).toContain('name="force"');
    expect(html).toContain('value="because"');
    expect((await api(`/api${path}/activate`, {})).status).toBe(409);
    expect((await api(`/api${path}/activate`, { force: true })).status).toBe(400);
    const cli = (...args: string[]) => onomast(['models', 'activate', 'persons@1', ...args], { home: home() });
    expect(failed(await cli(), 1)).toContain('[activation_refused]');
    expect(failed(await cli('--force'), 2)).toContain('--force: expected --reason beside it');
    expect(await details('tiny@1')).toMatchObject({ active: true });
    expect(succeeded(await cli('--force', '--reason', 'Wei is a <ship>'))).toBe('persons@1 is active\n');
    expect(await details('persons@1')).toMatchObject({ active: true });
    expect(await page(path)).toContain('Wei is a &lt;ship&gt;');
    await submit(path, { action: 'rollback' });
    expect((await submit(path, { action: 'activate', force: 'yes', reason: ' ' })).status).toBe(400);
    expect((await submit(path, { action: 'activate', force: 'yes', reason: 'so be it' })).status).toBe(303);
    await submit(path, { action: 'rollback' });
    expect(await details('tiny@1')).toMatchObject({ active: true });
    await fetch(`${url}/api/projects/${project.id}/pins/${id}`, { method: 'DELETE' });
  });

  test('gives it another name; the run that made it leads to it, and what was active is', async () => {
    await submit('/models/worse%401', { action: 'activate', reason: 'to be renamed' });
    const renamed = await submit('/models/worse%401', { action: 'rename', name: ' small ' });
    expect([renamed.status, renamed.headers.get('location')]).toEqual([303, '/models/small%401']);
    expect(await details('small@1')).toMatchObject({ id: 'small', version: 1, active: true });
    const html = await page('/models/small%401');
    const [, run] = /href="(\/runs\/[^"]+)"/.exec(html)!;
    expect(await page(run)).toContain('small@1');
    expect((await fetch(`${url}/models/worse%401`)).status).toBe(404);
    for (const name of ['', 'a b', 'small', '<b>']) {
      const refused = await submit('/models/small%401', { action: 'rename', name });
      expect(refused.status, name).toBe(400);
      expect(await refused.text()).toContain('role="alert"');
    }
    const headers = { 'Content-Type': 'application/json' };
    const back = await fetch(`${url}/api/models/small%401/rename`, {
      method: 'POST',
      headers,
      body: '{"name":"worse"}',
    });
    expect(await back.json()).toMatchObject({ id: 'worse', version: 2, active: true });
    await submit('/models/worse%402', { action: 'rollback' });
    expect(await details('tiny@1')).toMatchObject({ active: true });
  });

  test('deletes only what was said to be sure, and nothing that is not there', async () => {
    const { id, version } = (await details('worse')) as { id: string; version: number };
    const path = `/models/${id}%40${version}`;
    const unsure = await submit(path, { action: 'remove' });
    expect(unsure.status).toBe(400);
    expect(await unsure.text()).toContain('tick the box beside it');
    expect((await submit(path, { action: 'remove', sure: 'yes' })).status).toBe(303);
    expect((await fetch(url + path)).status).toBe(404);
    // The program of the tests comes without a model.
    expect((await submit('/models/names-en%400', { action: 'remove', sure: 'yes' })).status).toBe(404);
  });

  test('of another origin changes nothing', async () => {
    const answer = await fetch(`${url}/models/persons%401`, {
      method: 'POST',
      headers: { Origin: 'https://elsewhere.example' },
      body: new URLSearchParams({ action: 'activate' }),
    });
    expect(answer.status).toBe(403);
    expect(await details('tiny@1')).toMatchObject({ active: true });
  });
});

test('two models tag the same text side by side', async () => {
  const fields = { left: 'persons@1', right: 'tiny@1', text: 'Nobody saw Wei on day 8' };
  const html = await (await submit('/models/compare', fields)).text();
  expect(html.match(/data-label="PER"/g)).toHaveLength(2);
  expect(html).toContain('<option value="persons@1" selected>');
  const wrong = await submit('/models/compare', { ...fields, left: 'nobody@9' });
  expect(wrong.status).toBe(404);
  expect(await wrong.text()).toContain('nobody@9');
});

test('two models are compared on the sentences that a training of the page has kept aside', async () => {
  const json = async (path: string, body?: object) => {
    const request = { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    return (await (await fetch(url + path, body && request)).json()) as { [name: string]: unknown };
  };
  const { id } = await json('/api/projects', { name: 'Kept', labels: ['PER', 'LOC', 'ORG'] });
  await json(`/api/projects/${id}/uploads`, {
    name: 'k',
    text: corpusText(40),
    format: 'conll',
    checked: true,
    keep: true,
  });
  const asked = { left: 'persons@1', right: 'tiny', project: String(id), part: 'dev' };
  const untrained = await submit('/models/compare', asked);
  expect(untrained.status).toBe(422);
  expect(await untrained.text()).toContain(
    'expected sentences that a training of the project has set apart, found none',
  );

  const started = await submit(`/projects/${id}/train`, { recipe: 'tiny', activation: 'never', watch: '' });
  const job = /j_\w+/.exec(started.headers.get('location')!)![0];
  await submit(`/trainings/${job}`, { action: 'stop' });
  const html = await (await submit('/models/compare', asked)).text();
  expect(html).toContain('<option value="dev" selected>');
  expect(html).toMatch(/Difference<\/dt><dd>[+−]\d+\.\d\d/);
  expect(html).toContain('No training in the page of the project has learned from these sentences');
  compared = `/models/compare?${new URLSearchParams({ ...asked, text: 'Nobody saw Wei on day 8' })}`;

  const diff = `/api/models/persons%401/diff/tiny?project=${id}`;
  const [all, dev] = [await json(diff), await json(`${diff}&part=dev`)];
  expect(all).toMatchObject({ sentences: 40, right: { f1: expect.any(Number) } });
  expect(dev).toMatchObject({ sentences: 4, gained: expect.any(Array), lost: expect.any(Array) });
  expect(await json(`${diff}&part=test`)).toMatchObject({ code: 'invalid_request' });
});

/** Set by the test before: a comparison with all its parts. */
let compared = '/models/compare';

describe.skipIf(BROWSER === undefined)('in a browser', () => {
  const open = browserForTests();
  test.each(['/models/tiny%401', '/models/names-en%400', '/models/compare', '/runs', 'compared'])(
    '%s has no faults',
    async (path) => {
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const address = url + (path === 'compared' ? compared : path);
        const { page: shown, complaints } = await open(address, { viewport: { width, height: 800 }, colorScheme });
        expect(await accessibilityFaults(shown)).toEqual([]);
        expect(await shown.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      }
    },
  );
});
