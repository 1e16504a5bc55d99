import { describe, expect, test } from 'vitest';
import { annotationForTest } from '../../helpers/annotation.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { startTestApp, unescapeHtml } from '../../helpers/test-app.js';

async function begin() {
  const annotation = annotationForTest();
  const app = await startTestApp({ annotation });
  const project = annotation.create('Ships & <b>more</b>', ['PER', 'SHIP']);
  annotation.keep(project, { name: '', content: 'Ada met Eve.', format: 'text', isChecked: true });
  const [{ id: document }] = annotation.list(project, { offset: 0, limit: 1 });
  const here = `/projects/${project}/pins`;
  const post = (fields: Record<string, string>) => app.submit(here, fields);
  return { app, annotation, project, document, here, post };
}

describe('pins', () => {
  test('are made and removed by a form, and tried on the model', async () => {
    const { app, annotation, project, here, post } = await begin();
    for (const written of ['[Ada|PER] <i>', '[Eve|PER]', '[Aurora|SHIP]'])
      expect((await post({ action: 'add', written })).headers.get('location')).toBe(here);
    const page = unescapeHtml(await (await app.get(here)).text());
    expect(page).toContain('names@7 keeps 1 of 2');
    expect(page).toContain('“Eve” must be found as PER, found no name');
    expect([...page.matchAll(/<span class="status \w*">([\w ]+)/g)].map(([, state]) => state)).toEqual([
      'kept',
      'broken',
      'not tried',
    ]);
    const [{ id }] = annotation.pins(project);
    expect((await post({ action: 'remove', pin: String(id) })).status).toBe(303);
    expect(annotation.pins(project)).toHaveLength(2);
    expect((await post({ action: 'remove', pin: String(id) })).status).toBe(404);
  });

  test('what is wrong with one is said, and what was written stays', async () => {
    const { post } = await begin();
    const wrong = await post({ action: 'add', written: 'Nothing <here>' });
    expect(wrong.status).toBe(400);
    const page = unescapeHtml(await wrong.text());
    expect(page).toContain('pin: expected a place such as [Aurora|SHIP]');
    expect(page).toContain('\nNothing <here></textarea>');
  });

  test('through the API', async () => {
    const { app, project } = await begin();
    const api = `/api/projects/${project}/pins`;
    const spans = [{ start: 0, end: 3, label: 'PER', must: false }];
    const made = await app.postJson(api, { text: 'Ada left.', spans });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: number };
    expect(await (await app.get(api)).json()).toMatchObject({
      model: 'names@7',
      pins: [{ id, text: 'Ada left.', spans, broken: ['“Ada” must not be found as PER, found PER “Ada”'] }],
    });
    expect((await fetch(`${app.url}${api}/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(`${app.url}${api}/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await app.postJson('/api/projects/99/pins', { text: 'Ada', spans })).status).toBe(404);
  });
});

describe.skipIf(BROWSER === undefined)('pins in a browser', () => {
  const open = browserForTests();

  test('a name is pinned by ! in its document, a mistake by its button', async () => {
    const { app, annotation, project, document, here } = await begin();
    const { page, complaints } = await open(`${app.url}/projects/${project}/documents/${document}`);
    await page.locator('#words:focus').waitFor();
    await page.keyboard.press('!');
    await page.getByText('Pinned: every new model must find “Ada” as PER here.').waitFor();
    await page.locator('.tok', { hasText: 'Eve' }).click();
    await page.locator('.save.saved').waitFor();
    await page.keyboard.press('a');
    await page.waitForURL(/projects\/\d+$/);
    await page.goto(`${app.url}/projects/${project}/mistakes`);
    await page.click('text=Pin it');
    await page.getByText('names@7 keeps 1 of 2').waitFor();
    expect(annotation.pins(project).map(({ text, spans }) => [text, spans])).toEqual([
      ['Ada met Eve.', [{ start: 0, end: 3, label: 'PER', must: true }]],
      ['Ada met Eve.', [{ start: 8, end: 11, label: 'PER', must: true }]],
    ]);
    expect(complaints).toEqual([]);
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      const { page: shown } = await open(app.url + here, { colorScheme, viewport: { width, height: 844 } });
      expect(await accessibilityFaults(shown)).toEqual([]);
      expect(await shown.evaluate(() => globalThis.document.documentElement.scrollWidth)).toBe(width);
    }
  });
});
