import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TagResponse } from '#tagging/tagger/tag-response.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { installProgram, newHome, PROJECT, type Running, start } from './helpers.js';

const TEXT = 'Ada Lovelace met José Martínez in London. Later Lovelace flew home to Nairobi';
/** A busy machine is no fault of the page. */
const poll = <T>(get: () => T) => expect.poll(get, { timeout: 10_000 });

let server: Running;
let url: string;
beforeAll(async () => {
  server = start([installProgram(join(PROJECT, 'models')), 'serve', '--port', '0'], { home: newHome() });
  await server.says('(Ctrl-C ends it)');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
});

test('the files of a model are given by the hash of its weights, and nothing else is', async () => {
  const { models } = (await (await fetch(`${url}/api/models`)).json()) as { models: { sha256: string }[] };
  const folder = `${url}/models/names-en%400/files/${models[0].sha256}`;
  const meta = await fetch(`${folder}/meta.json`);
  expect(await meta.json()).toMatchObject({ weights_sha256: models[0].sha256 });
  expect(meta.headers.get('cache-control')).toContain('immutable');
  for (const wrong of [
    `${folder}/README.md`,
    `${folder}/..%2f..%2fpackage.json`,
    `${url}/models/names-en%400/files/${'0'.repeat(64)}/meta.json`,
    `${url}/models/nobody%401/files/${models[0].sha256}/meta.json`,
  ])
    expect([400, 404], wrong).toContain((await fetch(wrong)).status);
});

describe.skipIf(BROWSER === undefined)('tagging while one types', () => {
  const open = browserForTests();

  test('the model in the page finds what the server finds, without the server', async () => {
    const { page, complaints } = await open(url);
    await page.click('text=Tag as I type, in this browser');
    await page.getByText('names-en@0 is in this page').waitFor();
    await page.context().setOffline(true);
    await page.fill('#text', '');
    await page.locator('#text').pressSequentially(TEXT);
    expect(await page.locator('#tagged').textContent()).toContain('Nairobi');
    await page.locator('#tagged mark').first().click();
    await page.locator('#why-title').waitFor();
    const offline = await page.locator('.why table').allTextContents();
    expect(await page.locator('#live-cost').textContent()).toMatch(
      /^\d+ words? w\w+ computed, in a text of 14, in [\d.]+ ms/,
    );
    await page.context().setOffline(false);
    const answer = await fetch(`${url}/api/tag`, {
      method: 'POST',
      body: JSON.stringify({ text: TEXT }),
      headers: { 'Content-Type': 'application/json' },
    });
    const { entities } = (await answer.json()) as TagResponse;
    await poll(() =>
      page.locator('#rows tr').evaluateAll((rows) => rows.map((row) => row.children[0].textContent)),
    ).toEqual(entities.map(({ text }) => text));
    await poll(() => page.locator('#rows .score').allTextContents()).toEqual(
      entities.map(({ score }) => (Math.min(999, Math.round(score * 1000)) / 1000).toFixed(3)),
    );
    expect(await page.locator('#tagged .tentative').count()).toBe(0);
    await page.click('text=Let the server tag');
    await Promise.all([page.waitForResponse('**/api/why'), page.locator('#tagged mark').first().click()]);
    await poll(() => page.locator('.why table').allTextContents()).toEqual(offline);
    expect(complaints).toEqual([]);
  });

  test('a name that the next word may change has dashes until the reader pauses', async () => {
    const { page } = await open(url);
    await page.click('#live-switch');
    await page.getByText('names-en@0 is in this page').waitFor();
    await page.fill('#text', 'Yesterday we met');
    const kinds = await page.evaluate(async () => {
      const text = document.querySelector<HTMLTextAreaElement>('#text')!;
      text.value += ' Ada Lovelace';
      text.dispatchEvent(new Event('input'));
      return [...document.querySelectorAll('#tagged mark')].map((mark) => mark.className.includes('tentative'));
    });
    expect(kinds).toContain(true);
    await poll(() => page.locator('#tagged .tentative').count()).toBe(0);
  });

  test('it is loaded again by itself on the next visit, until the server is wanted', async () => {
    const { page } = await open(url);
    await page.click('#live-switch');
    await page.getByText('names-en@0 is in this page').waitFor();
    await page.reload();
    await page.getByText('names-en@0 is in this page').waitFor();
    await page.click('text=Let the server tag');
    await page.reload();
    await page.getByText('found by the server').waitFor();
  });

  test('bytes that are not those of the record are refused, and the server goes on', async () => {
    const { page } = await open(url);
    await page.route('**/vocab.json', (route) => route.fulfill({ body: '{}' }));
    await page.click('#live-switch');
    await page.getByText('the model was altered or cut off').waitFor();
    await page.fill('#text', 'Ada left London.');
    await poll(() => page.locator('#summary').textContent()).toMatch(/^2 names/);
  });

  test.each([
    ['SIMD', 'WebAssembly.validate = () => false'],
    ['WebAssembly', 'delete globalThis.WebAssembly'],
  ])('without %s the page says that it is slow, and finds the same names', async (_, missing) => {
    const { page, complaints } = await open(url);
    await page.addInitScript(missing);
    await page.reload();
    await page.click('#live-switch');
    await page.getByText('This browser has no WebAssembly SIMD, so it takes many times longer.').waitFor();
    await page.context().setOffline(true);
    await page.fill('#text', 'Ada left London.');
    await poll(() =>
      page.locator('#rows tr').evaluateAll((rows) => rows.map((row) => row.children[0].textContent)),
    ).toEqual(['Ada', 'London']);
    expect(complaints).toEqual([]);
  });

  test('a file is opened, a slider hides names, the result and a link are copied', async () => {
    const { page, complaints } = await open(url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#take').waitFor(); // the script runs
    await page.setInputFiles('#text-file', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from(TEXT) });
    await poll(() => page.locator('#rows tr').count()).toBeGreaterThan(3);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.click('text=inline');
    await poll(clipboard).toContain('in [London|LOC]');
    const all = await page.locator('#rows tr').count();
    await page.locator('#threshold').fill('99');
    await poll(() => page.locator('#rows tr').count()).toBeLessThan(all);
    await page.click('button:has-text("a link")');
    await poll(clipboard).toContain('#text=Ada%20Lovelace');
    const link = await clipboard();
    await page.setInputFiles('#text-file', { name: 'b.bin', mimeType: '', buffer: Buffer.from([0xff, 0xfe]) });
    await page.getByText('b.bin: expected text in UTF-8, found other bytes').waitFor();
    const { page: other } = await open(link);
    await poll(() => other.inputValue('#text')).toBe(TEXT);
    await poll(() => other.locator('#rows tr').count()).toBe(all);
    await other.goto(`${url}/#text=%E0%A4%A`);
    await other.getByText('The text in this link cannot be read').waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('axe-core finds nothing wrong, %s at %d pixels, and nothing is cut off', async (colorScheme, width) => {
    const { page } = await open(url, { colorScheme, viewport: { width, height: 844 } });
    await page.click('#live-switch');
    await page.getByText('names-en@0 is in this page').waitFor();
    await page.fill('#text', TEXT);
    await page.locator('#rows tr').nth(3).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
});
