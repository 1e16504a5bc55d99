import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenApiDocument } from '#app/http/openapi.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { type Running, sharedHome, startOnomast, trainTiny } from './helpers.js';

const home = sharedHome(trainTiny, 120_000);
let server: Running;
let url: string;
let described: OpenApiDocument;
beforeAll(async () => {
  server = startOnomast(['serve', '--port', '0'], { home: home() });
  await server.says('(Ctrl-C ends it)');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
  described = (await (await fetch(`${url}/api/openapi.json`)).json()) as OpenApiDocument;
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
});

let projects = 0;
/** One of the examples renames it. */
let model = 'tiny@1';
const specOf = ({ id, version }: { id: string; version: number }): string => `${id}@${version}`;

interface Sent {
  readonly status: number;
  readonly answer: unknown;
}

async function send(method: string, path: string, body?: unknown): Promise<Sent> {
  const response = await fetch(url + path, {
    method: method.toUpperCase(),
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  return { status: response.status, answer: await response.json() };
}

/** What the examples of the document itself make: each group of them has a project of its own, with two documents, of which the second is accepted. */
async function begin(): Promise<Record<string, string>> {
  const exampleOf = (path: string) =>
    Object.values(described.paths[path].post!.requestBody!.content['application/json'].examples!)[0] as {
      value: unknown;
    };
  projects += 1;
  const named = {
    ...(exampleOf('/api/projects').value as object),
    name: `Project ${projects}`,
    labels: ['SHIP', 'PORT', 'PER'],
  };
  const { answer: project } = await send('post', '/api/projects', named);
  const { id } = project as { id: number };
  await send('post', `/api/projects/${id}/uploads`, exampleOf('/api/projects/{project}/uploads').value);
  const { answer } = await send('get', `/api/projects/${id}/documents`);
  const { documents } = answer as { documents: { id: number }[] };
  const accepted = { version: 1, kind: 'accept', status: 'accepted', spans: [{ start: 0, end: 6, label: 'PORT' }] };
  await send('put', `/api/projects/${id}/documents/${documents[1].id}`, accepted);
  return { project: String(id), document: String(documents[0].id), model, other: model };
}

test('every example of the OpenAPI document is answered as the document says', async () => {
  const ajv = new Ajv2020({ strict: false });
  const ran: string[] = [];
  let values = await begin();
  for (const [path, item] of Object.entries(described.paths)) {
    // A document in its first version again.
    if (path.endsWith('{document}')) values = await begin();
    for (const [method, operation] of Object.entries(item)) {
      if (method === 'delete') continue; // at the end
      const content = operation.requestBody?.content['application/json'];
      const examples = Object.entries(content?.examples ?? {}) as [string, { value: unknown }][];
      expect(content === undefined || examples.length > 0, `${method} ${path} has an example`).toBe(true);
      const refused = operation.operationId === 'labelStudioTrain';
      for (const [name, body] of content === undefined
        ? ([['', undefined]] as const)
        : examples.map(([n, { value }]) => [n, value] as const)) {
        const query = (operation.parameters ?? []).filter((one) => one.in === 'query' && one.required === true);
        const address = [path, ...query.map(({ name }) => `${name}={${name}}`)].join('?');
        const place = address.replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter]);
        const { status, answer } = await send(method, place, body);
        const what = `${method} ${place} ${name}: ${JSON.stringify(answer).slice(0, 300)}`;
        const told = operation.responses[status];
        expect(told, what).toBeDefined();
        if (!refused) expect(String(status), what).toMatch(/^2/);
        const schema = { ...told.content['application/json'].schema, components: described.components };
        const validate = ajv.compile(schema);
        expect(validate(answer), `${what} ${JSON.stringify(validate.errors)}`).toBe(true);
        ran.push(operation.operationId);
        if (operation.operationId === 'renameModel') model = specOf(answer as { id: string; version: number });
      }
    }
  }
  const all = Object.values(described.paths).flatMap((item) =>
    Object.entries(item).flatMap(([method, { operationId }]) => (method === 'delete' ? [] : [operationId])),
  );
  expect(new Set(ran)).toEqual(new Set(all));
});

describe('the page of the API', () => {
  test('shows every operation, with lines to copy, without scripts', async () => {
    const html = await (await fetch(`${url}/api`)).text();
    for (const item of Object.values(described.paths))
      for (const { operationId } of Object.values(item)) expect(html).toContain(`id="${operationId}"`);
    expect(html).toContain(`curl -s &#39;${url}/api/tag&#39;`);
    expect(html).toContain('details class="try" hidden');
  });
});

describe.skipIf(BROWSER === undefined)('the page of the API in a browser', () => {
  const open = browserForTests();

  test.each([
    ['wide and light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const }],
    ['narrow and dark', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' as const }],
  ])('sends what is written, %s', async (_, options) => {
    const { page, complaints } = await open(`${url}/api`, options);
    const tag = page.locator('#tag');
    await tag.locator('.try summary').click();
    await tag.locator('textarea').fill('{"text":"Ada met Bo."}');
    await tag.locator('button').click();
    await tag.locator('.try pre').waitFor();
    expect(await tag.locator('[role="status"]').textContent()).toMatch(/^200 OK, \d+ ms$/);
    expect(JSON.parse((await tag.locator('.try pre').textContent())!)).toMatchObject({ text_length: 11 });
    await tag.locator('textarea').fill('{"text":');
    await tag.locator('button').click();
    await expect.poll(() => tag.locator('[role="status"]').textContent()).toMatch(/^400 /);
    for (const details of await page.locator('details').all())
      await details.evaluate((one) => one.setAttribute('open', ''));
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(complaints).toEqual([]);
  });
});
