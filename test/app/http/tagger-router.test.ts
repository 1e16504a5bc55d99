import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTaggerRouter } from '#app/http/tagger-router.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const TEXT = 'Ada Lovelace met José in Zürich.';

async function listening(app: RequestListener): Promise<string> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  });
const namesOf = async (response: Response): Promise<string[]> =>
  (await response.json()).entities.map(({ text }: { text: string }) => text);

describe('mounted in an app of its own', () => {
  test('answers below its place, and passes on what is not at its addresses', async () => {
    const app = express();
    app.use('/names', createTaggerRouter(fakeTagger()));
    app.get('/names/mine', (request, response) => void response.send(`the app's own, ${request.app === app}`));
    app.get('/', (_request, response) => void response.send('home'));
    const url = await listening(app);
    expect(await namesOf(await post(`${url}/names/api/tag`, { text: TEXT }))).toEqual([
      'Ada Lovelace',
      'José',
      'Zürich',
    ]);
    expect(await (await fetch(`${url}/names/mine`)).text()).toBe("the app's own, true");
    expect(await (await fetch(url)).text()).toBe('home');
    expect((await fetch(`${url}/api/tag`)).status).toBe(404);
    expect((await fetch(`${url}/names/api/models`)).status).toBe(404);
    expect((await fetch(`${url}/names/healthz`)).status).toBe(200);
  });

  test.each([
    ['before', (app: express.Express) => app.use(express.json(), createTaggerRouter(fakeTagger()))],
    ['not at all', (app: express.Express) => app.use(createTaggerRouter(fakeTagger()))],
  ])('reads bodies, whether the app parses JSON itself %s', async (_, mount) => {
    const app = express();
    mount(app);
    const url = await listening(app);
    expect(await namesOf(await post(`${url}/api/tag`, { text: TEXT }))).toEqual(['Ada Lovelace', 'José', 'Zürich']);
    expect(await (await post(`${url}/api/tag`, { text: 8 })).json()).toMatchObject({ code: 'invalid_request' });
    expect((await post(`${url}/api/tag`, '{"text":')).status).toBe(400);
  });

  test('is a handler of plain requests too', async () => {
    const router = createTaggerRouter(fakeTagger());
    const url = await listening((request, response) =>
      router(request, response, () => response.writeHead(404).end('nothing here')),
    );
    expect(await namesOf(await post(`${url}/api/tag`, { text: TEXT }))).toEqual(['Ada Lovelace', 'José', 'Zürich']);
    expect(await (await fetch(`${url}/other`)).text()).toBe('nothing here');
  });

  test('answers errors as JSON, even to whom prefers pages, and leaves those of the app alone', async () => {
    const app = express();
    app.use(createTaggerRouter(fakeTagger()));
    app.get('/broken', () => {
      throw new Error('of the app');
    });
    const handled: string[] = [];
    const handler: express.ErrorRequestHandler = (error, _request, response, _next) => {
      handled.push(error.message);
      response.status(500).send('handled by the app');
    };
    app.use(handler);
    const url = await listening(app);
    const refused = await post(`${url}/api/tag`, { text: 8 }, { Accept: 'text/html' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
    expect(await refused.json()).toMatchObject({ code: 'invalid_request', error: expect.stringContaining('text') });
    expect((await fetch(`${url}/api/tag`)).status).toBe(405);
    expect(await (await fetch(`${url}/broken`)).text()).toBe('handled by the app');
    expect(handled).toEqual(['of the app']);
  });

  test('what goes wrong inside is told to the app alone', async () => {
    const lines: string[] = [];
    const broken: Tagger = {
      ...fakeTagger(),
      tagAll() {
        throw new Error('secret');
      },
    };
    const app = express();
    app.use(createTaggerRouter(broken, { onError: (line) => void lines.push(line) }));
    const answer = await post(`${await listening(app)}/api/tag`, { text: TEXT });
    const body = await answer.text();
    expect([answer.status, body.includes('secret')]).toEqual([500, false]);
    expect(lines.join()).toContain('secret');
  });

  test('keeps the limits of the server, or its own', async () => {
    const app = express();
    app.use('/default', createTaggerRouter(fakeTagger()));
    app.use('/small', createTaggerRouter(fakeTagger(), { limits: { textLength: 10 } }));
    const url = await listening(app);
    expect((await post(`${url}/default/api/tag`, { text: TEXT })).status).toBe(200);
    expect(await (await post(`${url}/small/api/tag`, { text: TEXT })).json()).toMatchObject({
      code: 'text_too_long',
      limit: 10,
    });
    expect((await post(`${url}/default/api/tag`, { texts: Array(257).fill('a') })).status).toBe(413);
    expect((await post(`${url}/default/api/tag`, { text: TEXT }, { Origin: 'http://elsewhere.example' })).status).toBe(
      403,
    );
  });

  test('several models, each by its name, the first where none is named', async () => {
    const second = fakeTagger({ model: { id: 'other', version: 2 }, names: { met: 'VERB' } });
    const app = express();
    app.use(createTaggerRouter([fakeTagger(), second]));
    const url = await listening(app);
    expect(await namesOf(await post(`${url}/api/tag`, { text: TEXT }))).toContain('José');
    for (const model of ['other', 'other@2'])
      expect(await namesOf(await post(`${url}/api/tag`, { text: TEXT, model }))).toEqual(['met']);
    expect(await (await post(`${url}/api/tag`, { text: TEXT, model: 'third' })).json()).toMatchObject({
      code: 'unknown_model',
    });
  });

  test('describes itself at its own address', async () => {
    const app = express();
    app.use('/names', createTaggerRouter(fakeTagger()));
    const document = await (await fetch(`${await listening(app)}/names/api/openapi.json`)).json();
    expect(document.servers).toEqual([{ url: '/names' }]);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/hf/token-classification',
      '/api/openapi.json',
      '/api/redact',
      '/api/redact/restore',
      '/api/tag',
      '/healthz',
      '/readyz',
    ]);
  });
});

describe('wrong arguments are refused in a sentence', () => {
  const create = createTaggerRouter as (...values: unknown[]) => unknown;
  test.each([
    [[undefined], 'expected what loadTagger gives'],
    [[[]], 'expected what loadTagger gives'],
    [['names-en'], 'expected what loadTagger gives'],
    [[Promise.resolve(fakeTagger())], 'expected what loadTagger gives'],
    [[[fakeTagger(), fakeTagger()]], 'two taggers are'],
    [[fakeTagger(), { limits: { texts: 0 } }], 'the limit "texts" must be a whole number above 0, found 0'],
    [[fakeTagger(), { limits: { texts: '5' } }], 'the limit "texts" must be a whole number above 0, found 5'],
    [[fakeTagger(), { limits: { text: 5 } }], 'there is no limit "text", only textLength'],
  ])('%#', (values, message) => {
    const error = thrownBy(() => create(...values));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toContain(message);
  });
});
