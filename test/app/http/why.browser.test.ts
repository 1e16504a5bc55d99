import { describe, expect, test } from 'vitest';
import { annotationForTest } from '../../helpers/annotation.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { startTestApp } from '../../helpers/test-app.js';

const CORPUS = 'Ada\tO\nmet\tO\nEve\tB-PER\n\nJosé\tB-LOC\nleft\tO\n\nJosé\tB-PER\nMaría\tI-PER\n';
/** A busy machine is no fault of the page. */
const poll = <T>(get: () => T) => expect.poll(get, { timeout: 10_000 });

async function begin() {
  const annotation = annotationForTest();
  const { url } = await startTestApp({ annotation });
  const project = annotation.create('Harbour', ['PER', 'LOC']);
  annotation.keep(project, { name: '', content: CORPUS, format: 'auto', isChecked: true });
  const [first] = annotation.list(project, { offset: 0, limit: 1 });
  return { url, annotation, project, here: `${url}/projects/${project}`, document: first.id };
}

describe.skipIf(BROWSER === undefined)('why and the mistakes, in a browser', () => {
  const open = browserForTests();

  test('a click at a name, Enter on it, or its button in the table asks why; another text closes the answer', async () => {
    const { url } = await begin();
    const { page, complaints } = await open(url);
    await page.locator('#shortcut').waitFor();
    await page.locator('#tagged mark', { hasText: 'José' }).click();
    await page.getByText('Why “José', { exact: false }).waitFor();
    expect(await page.locator('.mentions b').first().textContent()).toBe('José');
    await page.locator('#tagged mark', { hasText: 'Zürich' }).focus();
    await page.keyboard.press('Enter');
    await poll(() => page.locator('#why-title').textContent()).toBe('Why “Zürich”');
    expect(await page.locator('#why-title').evaluate((title) => title === document.activeElement)).toBe(true);
    await page.locator('#rows button').first().click();
    await poll(() => page.locator('#why-title').textContent()).toContain('Ada Lovelace');
    await page.fill('#text', '😀 <b> José');
    await poll(() => page.locator('#why-title').count()).toBe(0);
    await page.locator('#tagged mark', { hasText: 'José' }).click();
    await poll(() => page.locator('#why-title').textContent()).toBe('Why “José”');
    expect(complaints).toEqual([]);
  });

  test('on the page of a document by w, for words that are not found too', async () => {
    const { here, document } = await begin();
    const { page, complaints } = await open(`${here}/documents/${document}?at=8-11`);
    await page.locator('#words:focus').waitFor();
    expect(await page.locator('.tok.chosen').allTextContents()).toEqual(['Eve']);
    await page.keyboard.press('w');
    await page.getByText('does not find it').waitFor();
    expect(await page.locator('.why-name').textContent()).toBe('Eve');
    expect(complaints).toEqual([]);
  });

  test('a mistake is one click from its correction', async () => {
    const { here, annotation, project } = await begin();
    const { page } = await open(`${here}/mistakes`);
    await page.click('text=It is no name');
    await poll(() => page.locator('.mistakes li').count()).toBe(3);
    expect((await annotation.mistakes(project)).counts.missed).toBe(0);
    await page.click('text=Open it there');
    await page.locator('#words:focus').waitFor();
    expect(await page.locator('.tok.chosen').allTextContents()).toEqual(['Ada']);
  });

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('axe-core finds nothing wrong, %s at %d pixels, and nothing is cut off', async (colorScheme, width) => {
    const { url, here } = await begin();
    const { page } = await open(url, { colorScheme, viewport: { width, height: 844 } });
    await page.locator('#shortcut').waitFor();
    await page.locator('#tagged mark').first().click();
    await page.locator('#why-title').waitFor();
    for (const address of [undefined, `${here}/mistakes`]) {
      if (address !== undefined) await page.goto(address);
      expect(await accessibilityFaults(page), address).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBe(width);
    }
  });
});
