import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '#app/http/app.js';
import { EXAMPLES } from '#app/http/pages/examples.js';
import type { RunWithEpochs } from '#app/store/run-record.js';
import { AppError } from '#base/errors.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { SCRIPTS, VIEWS } from '../../helpers/test-app.js';

const EPOCH = {
  devPrecision: 0.5,
  devRecall: 0.5,
  learningRate: 1e-3,
  gradientNorm: 1,
  tokensPerSecond: 1,
  seconds: 1,
};
const RUN: RunWithEpochs = {
  id: 'r_0123456789abcdef0123456789abcdef0123456789abcdef',
  status: 'running',
  config: { path: '/a/very/long/path/without/any/space/'.repeat(5) },
  seed: 0,
  dataSha256: 'd'.repeat(64),
  output: '/a/very/long/path/without/any/space/'.repeat(5),
  startedAt: '2026-01-02T03:04:05.678Z',
  epochCount: 2,
  bestDevF1: 0.5,
  epochs: epochs(2),
};
const LONG_RUN: RunWithEpochs = { ...RUN, id: 'r_long', epochCount: 500, epochs: epochs(500) };
const PATHS = ['/', '/runs', `/runs/${RUN.id}`, '/runs/nobody'];

function epochs(count: number): RunWithEpochs['epochs'] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    step: i + 1,
    loss: 1 / (i + 1),
    devF1: 0.5,
    ...EPOCH,
  }));
}

type Answer = (response: ServerResponse) => void;

interface TestServer {
  readonly url: string;
  /** What the next requests to tag are answered with, instead of the truth. */
  answers: Answer[];
}

async function serve(names?: Record<string, string>): Promise<TestServer> {
  const newest = fakeTagger(names === undefined ? {} : { names });
  const older = fakeTagger({ model: { version: 6 }, names: { Ada: 'SHIP' } });
  const taggers = [newest, older];
  const app = createApp({
    viewsDirectory: VIEWS,
    scriptsDirectory: SCRIPTS,
    log: { answered: () => {}, trouble: () => {} },
    models: {
      list: () =>
        taggers.map(({ model, labels }, i) => ({
          ...model,
          labels,
          isActive: i === 0,
          isShipped: false,
          createdAt: '',
          scores: {},
        })),
      get: async (spec) => (spec === 'names@6' ? older : newest),
    },
    runs: {
      list: () => [RUN, LONG_RUN],
      get(id) {
        if (id === RUN.id) return RUN;
        if (id === LONG_RUN.id) return LONG_RUN;
        throw new AppError('not_found', `there is no run ${'x'.repeat(200)}`);
      },
    },
  });
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const answer = request.url === '/api/tag' ? answers.shift() : undefined;
    if (answer === undefined) app(request, response);
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answers };
}

/** All of a result that a reader can tell. */
async function shownBy(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const textOf = (node: Element | null) => node?.textContent?.replace(/\s+/g, ' ').trim();
    const attributesOf = (node: Element) => [...node.attributes].map(({ name, value }) => `${name}=${value}`).sort();
    return {
      marks: [...document.querySelectorAll('#tagged mark')].map((mark) => [
        ...attributesOf(mark),
        mark.innerHTML.replace(/<!--.*?-->/g, ''),
      ]),
      text: document.getElementById('tagged')?.textContent,
      legend: [...document.querySelectorAll('#legend li')].map((item) => [...attributesOf(item), textOf(item)]),
      rows: [...document.querySelectorAll('#rows tr')].map((row) => [...row.children].map(textOf)),
      meters: [...document.querySelectorAll('meter')].map((meter) => meter.value),
      head: textOf(document.querySelector('.result-head'))?.replace(/[\d.]+ ms/, 'ms'),
      curl: document.getElementById('curl')?.textContent,
      hidden: ['table', 'omitted', 'remark'].map((id) => document.getElementById(id)?.hidden),
    };
  });
}

const summaryOf = (page: Page) => page.locator('#summary').textContent();

