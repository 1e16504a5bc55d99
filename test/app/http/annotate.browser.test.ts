import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { annotationForTest } from '../../helpers/annotation.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { startTestApp } from '../../helpers/test-app.js';

const FIRST = 'The Aurora Storm left Zürich. Nobody saw the aurora, said Ada.';
const SECOND = 'Nothing happened.';

async function begin() {
  const annotation = annotationForTest();
  const { url } = await startTestApp({ annotation });
  const project = annotation.create('Harbour', ['PER', 'LOC', 'SHIP']);
  annotation.keep(project, { name: '', content: `${FIRST}\n\n${SECOND}`, format: 'text', isChecked: true });
  const [first, second] = annotation.list(project, { offset: 0, limit: 9 }).map(({ id }) => id);
  const kept = async (id = first) => (await annotation.open(project, id)).document;
  return { url, annotation, project, first, second, kept, here: `${url}/projects/${project}/documents/${first}` };
}

const marksOf = (page: Page) =>
  page
    .locator('#words mark')
    .evaluateAll((marks) =>
      marks.map((mark) => `${mark.querySelector('.ent-text')?.textContent}/${mark.getAttribute('data-label')}`),
    );
const saved = (page: Page) => page.locator('.save.saved').waitFor();
const keys = async (page: Page, ...pressed: string[]) => {
  for (const key of pressed) await page.keyboard.press(key);
};

