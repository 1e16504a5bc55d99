import { describe, expect, test } from 'vitest';
import { EXPERIMENTS } from '#app/learn/experiments.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { startTestApp } from '../../helpers/test-app.js';

const NEEDS_SCRIPTS = 'This experiment trains networks in your browser, and needs JavaScript.';

describe.skipIf(BROWSER === undefined)('the pages of experiments in a browser', () => {
  const open = browserForTests();

  test.each(EXPERIMENTS.map(({ id }) => id))('%s: nothing wrong, wide or narrow, light or dark', async (id) => {
    const { url } = await startTestApp();
    for (const options of [
      { viewport: { width: 1280, height: 900 } },
      { viewport: { width: 390, height: 800 }, colorScheme: 'dark' as const },
    ]) {
      const { page, complaints } = await open(`${url}/learn/${id}`, options);
      await page.waitForSelector('.says');
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
    }
  });

  test('a slider moved by keys shows another outcome at once, and the address leads back to it', async () => {
    const { url } = await startTestApp();
    const { page } = await open(`${url}/learn/averages`);
    await page.waitForSelector('#run', { state: 'hidden' });
    const before = await page.textContent('.says');
    await page.focus('#beta');
    await page.keyboard.press('End');
    expect(await page.textContent('.says')).toContain('With beta 0.99 ');
    expect(await page.textContent('.says')).not.toBe(before);
    expect(await page.textContent('#beta-reading')).toBe('0.99');
    expect(await page.textContent('#took')).toMatch(/^Computed in your browser in \d+ ms\.$/);
    expect(page.url()).toContain('beta=0.99');
    const shown = await page.innerHTML('#outcome');
    await page.reload();
    expect((await page.innerHTML('#outcome')).trim()).toBe(shown);
  });

  test('without JavaScript the server computes what the form says, but trains nothing', async () => {
    const { url } = await startTestApp();
    const { page } = await open(`${url}/learn/crf`, { javaScriptEnabled: false });
    await page.goto(`${url}/learn/crf?lindOrganization=-4`);
    expect(await page.textContent('.says')).toContain('Word by word');
    await page.click('#run');
    expect(page.url()).toContain('lindOrganization=-4');
    await page.goto(`${url}/learn/one-way-rnn`);
    expect(await page.textContent('#outcome')).toContain(NEEDS_SCRIPTS);
  });
});

test('an experiment that there is not is not found', async () => {
  const app = await startTestApp();
  const answer = await app.get('/learn/constructor', { accept: 'application/json' });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'not_found' });
});
