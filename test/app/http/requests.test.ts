import { cpSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { startTestApp, type TestApp, VIEWS } from '../../helpers/test-app.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };

async function postTag(
  app: TestApp,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = JSON_TYPE,
) {
  const response = await fetch(`${app.url}/api/tag`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.json() };
}

describe('bodies', () => {
  test.each([
    ['', 'request: expected exactly one of text, texts and tokens, found 0', 'invalid_request'],
    ['{', 'the body is not valid JSON: ', 'invalid_json'],
    ['{"text":"a"', 'the body is not valid JSON: ', 'invalid_json'],
    ['text=Ada', 'the body is not valid JSON: ', 'invalid_json'],
    ['<script>alert(1)</script>', 'the body is not valid JSON: ', 'invalid_json'],
  ])('refuses %j', async (sent, error, code) => {
    const { status, body } = await postTag(await startTestApp(), sent);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: expect.stringContaining(error), code });
  });

  test.each([
    ['text/plain', 'Content-Type: expected application/json, found "text/plain"'],
    [
      'application/x-www-form-urlencoded',
      'Content-Type: expected application/json, found "application/x-www-form-urlencoded"',
    ],
    ['application/json; charset=utf-16', 'Content-Type: expected the charset utf-8, found "utf-16"'],
    ['application/json; charset=klingon', 'Content-Type: expected the charset utf-8, found "klingon"'],
  ])('refuses the type %s', async (type, error) => {
    const { status, body } = await postTag(await startTestApp(), '{"text":"Ada"}', { 'Content-Type': type });
    expect(status).toBe(415);
    expect(body).toEqual({ error, code: 'unsupported_media_type' });
  });

  test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'takes the type %s',
    async (type) => {
      expect((await postTag(await startTestApp(), '{"text":"Ada"}', { 'Content-Type': type })).status).toBe(200);
    },
  );

  test('refuses an encoding it does not know, and takes gzip within the limit', async () => {
    const app = await startTestApp({ limits: { bodyBytes: 1000 } });
    const refused = await postTag(app, '{}', { ...JSON_TYPE, 'Content-Encoding': 'rot13' });
    expect(refused).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });

    const gzip = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };
    expect((await postTag(app, gzipSync('{"text":"Ada"}'), gzip)).status).toBe(200);
    const bomb = await postTag(app, gzipSync(JSON.stringify({ text: 'a'.repeat(1000) })), gzip);
    expect(bomb).toMatchObject({ status: 413, body: { code: 'body_too_large', limit: 1000 } });
    expect(await postTag(app, 'not gzip', gzip)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  test('refuses bytes that are not UTF-8', async () => {
    const { status, body } = await postTag(await startTestApp(), Buffer.from('{"text":"Jos\xe9"}', 'latin1'));
    expect(status).toBe(422);
    expect(body).toEqual({ error: 'the body is not valid UTF-8', code: 'not_utf8' });
  });

  test('takes a body of the greatest size, not one byte more', async () => {
    const app = await startTestApp({ limits: { bodyBytes: 100 } });
    const bodyOf = (bytes: number) => `{"text":"${'a'.repeat(bytes - 11)}"}`;
    expect((await postTag(app, bodyOf(100))).status).toBe(200);
    expect(await postTag(app, bodyOf(101))).toEqual({
      status: 413,
      body: { error: 'the body must be at most 100 bytes', code: 'body_too_large', limit: 100 },
    });
  });

  test('takes 12 MiB unless told otherwise', async () => {
    const app = await startTestApp();
    const filler = ' '.repeat(12 * 1024 * 1024 - 14);
    expect((await postTag(app, `${filler}{"text":"Ada"}`)).status).toBe(200);
    expect(await postTag(app, `${filler}{"text":"Ada"} `)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', limit: 12_582_912 },
    });
  });

  test('survives a client that hangs up half-way', async () => {
    const app = await startTestApp({ limits: { requestsAtOnce: 1 } });
    const { hostname, port } = new URL(app.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /api/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"te',
        );
        setTimeout(() => socket.destroy(), 50);
      });
      socket.on('close', () => setTimeout(resolve, 50));
    });
    expect((await postTag(app, '{"text":"Ada"}')).status).toBe(200);
    expect(app.log).toEqual([]);
  });
});

describe('requests at once', () => {
  test('refuses more than the limit and tells when to come back', async () => {
    let release = () => {};
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = 0;
    const get = async () => {
      entered += 1;
      await waiting;
      return fakeTagger();
    };
    const app = await startTestApp({ limits: { requestsAtOnce: 2 }, models: { get } });
    const first = [app.postJson('/api/tag', { text: 'a' }), app.postJson('/api/tag', { text: 'a' })];
    while (entered < 2) await new Promise((resolve) => setTimeout(resolve, 5));

    const refused = await app.postJson('/api/tag', { text: 'a' });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      error: '2 requests are in progress already; try again',
      code: 'overloaded',
      limit: 2,
    });
    expect((await app.get('/api/models')).status).toBe(200);

    release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await app.postJson('/api/tag', { text: 'a' })).status).toBe(200);
  });
});

