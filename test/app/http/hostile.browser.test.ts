import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunWithEpochs } from '#app/store/run-record.js';
import { annotationForTest } from '../../helpers/annotation.js';
import { BROWSER, browserForTests } from '../../helpers/browser.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { startTestApp } from '../../helpers/test-app.js';

/** Each would set `window.executed` where it is not written as text. No two words, so that each is one token of a name. */
const MARKUP = [
  '<script>executed=1</script>',
  '<img/src=x/onerror=executed=1>',
  '"><svg/onload=executed=1>',
  "'/autofocus/onfocus=executed=1//",
  '</textarea><script>executed=1</script>',
  '</title><script>executed=1</script>',
  '</script><script>executed=1</script>',
  '--><script>executed=1</script><!--',
  ']]><script>executed=1</script>',
  '<iframe/srcdoc="<script>parent.executed=1</script>">',
  '<details/open/ontoggle=executed=1>',
  '<a/href=javascript:executed=1>x</a>',
  '<math><mtext><style><img/src=x/onerror=executed=1>',
  '<style>@import"javascript:executed=1"</style>',
  '<base/href=javascript:/a/>',
  '<meta/http-equiv=refresh/content=0;url=javascript:executed=1>',
  '&lt;script&gt;executed=1&lt;/script&gt;',
  '%3Cscript%3Eexecuted=1%3C/script%3E',
  '\\u003cscript\\u003eexecuted=1\\u003c/script\\u003e',
  '{{constructor.constructor("executed=1")()}}',
  `$\{executed=1}`,
  '<%=executed=1%>',
  'javascript:executed=1',
  '\u2028executed=1\u2029',
  '\u202e<script>executed=1</script>',
] as const;
const TEXT = MARKUP.join('\n');

const isExecuted = (page: Page): Promise<boolean> => page.evaluate(() => 'executed' in window);
/** What markup becomes when it is not escaped, though it may not run. */
const STRANGERS =
  'svg[onload], [onerror], [onfocus], [ontoggle], iframe, base, math, a[href^="javascript:"], meta[http-equiv=refresh]';

const LABEL = '<img/src=x/onerror=executed=1>';
const RUN: RunWithEpochs = {
  ...{
    id: 'r_1',
    config: { name: MARKUP[0] },
    seed: 1,
    dataSha256: 'd',
    output: `/home/${MARKUP[1]}`,
    corpus: MARKUP[2],
  },
  ...{
    recipe: MARKUP[3],
    status: 'failed',
    startedAt: '2026-01-01T00:00:00.000Z',
    epochCount: 0,
    bestDevF1: null,
    epochs: [],
  },
  error: `a file: ${TEXT}`,
};

describe.skipIf(BROWSER === undefined)('markup of strangers', () => {
  const open = browserForTests();
  /** Looks at a page, and what a reader may open on it. */
  async function look(url: string): Promise<Page> {
    const { page, complaints } = await open(url);
    page.on('dialog', (dialog) => void dialog.dismiss());
    for (const details of await page.locator('details:not([open]) > summary').all())
      await details.click({ timeout: 2000 }).catch(() => {});
    await page.waitForTimeout(100);
    expect([url, await isExecuted(page)]).toEqual([url, false]);
    expect([url, await page.locator(STRANGERS).count()]).toEqual([url, 0]);
    // What the content security policy would have refused was never markup.
    expect([url, complaints]).toEqual([url, []]);
    return page;
  }
  const names = Object.fromEntries(MARKUP.flatMap((word) => word.match(/\w+/g) ?? []).map((word) => [word, LABEL]));
  const tagger = fakeTagger({ model: { id: MARKUP[0] }, names });

  test('would be noticed', async () => {
    const server = createServer((_request, response) =>
      response.setHeader('Content-Type', 'text/html').end(`<!doctype html><body>${TEXT}</body>`),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { page } = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await isExecuted(page)).toBe(true);
    expect(await page.locator(STRANGERS).count()).toBeGreaterThan(0);
  });

  test('in a text, labels and the name of a model: the page shows it, live and submitted', async () => {
    const { url } = await startTestApp({ taggers: [tagger] });
    const page = await look(url);
    await page.fill('textarea', TEXT);
    await expect.poll(async () => page.locator('main mark').count()).toBeGreaterThan(5);
    expect(await page.locator('main mark').first().textContent()).toContain(LABEL);
    await page.click('button[type=submit]');
    await page.waitForLoadState();
    await expect.poll(async () => page.locator('main mark').count()).toBeGreaterThan(5);
    expect(await page.inputValue('textarea')).toContain(MARKUP[4]);
    expect(await isExecuted(page)).toBe(false);
    expect(await page.locator(STRANGERS).count()).toBe(0);
  });

  test('in what runs are called and in why they failed', async () => {
    const { url } = await startTestApp({ taggers: [tagger], runs: [RUN] });
    for (const path of ['/runs', '/runs/r_1', '/api']) await look(url + path);
  });

  test('in names and labels of projects, names of files, and texts that are uploaded', async () => {
    const annotation = annotationForTest(tagger);
    const { url } = await startTestApp({ taggers: [tagger], annotation });
    const project = annotation.create(MARKUP[1], [LABEL, MARKUP[10]]);
    for (const name of [MARKUP[0], MARKUP[2]])
      annotation.keep(project, { name, content: TEXT, format: 'text', isChecked: true });
    const documents = annotation.list(project, { offset: 0, limit: 3 }).map(({ id }) => `/documents/${id}`);
    for (const path of ['', ...documents, '/pins', '/mistakes']) await look(`${url}/projects/${project}${path}`);
    const page = await look(`${url}/projects`);
    expect(await page.textContent('main')).toContain(MARKUP[1]);
    const broken = JSON.stringify({ text: 'Ada', entities: [[0, 99, TEXT]] });
    const upload = await look(`${url}/projects/${project}`);
    await upload
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        ...{
          name: 'img src=x onerror=executed=1.jsonl',
          mimeType: 'text/html',
          buffer: Buffer.from(`${broken}\n${TEXT}`),
        },
      });
    await upload.waitForTimeout(1000);
    expect(await isExecuted(upload)).toBe(false);
    expect(await upload.locator(STRANGERS).count()).toBe(0);
  });

  test('in errors', { timeout: 300_000 }, async () => {
    const { url } = await startTestApp({ annotation: annotationForTest() });
    const { page, complaints } = await open(url);
    const places = ['/?model=', '/runs/', '/projects/', '/', '/?example=', '/api/models/'];
    for (const [index, markup] of MARKUP.entries()) {
      for (const place of [places[index % places.length], places[(index + 2) % places.length]]) {
        await page.goto(url + place + encodeURIComponent(markup));
        const seen = { markup, executed: await isExecuted(page), strangers: await page.locator(STRANGERS).count() };
        expect(seen).toEqual({ markup, executed: false, strangers: 0 });
      }
    }
    expect(complaints).toEqual([]);
  });

  test.each(['127.0.0.1', 'localhost'])(
    'a page of another origin (%s) gets nothing, reads nothing, changes nothing',
    async (name) => {
      const annotation = annotationForTest();
      const { url } = await startTestApp({ annotation });
      const project = annotation.create('Mine', ['PER']);
      annotation.keep(project, { name: 'a', content: 'A secret text.', format: 'text', isChecked: true });
      const before = JSON.stringify([annotation.projects(), annotation.list(project, { offset: 0, limit: 9 })]);
      const { page } = await open(await strangersPage(name));
      const outcomes = await page.evaluate(attack, { url, project });
      expect(outcomes.length).toBeGreaterThan(9);
      expect(outcomes.filter(({ got }) => got !== 'nothing')).toEqual([]);
      expect(JSON.stringify([annotation.projects(), annotation.list(project, { offset: 0, limit: 9 })])).toBe(before);
      const framed = page.frames().filter((frame) => frame !== page.mainFrame());
      for (const frame of framed) expect(await frame.content()).not.toMatch(/Onomast|secret/);
    },
  );
});

