import { describe, expect, test } from 'vitest';
import { annotationForTest } from '../../helpers/annotation.js';
import { startTestApp, unescapeHtml } from '../../helpers/test-app.js';

const CORPUS = 'Ada\tO\nLovelace\tO\nmet\tO\nEve\tB-PER\n\nJosé\tB-LOC\nleft\tO\n\nAda\tB-PER\nSmith\tI-PER\n';

async function begin() {
  const annotation = annotationForTest();
  const app = await startTestApp({ annotation });
  const project = annotation.create('Ships & <b>more</b>', ['PER', 'LOC']);
  annotation.keep(project, { name: '', content: CORPUS, format: 'auto', isChecked: true });
  const here = `/projects/${project}/mistakes`;
  const page = async (query = '') => unescapeHtml(await (await app.get(here + query)).text());
  const post = (fields: Record<string, string>) => app.submit(here, fields);
  return { app, annotation, project, here, page, post };
}

describe('the mistakes of a model', () => {
  test('are missed, invented, of wrong border or label, the surest first', async () => {
    const { annotation, project, app } = await begin();
    const { mistakes, counts, documents } = await annotation.mistakes(project);
    expect(
      mistakes.map(({ kind, accepted, found, sureness }) => [
        kind,
        accepted?.text,
        found?.text,
        found?.label,
        sureness,
      ]),
    ).toEqual([
      ['missed', 'Eve', undefined, undefined, 0.75],
      ['wrong label', 'José', 'José', 'PER', 0.75],
      ['wrong border', 'Ada Smith', 'Ada', 'PER', 0.75],
      ['invented', undefined, 'Ada Lovelace', 'PER', 0.375],
    ]);
    expect(counts).toEqual({ missed: 1, invented: 1, 'wrong border': 1, 'wrong label': 1 });
    expect(documents).toBe(3);
    const answer = await (await app.get(`/api/projects/${project}/mistakes?kind=missed`)).json();
    expect(answer).toMatchObject({
      model: 'names@7',
      counts,
      mistakes: [{ text: 'Eve', before: 'Ada Lovelace met ' }],
    });
  });

  test('are shown with a way to their place, and can be shown by kind', async () => {
    const { page, annotation, project } = await begin();
    const all = await page();
    const [first] = annotation.list(project, { offset: 0, limit: 1 });
    expect(all).toContain(`href="/projects/${project}/documents/${first.id}?at=17-20"`);
    expect(all.match(/<li>\s*<p class="mistake-text"/g)).toHaveLength(4);
    const invented = await page('?kind=invented');
    expect(invented.match(/<li>\s*<p class="mistake-text"/g)).toHaveLength(1);
    expect(invented).toContain('<b>Ada Lovelace</b>');
  });

  test('where the model was right, its word is taken, and that can be undone', async () => {
    const { annotation, project, post, page } = await begin();
    for (const count of [4, 3, 2, 1]) {
      const { mistakes } = await annotation.mistakes(project);
      expect(mistakes).toHaveLength(count);
      const html = await page();
      const fields = Object.fromEntries(
        [...html.slice(html.indexOf('<ol')).matchAll(/name="(\w+)" value="([^"]*)"/g)]
          .slice(0, 7)
          .map((m) => [m[1], m[2]]),
      );
      const answer = await post(fields);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toContain('/mistakes?model=names%407');
    }
    expect((await annotation.mistakes(project)).mistakes).toEqual([]);
    const { id } = annotation.list(project, { offset: 0, limit: 1 })[0];
    const { document } = await annotation.open(project, id);
    expect(document).toMatchObject({ status: 'accepted', spans: [{ start: 0, end: 12, label: 'PER' }], canUndo: true });
    annotation.undo(project, id, document.version);
    expect((await annotation.mistakes(project)).mistakes).toHaveLength(1);
  });

  test('a document that was changed meanwhile is left alone, and the page says so', async () => {
    const { annotation, project, post } = await begin();
    const { mistakes } = await annotation.mistakes(project);
    const { document, version } = mistakes[0];
    const fields = {
      document: String(document),
      version: String(version),
      model: 'names@7',
      accepted: '17-20-PER',
      found: '',
    };
    expect((await post(fields)).status).toBe(303);
    const late = await post(fields);
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('it was changed elsewhere meanwhile');
  });

  test.each([
    { accepted: '17-20', found: '' },
    { accepted: '', found: 'x-y-PER' },
    { accepted: '', found: '900-910-PER' },
    { accepted: '', found: '0-3-SHIP' },
  ])('a form that was not written by the page is refused: %j', async (fields) => {
    const { annotation, project, post } = await begin();
    const { document, version } = (await annotation.mistakes(project)).mistakes[0];
    const answer = await post({ document: String(document), version: String(version), model: 'names@7', ...fields });
    expect(answer.status).toBe(400);
    expect((await annotation.mistakes(project)).mistakes).toHaveLength(4);
  });
});

describe('names that were accepted and are like another', () => {
  test('come with their document, the most alike first, those of the same label before others', async () => {
    const { app, project } = await begin();
    const answer = await (await app.postJson('/api/mentions', { text: 'Ada', label: 'PER' })).json();
    expect(answer).toMatchObject({
      mentions: [{ project, text: 'Ada Smith', label: 'PER', start: 0, end: 9, project_name: 'Ships & <b>more</b>' }],
    });
    expect(await (await app.postJson('/api/mentions', { text: 'Qux', label: 'PER' })).json()).toEqual({ mentions: [] });
  });
});

describe('why', () => {
  const TEXT = 'Ada <i> met José.';

  test('is answered as JSON', async () => {
    const { app } = await begin();
    const answer = await (await app.postJson('/api/why', { text: TEXT, start: 12, end: 13 })).json();
    expect(answer).toMatchObject({
      model: 'names@7',
      text: 'José',
      start: 12,
      end: 16,
      label: 'PER',
      score: 0.75,
      found: true,
    });
    const nothing = await app.postJson('/api/why', { text: TEXT, start: 3, end: 4 });
    expect(nothing.status).toBe(400);
    expect(await nothing.json()).toMatchObject({ error: 'start, end: expected some words of one sentence, found " "' });
  });

  test('is shown without JavaScript, by a button beside the name', async () => {
    const { app } = await begin();
    const page = await (await app.postForm({ text: TEXT })).text();
    expect(page).toContain('name="why" value="12-16"');
    const asked = unescapeHtml(await (await app.postForm({ text: TEXT, why: '0-3' })).text());
    expect(asked).toContain('Why “Ada”');
    expect(asked).toContain('names@7 finds it: person, 75 % in this sentence alone.');
    expect(asked).toContain('<b>Ada Smith</b>');
  });
});