describe('methods', () => {
  test.each([
    ['/api/tag', 'POST, OPTIONS'],
    ['/api/hf/token-classification', 'POST, OPTIONS'],
    ['/api/models', 'GET, HEAD, OPTIONS'],
    ['/api/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/healthz', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, POST, HEAD, OPTIONS'],
    ['/runs', 'GET, HEAD, OPTIONS'],
    ['/runs/r_1', 'GET, HEAD, OPTIONS'],
  ])('%s allows %s', async (path, allow) => {
    const app = await startTestApp();
    const options = await fetch(app.url + path, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe(allow);

    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter((name) => !allow.includes(name))) {
      const response = await fetch(app.url + path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe(allow);
      const error = `${path}: expected ${allow}, found ${method}`;
      expect(await response.json()).toEqual({ error, code: 'method_not_allowed' });
    }
  });

  test.each([
    ['/api/models', 200],
    ['/healthz', 200],
    ['/', 200],
    ['/runs', 200],
    ['/assets/style.css', 200],
    ['/api/tag', 405],
    ['/nowhere', 404],
  ])('HEAD %s is GET without a body', async (path, status) => {
    const app = await startTestApp();
    const head = await fetch(app.url + path, { method: 'HEAD' });
    expect(head.status).toBe(status);
    expect(await head.text()).toBe('');
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
  });
});

describe('errors', () => {
  const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  test.each([
    [undefined, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
    ['text/html;q=0.5, application/json', 'application/json; charset=utf-8'],
    [HTML, 'text/html; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
  ])('to whom accepts %s are %s', async (accept, type) => {
    const app = await startTestApp();
    for (const path of ['/nowhere', '/api/nowhere', '/assets/nowhere.css', '/runs/nowhere']) {
      const response = await app.get(path, accept === undefined ? {} : { Accept: accept });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('vary')).toContain('Accept');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('are the same for people and for programs', async () => {
    const app = await startTestApp();
    expect(await (await app.get('/api/nowhere')).json()).toEqual({
      error: 'there is nothing at GET /api/nowhere',
      code: 'not_found',
    });
    const page = await (await app.get('/api/nowhere', { Accept: HTML })).text();
    expect(page).toContain('<h1>Not Found</h1>');
    expect(page).toContain('<p>there is nothing at GET /api/nowhere</p>');
    expect(page).toContain('<code>not_found</code>');

    const refused = await app.postJson('/api/tag', { text: 'a', '<b>': 1 }, { Accept: 'text/html' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('unrecognized key: &#34;&lt;b&gt;&#34;');
  });

  test('never hold markup of a stranger', async () => {
    const app = await startTestApp();
    const page = await (await app.get('/%3Cscript%3E?<script>', { Accept: HTML })).text();
    expect(page).not.toContain('<script>');
    const run = await (await app.get('/runs/%3Cscript%3E', { Accept: HTML })).text();
    expect(run).toContain('there is no run &#34;&lt;script&gt;&#34;');
    expect(run).not.toMatch(/<script>/);
  });

  test.each(['/runs/%E0%A4%A', '/%00', '/assets/..%2f..%2fpackage.json', '/assets/%00', '/runs/'])(
    'answer the odd address %s',
    async (path) => {
      const app = await startTestApp();
      const response = await app.get(path);
      expect([200, 400, 404]).toContain(response.status);
      expect(await response.text()).not.toMatch(/node_modules|\.[jt]s:/);
      expect(app.log).toEqual([]);
    },
  );

  test.each(['application/json', HTML])('keep to themselves what went wrong inside (%s)', async (accept) => {
    const get = async () => {
      throw new TypeError('secret');
    };
    const app = await startTestApp({ models: { get } });
    const response = await app.get('/healthz', { Accept: accept });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('something went wrong inside the server; its log tells more');
    expect(text).not.toContain('secret');
    expect(text).not.toContain('node_modules');
    expect(app.log).toHaveLength(1);
    expect(app.log[0]).toContain('web: GET /healthz: TypeError: secret | at ');
  });

  test('are plain text when the error page itself cannot be rendered', async () => {
    const viewsDirectory = join(temporaryDirectory(), 'views');
    cpSync(VIEWS, viewsDirectory, { recursive: true });
    writeFileSync(join(viewsDirectory, 'error.ejs'), '<%= page.no.such %>');
    const app = await startTestApp({ viewsDirectory });
    const response = await app.get('/<script>', { Accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('there is nothing at GET /%3Cscript%3E');
    expect(app.log).toHaveLength(1);
    expect(app.log[0]).toContain('error.ejs');
  });
});