/** An empty page of an origin of its own. */
async function strangersPage(name: string): Promise<string> {
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>stranger</title><body></body>'),
  );
  await new Promise<void>((resolve) => server.listen(0, name, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${name}:${(server.address() as AddressInfo).port}/`;
}

/** Runs in the stranger's page: whatever a page may try, and what it got of it. */
async function attack({ url, project }: { url: string; project: number }): Promise<{ way: string; got: string }[]> {
  const outcomes: { way: string; got: string }[] = [];
  const json = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name: 'Theirs', labels: ['X'] });
  const form = 'name=Theirs&labels=X&text=Ada';
  const requests: [string, RequestInit][] = [
    ['/api/models', {}],
    ['/', { credentials: 'include' }],
    [`/api/projects/${project}/documents`, { credentials: 'include' }],
    ['/api/projects', { method: 'POST', headers: json, body }],
    ['/api/projects', { method: 'POST', body }],
    ['/api/projects', { method: 'POST', mode: 'no-cors', body, headers: { 'Content-Type': 'text/plain' } }],
    [`/api/projects/${project}/documents/1`, { method: 'DELETE' }],
    ['/api/tag', { method: 'POST', mode: 'no-cors', body: '{"text":"Ada"}' }],
    ['/projects', { method: 'POST', mode: 'no-cors', body: new URLSearchParams(form), credentials: 'include' }],
    [`/projects/${project}/delete`, { method: 'POST', mode: 'no-cors', body: new URLSearchParams('confirm=Mine') }],
  ];
  for (const [path, init] of requests) {
    const way = `${init.method ?? 'GET'} ${init.mode ?? 'cors'} ${path}`;
    try {
      const response = await fetch(url + path, init);
      const text = await response.text();
      outcomes.push({ way, got: text === '' && response.type === 'opaque' ? 'nothing' : `${response.status} ${text}` });
    } catch {
      outcomes.push({ way, got: 'nothing' });
    }
  }
  for (const path of ['/projects', `/projects/${project}/delete`, '/', `/projects/${project}/upload`]) {
    const frame = Object.assign(document.createElement('iframe'), { name: `frame-${path}` });
    const submitted = document.createElement('form');
    Object.assign(submitted, { action: url + path, method: 'post', target: frame.name });
    for (const field of ['name', 'labels', 'text', 'confirm'])
      submitted.append(Object.assign(document.createElement('input'), { name: field, value: 'Mine' }));
    document.body.append(frame, submitted);
    submitted.submit();
  }
  document.body.append(Object.assign(document.createElement('iframe'), { src: `${url}/projects/${project}` }));
  for (const path of ['/api/models', '/assets/page.js', `/api/projects/${project}/documents`]) {
    const script = Object.assign(document.createElement('script'), { src: url + path });
    const isLoaded = new Promise<boolean>((resolve) => {
      script.onload = () => resolve(true);
      script.onerror = () => resolve(false);
    });
    document.body.append(script);
    outcomes.push({ way: `script ${path}`, got: (await isLoaded) ? 'a script' : 'nothing' });
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return outcomes;
}