describe.skipIf(BROWSER === undefined)('marking names in a browser', () => {
  const open = browserForTests();

  test('by mouse: click, drag, another label, remove, undo; "Saved" means that it is', async () => {
    const { here, kept } = await begin();
    const { page, complaints } = await open(here);
    await expect.poll(() => marksOf(page)).toEqual(['Zürich/LOC', 'Ada/PER']);
    await page.click('.chip:has-text("SHIP")');
    await page.locator('.tok', { hasText: /^Aurora$/ }).click();
    await saved(page);
    await expect
      .poll(async () => (await kept()).spans)
      .toMatchObject([
        { start: 4, end: 10, label: 'SHIP' },
        { start: 22, end: 28, label: 'LOC', model: 'names@7' },
        { start: 58, end: 61, label: 'PER' },
      ]);
    const [from, to] = [page.locator('.tok', { hasText: /^Nobody$/ }), page.locator('.tok', { hasText: /^saw$/ })];
    const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!];
    await page.mouse.move(start.x + 2, start.y + start.height / 2);
    await page.mouse.down();
    await page.mouse.move(end.x + end.width - 2, end.y + end.height / 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => marksOf(page)).toContain('Nobody saw/SHIP');
    await page.locator('mark', { hasText: 'Nobody saw' }).locator('.tok').first().click();
    await page.click('.chip:has-text("PER")');
    await expect.poll(() => marksOf(page)).toContain('Nobody saw/PER');
    await page.click('button:has-text("Remove")');
    await expect.poll(() => marksOf(page)).toEqual(['Aurora/SHIP', 'Zürich/LOC', 'Ada/PER']);
    await page.click('button:has-text("Undo")');
    await expect.poll(() => marksOf(page)).toContain('Nobody saw/PER');
    await saved(page);
    await page.reload();
    await expect.poll(() => marksOf(page)).toContain('Nobody saw/PER');
    await page.click('button:has-text("Undo")');
    await expect.poll(() => marksOf(page)).toContain('Nobody saw/SHIP');
    expect(complaints).toEqual([]);
  });

  test('by keyboard alone: choose, mark, resize, split, join, all occurrences, accept, the next', async () => {
    const { url, project, kept, second } = await begin();
    const { page, complaints } = await open(`${url}/projects/${project}`);
    await page.locator('text=Annotate in order').focus();
    await page.keyboard.press('Enter');
    await page.locator('#words:focus').waitFor();
    await keys(page, 'ArrowRight', '3');
    await expect.poll(() => marksOf(page)).toEqual(['Aurora/SHIP', 'Zürich/LOC', 'Ada/PER']);
    await keys(page, 'm');
    await expect.poll(() => marksOf(page)).toEqual(['Aurora/SHIP', 'Zürich/LOC', 'aurora/SHIP', 'Ada/PER']);
    await keys(page, 'Alt+ArrowRight');
    await expect.poll(() => marksOf(page)).toContain('Aurora Storm/SHIP');
    await keys(page, '1', 'ArrowRight', 's');
    await expect.poll(() => marksOf(page)).toContain('Storm/PER');
    await keys(page, 'ArrowLeft', 'j');
    await expect.poll(() => marksOf(page)).toContain('Aurora Storm/PER');
    await keys(page, 'Home', 'Shift+ArrowRight');
    await expect.poll(() => page.locator('.tok.chosen').allTextContents()).toEqual(['The', 'Aurora']);
    await keys(page, 'Control+z');
    await expect.poll(() => marksOf(page)).toContain('Storm/PER');
    await keys(page, 'Control+Shift+z');
    await expect.poll(() => marksOf(page)).toContain('Aurora Storm/PER');
    await saved(page);
    await keys(page, 'a');
    await expect.poll(() => page.url()).toContain(`/documents/${second}`);
    expect((await kept()).status).toBe('accepted');
    await keys(page, 'x');
    await expect.poll(() => page.url()).toMatch(/\/projects\/\d+$/);
    expect((await kept(second)).status).toBe('rejected');
    expect(complaints).toEqual([]);
  });

  test('the second tab on a document is told, and nothing that was saved is lost', async () => {
    const { here, kept } = await begin();
    const { page: one } = await open(here);
    const { page: two } = await open(here);
    await two.locator('#words').waitFor();
    await one.locator('.tok', { hasText: /^Storm$/ }).click();
    await saved(one);
    await two.locator('.tok', { hasText: /^left$/ }).click();
    await two.getByText('it was changed elsewhere meanwhile').waitFor();
    await two.click('text=Show what is saved');
    await expect.poll(() => marksOf(two)).toContain('Storm/PER');
    expect((await kept()).spans.map(({ start }) => start)).toEqual([11, 22, 58]);
  });

  test('what could not be sent is said to be unsaved, and is saved when the server is back', async () => {
    const { here, kept } = await begin();
    const { page } = await open(here);
    await page.route('**/api/projects/**', (route) => route.abort());
    await page.locator('.tok', { hasText: /^Storm$/ }).click();
    await page.getByText('Not saved yet, trying again.').waitFor();
    expect((await kept()).version).toBe(1);
    await page.unroute('**/api/projects/**');
    await saved(page);
    expect((await kept()).spans[0]).toMatchObject({ start: 11, end: 16 });
  });

  test('files are looked at before they are kept, and a bad one is told of', async () => {
    const { url, project, annotation } = await begin();
    const { page } = await open(`${url}/projects/${project}`);
    await page.locator('#drop-hint').waitFor(); // the script runs
    await page.setInputFiles('#upload-files', [
      { name: 'a.conll', mimeType: 'text/plain', buffer: Buffer.from('Ada\tB-PER\nleft\tO\n') },
      { name: 'b.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0xff, 0xfe, 0]) },
    ]);
    await page.getByText('b.bin: expected text in UTF-8, found other bytes').waitFor();
    expect(annotation.project(project).counts.accepted).toBe(0);
    await page.click('#keep-files');
    await page.getByText('1 documents were added.').waitFor();
    expect(annotation.project(project).counts.accepted).toBe(1);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('axe-core finds nothing wrong, %s at %d pixels, and nothing is cut off', async (colorScheme, width) => {
    const { url, here, project } = await begin();
    const options = { colorScheme, viewport: { width, height: 844 }, hasTouch: width < 500 };
    const { page } = await open(`${url}/projects`, options);
    for (const address of [`${url}/projects`, `${url}/projects/${project}`, here]) {
      await page.goto(address);
      if (address === here) await page.locator('#words').waitFor();
      expect(await accessibilityFaults(page), address).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBe(width);
    }
    await page.locator('.tok', { hasText: /^Storm$/ }).click();
    await saved(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('single characters are marked and moved on request; who decided what is listed', async () => {
    const { here, kept } = await begin();
    const { page, complaints } = await open(here);
    await page.locator('#words:focus').waitFor();
    await page.keyboard.press('c');
    await page.evaluate(() => {
      const word = [...document.querySelectorAll('.tok')].find((token) => token.textContent === 'Storm')!;
      const text = [...word.childNodes].find((node) => node instanceof Text)!;
      getSelection()!.setBaseAndExtent(text, 1, text, 3);
      word.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    });
    await expect.poll(() => marksOf(page)).toContain('to/PER');
    await saved(page);
    expect((await kept()).spans[0]).toMatchObject({ start: 12, end: 14 });
    await page.keyboard.press('Alt+ArrowRight');
    await expect.poll(() => marksOf(page)).toContain('tor/PER');
    await saved(page);
    await page.click('text=Who decided what');
    await expect.poll(() => page.locator('.decisions li').count()).toBe(2);
    expect(await page.locator('.decisions li').first().textContent()).toContain('local: mark, names@7 suggesting');
    expect(complaints).toEqual([]);
  });

  test('a document that came accepted shows what the model suggests when all is taken back', async () => {
    const { here, annotation, project, first } = await begin();
    const after = { status: 'accepted', spans: [] } as const;
    annotation.decide(project, first, { version: 1, kind: 'accept', by: 'me', model: null, after });
    const { page } = await open(here);
    await page.locator('#words:focus').waitFor();
    expect(await marksOf(page)).toEqual([]);
    await page.keyboard.press('Control+z');
    await expect.poll(() => marksOf(page), { timeout: 10_000 }).toEqual(['Zürich/LOC', 'Ada/PER']);
  });

  test('by touch: a tap marks a word', async () => {
    const { here } = await begin();
    const { page } = await open(here, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.locator('.tok', { hasText: /^Storm$/ }).tap();
    await expect.poll(() => marksOf(page)).toContain('Storm/PER');
  });
});
