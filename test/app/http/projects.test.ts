import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { openApiDocument } from '#app/http/openapi.js';
import { annotationForTest } from '../../helpers/annotation.js';
import { startTestApp, type TestApp, unescapeHtml } from '../../helpers/test-app.js';

const TEXT = 'Ada met José.\n\nNobody came.';

async function begin() {
  const annotation = annotationForTest();
  const app = await startTestApp({ annotation });
  const project = annotation.create('Ships & <b>more</b>', ['PER', 'LOC']);
  annotation.keep(project, { name: '', content: TEXT, format: 'text', isChecked: true });
  const ids = annotation.list(project, { offset: 0, limit: 9 }).map(({ id }) => id);
  return { app, annotation, project, ids, here: `/projects/${project}`, api: `/api/projects/${project}` };
}

const send = (app: TestApp, method: string, path: string, body: object): Promise<Response> =>
  fetch(app.url + path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });

describe('pages of projects', () => {
  test('a project is begun by a form, which keeps what was written when it is wrong', async () => {
    const { app } = await begin();
    const wrong = await app.submit('/projects', { name: 'New <i>', labels: 'a'.repeat(200) });
    expect(wrong.status).toBe(422);
    const page = await wrong.text();
    expect(page).toContain('value="New &lt;i&gt;"');
    expect(page).toContain('expected a label of 1 to');
    const made = await app.submit('/projects', { name: 'New', labels: 'PER, LOC' });
    expect(made.status).toBe(303);
    expect(made.headers.get('location')).toMatch(/^\/projects\/\d+$/);
  });

  test('the bundled corpus opens as an example, once', async () => {
    const { app, annotation } = await begin();
    const first = await app.submit('/projects/example', {});
    expect(first.status).toBe(303);
    const place = first.headers.get('location')!;
    const { labels, counts } = annotation.project(Number(place.split('/').at(-1)));
    expect(labels.map(({ label }) => label)).toEqual(['PER', 'LOC', 'ORG']);
    expect(counts.accepted).toBe(990);
    expect((await app.submit('/projects/example', {})).headers.get('location')).toBe(place);
    expect(await (await app.get('/projects')).text()).toContain('the 990 texts that come with the program');
  });

  test('text is added by a form that shows the ledger before anything is kept', async () => {
    const { app, annotation, project, here } = await begin();
    const text = '{"text":"The Aurora left.","entities":[[4,10,"SHIP"]]}';
    const looked = await app.submit(`${here}/upload`, { text, format: 'auto', checked: 'yes', action: 'look' });
    const page = unescapeHtml(await looked.text());
    expect(page).toContain('<b>1</b> documents, <b>1</b> names, read as <b>jsonl</b>');
    expect(page).toContain(text);
    expect(annotation.project(project).counts.accepted).toBe(0);
    const kept = await app.submit(`${here}/upload`, { text, format: 'auto', checked: 'yes', action: 'keep' });
    expect(kept.headers.get('location')).toBe(`${here}?done=1`);
    expect(annotation.project(project).counts.accepted).toBe(1);
  });

  test('a text that cannot be read stays in the form', async () => {
    const { app, here } = await begin();
    const answer = await app.submit(`${here}/upload`, { text: 'Ada', format: 'jsonl', action: 'keep' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(/role="alert">text:1: expected[\s\S]*\nAda<\/textarea>/);
  });

  test('a document is accepted by a form, and the next one is shown', async () => {
    const { app, annotation, project, ids, here } = await begin();
    const address = `${here}/documents/${ids[0]}`;
    const page = await (await app.get(address)).text();
    expect(page).toContain('<mark class="ent suggested colour-0 line-0" data-label="PER" title="PER 0.75"');
    const answer = await app.submit(address, { action: 'accept', version: '1', by: 'order' });
    expect(answer.headers.get('location')).toBe(`${here}/next?by=order&after=${ids[0]}`);
    const next = await fetch(`${app.url}${answer.headers.get('location')}`, { redirect: 'manual' });
    expect(next.headers.get('location')).toBe(`${here}/documents/${ids[1]}?by=order`);
    const { document } = await annotation.open(project, ids[0]);
    expect(document).toMatchObject({ status: 'accepted', spans: [{ label: 'PER' }, { label: 'PER' }] });
    const late = await app.submit(address, { action: 'reject', version: '1', by: 'order' });
    expect(late.status).toBe(409);
    expect(await late.text()).toContain('changed elsewhere meanwhile');
    await app.submit(address, { action: 'undo', version: '2', by: 'order' });
    expect((await annotation.open(project, ids[0])).document.status).toBe('new');
  });

  test('the list shows documents by label, doubt and change; the queue what differs most', async () => {
    const { app, annotation, project, ids, here } = await begin();
    const listed = async (query: string) =>
      [
        ...(await (await app.get(`${here}?${query}`)).text()).matchAll(
          /<th scope="row"><a href="[^"]*\/documents\/(\d+)"/g,
        ),
      ].map(([, id]) => Number(id));
    expect(await listed('')).toEqual(ids);
    const spans = [{ start: 0, end: 3, label: 'LOC' }];
    annotation.decide(project, ids[0], {
      version: 1,
      kind: 'mark',
      by: 'me',
      model: null,
      after: { status: 'draft', spans },
    });
    expect(await listed('label=LOC')).toEqual([ids[0]]);
    expect(await listed('label=PER')).toEqual([]);
    expect(await listed('status=&label=&doubt=')).toEqual(ids);
    await annotation.next(project, 'uncertainty', 0);
    expect(await listed('doubt=20')).toEqual([ids[1]]);
    expect(await listed('doubt=99')).toEqual([]);
    expect(await listed('changed=yes')).toEqual(ids);
    const next = (by: string, after = 0) => annotation.next(project, by as 'diversity', after);
    annotation.keep(project, {
      name: '',
      content: 'Ada met José. Nobody.\n\nQuite other words stand here.',
      format: 'text',
      isChecked: true,
    });
    annotation.decide(project, ids[0], {
      version: 2,
      kind: 'accept',
      by: 'me',
      model: null,
      after: { status: 'accepted', spans },
    });
    const other = annotation.list(project, { offset: 3, limit: 1 })[0].id;
    expect(await next('diversity')).toBe(other);
    expect(await next('diversity', other)).toBe(ids[1]);
  });

  test('who decided what stands below a document without JavaScript', async () => {
    const { app, annotation, project, ids, here } = await begin();
    const after = { status: 'accepted', spans: [] } as const;
    annotation.decide(project, ids[0], { version: 1, kind: 'accept', by: 'Eve <i>', model: 'names@7', after });
    annotation.undo(project, ids[0], 2);
    const page = unescapeHtml(await (await app.get(`${here}/documents/${ids[0]}`)).text());
    expect(page).toMatch(/<li>\d{4}-\d\d-\d\d \d\d:\d\d Eve <i>: accept, names@7 suggesting; taken back<\/li>/);
  });

  test('what was accepted is downloaded as a file, never shown as a page', async () => {
    const { app, ids, here } = await begin();
    await app.submit(`${here}/documents/${ids[0]}`, { action: 'accept', version: '1', by: 'order' });
    const answer = await app.get(`${here}/export?format=conll`);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Ships-b-more-b.conll");
    expect(await answer.text()).toContain('Ada\tB-PER');
  });

  test('a name, a text and a label of markup are written as text', async () => {
    const { app, annotation, project, here } = await begin();
    const label = '"><img/src=x>';
    annotation.addLabel(project, label);
    const text = '<script>alert(1)</script>';
    const content = JSON.stringify({ text, entities: [[0, 8, label]], id: '<u>id' });
    annotation.keep(project, { name: 'a.jsonl', content, format: 'jsonl', isChecked: true });
    const last = annotation.list(project, { offset: 0, limit: 9 }).at(-1)!.id;
    for (const path of ['/projects', here, `${here}/documents/${last}`]) {
      const page = await (await app.get(path)).text();
      expect(page.match(/<script/g), path).toHaveLength(1);
      expect(page, path).not.toMatch(/<img\/src|<b>more|<u>/);
    }
  });

  test.each(['', '/upload', '/labels', '/accept-above', '/delete', '/documents/1'])(
    'POST …%s of another origin is refused',
    async (path) => {
      const { app, here } = await begin();
      const address = path === '' ? '/projects' : `${here}${path}`;
      const answer = await app.submit(address, {}, { Origin: 'http://evil.example' });
      expect(answer.status).toBe(403);
    },
  );

  test.each(['/projects/999', '/projects/x', '/projects/1/documents/999', '/projects/999/export?format=conll'])(
    '%s is not there',
    async (path) => {
      const { app } = await begin();
      expect([400, 404]).toContain((await app.get(path, { Accept: 'text/html' })).status);
    },
  );

  test('without projects there is neither a page nor a link', async () => {
    const app = await startTestApp();
    expect((await app.get('/projects')).status).toBe(404);
    expect(await (await app.get('/')).text()).not.toContain('href="/projects"');
  });
});

describe('the JSON interface of projects', () => {
  test('answers what its document says, and its examples work', async () => {
    const { app, ids, api } = await begin();
    const document = (await (await app.get('/api/openapi.json')).json()) as ReturnType<typeof openApiDocument>;
    expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toMatchObject({ valid: true });
    const addressOf = (path: string) =>
      path.replace('{project}', api.split('/').at(-1)!).replace('{document}', String(ids[0])).replace('{pin}', '1');
    const operations = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/projects'))
      .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
    expect(operations.length).toBeGreaterThan(10);
    for (const { path, method, operation } of operations) {
      const examples = Object.values(operation.requestBody?.content['application/json'].examples ?? { none: {} });
      for (const { value } of examples as { value?: object }[]) {
        const answer =
          value === undefined
            ? await fetch(app.url + addressOf(path), { method: method.toUpperCase() })
            : await send(app, method.toUpperCase(), addressOf(path), value);
        const described = operation.responses[answer.status];
        expect(described, `${method} ${path}: ${answer.status}`).toBeDefined();
        expect(
          check(document, described.content['application/json'].schema, await answer.json()),
          `${method} ${path}`,
        ).toEqual([]);
      }
    }
  });

  test('a decision is on the version that was read, or is refused with what to do', async () => {
    const { app, api, ids } = await begin();
    const address = `${api}/documents/${ids[0]}`;
    const change = { version: 1, kind: 'mark', status: 'draft', spans: [{ start: 0, end: 3, label: 'LOC' }] };
    const saved = await send(app, 'PUT', address, change);
    expect(await saved.json()).toEqual({
      id: ids[0],
      version: 2,
      status: 'draft',
      spans: change.spans,
      can_undo: true,
      can_redo: false,
    });
    const late = await send(app, 'PUT', address, change);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({ code: 'changed_meanwhile' });
    const wrong = await send(app, 'PUT', address, {
      ...change,
      version: 2,
      spans: [{ start: 0, end: 3, label: 'NOBODY' }],
    });
    expect(await wrong.json()).toMatchObject({ code: 'invalid_request', error: expect.stringContaining('PER, LOC') });
    expect(await (await send(app, 'POST', `${address}/undo`, { version: 2 })).json()).toMatchObject({
      version: 3,
      status: 'new',
      spans: [],
    });
    expect(await (await app.get(`${address}/decisions`)).json()).toMatchObject({
      decisions: [{ by: 'local', kind: 'mark', model: null, standing: 'undone' }],
    });
  });
});

function check(document: object, schema: object, value: unknown): unknown[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const whole = { ...JSON.parse(JSON.stringify(schema)), components: (document as { components: object }).components };
  ajv.validate(whole, value);
  return ajv.errors ?? [];
}