describe.skipIf(BROWSER === undefined)('in a browser', () => {
  const open = browserForTests();

  test('nothing is refused by the content security policy, and the shortcut is shown', async () => {
    const { url } = await serve();
    const { page, complaints } = await open(url);
    await page.locator('#shortcut').waitFor();
    expect(await page.locator('#tagged mark').count()).toBe(fakeTagger().tag(EXAMPLES[0]).entities.length);
    expect(complaints).toEqual([]);
  });

  test('tags while the reader pauses, exactly as the server writes it', async () => {
    const text = '<script>alert("Ada")</script>\n  Zürich &amp; 😀 José Lovelace';
    const { url } = await serve();
    const { page, complaints } = await open(url);
    await page.fill('#text', text);
    await expect.poll(() => summaryOf(page)).toMatch(/^3 names in [\d.]+ ms$/);
    const byClient = await shownBy(page);
    await page.click('button[type=submit]');
    await page.locator('#shortcut').waitFor();
    expect(await shownBy(page)).toEqual(byClient);
    expect(byClient).toMatchObject({ meters: [0.75, 0.75, 0.375] });
    expect(complaints).toEqual([]);
  });

  test('writes a label of markup as text', async () => {
    const label = '<img src=x onerror=alert(1)>';
    const { url } = await serve({ Ada: label, Eve: label });
    const { page, complaints } = await open(url);
    await page.fill('#text', 'Eve');
    await expect.poll(() => summaryOf(page)).toMatch(/^1 name /);
    expect(await page.locator('.ent-label').textContent()).toBe(label);
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('an empty text takes the marks away, and tagging goes on with the next one', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.fill('#text', '');
    await page.locator('#result').waitFor({ state: 'hidden' });
    await page.click('button[type=submit]');
    await page.getByText('There is nothing to tag yet.').waitFor();
    await page.fill('#text', 'José');
    await expect.poll(() => summaryOf(page)).toMatch(/^1 name /);
    expect(await page.locator('#note').isHidden()).toBe(true);
  });

  test('a broken answer is told, the marks before it are dimmed, and the next answer mends both', async () => {
    const { url, answers } = await serve();
    const { page } = await open(url);
    answers.push((response) => response.writeHead(200).end('<html>'));
    await page.fill('#text', 'Ada');
    await page.getByText('The server’s answer (200) could not be read.').waitFor();
    expect(await page.locator('#result').getAttribute('class')).toContain('stale');
    await page.route('**/api/tag', (route) => route.abort());
    await page.fill('#text', 'Ada and José');
    await page.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/api/tag');
    await page.fill('#text', 'Ada or José');
    await expect.poll(() => summaryOf(page)).toMatch(/^2 names/);
    expect(await page.locator('#note').isHidden()).toBe(true);
    expect(await page.locator('#result').getAttribute('class')).not.toContain('stale');
  });

  test('what was wrong with a file is still told when an answer arrives, and no more when the text changes', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.locator('#take').waitFor();
    let answer = (): void => {};
    const awaited = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/tag', async (route) => {
      await awaited;
      await route.continue();
    });
    await Promise.all([page.waitForRequest('**/api/tag'), page.fill('#text', 'Ada came.')]);
    await page.setInputFiles('#text-file', { name: 'b.bin', mimeType: '', buffer: Buffer.from([0xff, 0xfe]) });
    const told = page.getByText('b.bin: expected text in UTF-8, found other bytes');
    await told.waitFor();
    answer();
    await expect.poll(() => summaryOf(page)).toMatch(/^1 name/);
    expect(await told.isVisible()).toBe(true);
    await page.fill('#text', 'Ada left.');
    await told.waitFor({ state: 'hidden' });
  });

  test('a slow answer shows that it is awaited', async () => {
    const { url, answers } = await serve();
    const { page } = await open(url);
    let answerNow = (): void => {};
    answers.push((response) => {
      answerNow = () => response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"error":"too busy"}');
    });
    await page.fill('#text', 'Ada');
    await page.locator('#busy').waitFor();
    expect(await page.locator('#result').getAttribute('aria-busy')).toBe('true');
    answerNow();
    await page.getByText('too busy').waitFor();
    expect(await page.locator('#busy').isHidden()).toBe(true);
    expect(await page.locator('#result').getAttribute('aria-busy')).toBe('false');
  });

  test('tells when the text is too long', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.fill('#text', 'x'.repeat(1_000_001));
    await page.getByText('text: expected at most 1000000 UTF-16 units').waitFor();
  });

  test('submits with Ctrl and Enter; the browser vouches for its own form', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.fill('#text', '\nAda met\n\nJosé');
    await page.press('#text', 'Control+Enter');
    await page.waitForLoadState();
    await expect.poll(() => page.locator('#tagged').textContent()).toBe('\nAdaPER met\n\nJoséPER');
    expect(await page.locator('#rows td:nth-child(3)').allTextContents()).toEqual(['1', '10']);
  });

  test('the arrow keys in the list of models submit nothing; the answer and its legend follow', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.evaluate(() => {
      document.documentElement.dataset.stayed = 'yes';
    });
    await page.selectOption('#model', 'names@6');
    await expect.poll(() => page.locator('#model-spec').textContent(), { timeout: 10_000 }).toBe('names@6');
    expect(await page.locator('#legend').textContent()).toContain('ship');
    expect(await page.locator('html').getAttribute('data-stayed')).toBe('yes');
  });

  test('the text survives a reload, going away and coming back; an example takes its place', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.locator('#shortcut').waitFor(); // the script runs
    await page.fill('#text', 'José stays');
    await page.reload();
    await expect.poll(() => page.inputValue('#text')).toBe('José stays');
    await expect.poll(() => summaryOf(page)).toMatch(/^1 name /);
    await page.click('text=Runs and models');
    await page.click('text=Tag');
    await expect.poll(() => page.inputValue('#text')).toBe('José stays');
    await page.click(`text=${EXAMPLES[1]}`);
    await page.locator('#shortcut').waitFor();
    expect(await page.inputValue('#text')).toBe(EXAMPLES[1]);
  });

  test('what is typed before the script runs is neither lost nor replaced by what was written earlier', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.locator('#shortcut').waitFor();
    await page.fill('#text', 'Ada was here earlier');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/page.js*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${url}/runs`, { waitUntil: 'commit' });
    await page.goto(url, { waitUntil: 'commit' });
    await page.fill('#text', 'José stays');
    release();
    await expect.poll(() => summaryOf(page)).toMatch(/^1 name /);
    expect(await page.inputValue('#text')).toBe('José stays');
    expect(await page.evaluate('Object.values(sessionStorage)')).toContain('José stays');
  });

  test('a model that is chosen before the script runs is the one that tags', async () => {
    const { url } = await serve();
    const { page } = await open(`${url}/runs`);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/page.js*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.selectOption('#model', 'names@6');
    release();
    await expect.poll(() => page.locator('#model-spec').textContent(), { timeout: 10_000 }).toBe('names@6');
  });

  test('a form of 280,000 Arabic characters is taken', async () => {
    const { url } = await serve();
    const { page } = await open(url);
    await page.fill('#text', 'سلام '.repeat(56_000));
    await page.click('button[type=submit]');
    await page.waitForLoadState();
    await expect.poll(() => summaryOf(page)).toMatch(/^0 names/);
  });

  test.each(PATHS)('%s fits a screen of 360 pixels', async (path) => {
    const { url } = await serve();
    const { page } = await open(url + path, { viewport: { width: 360, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test('a run of 500 epochs is no taller than a few screens', async () => {
    const { url } = await serve();
    const { page } = await open(`${url}/runs/${LONG_RUN.id}`);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2500);
  });

  describe.each(['light', 'dark'] as const)('in the %s scheme', (colorScheme) => {
    test.each(PATHS)('axe-core finds nothing wrong with %s', async (path) => {
      const { url } = await serve();
      const { page } = await open(url + path, { colorScheme });
      expect(await accessibilityFaults(page)).toEqual([]);
    });

    test('nor with ten labels', async () => {
      const names = Object.fromEntries([...'abcdefghij'].map((letter) => [letter, `type-${letter}`]));
      const { url } = await serve(names);
      const { page } = await open(url, { colorScheme });
      await page.fill('#text', 'a . b . c . d . e . f . g . h . i . j');
      await expect.poll(() => summaryOf(page)).toMatch(/^10 names/);
      await page.waitForTimeout(100);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
