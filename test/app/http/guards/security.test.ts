import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loopbackHosts } from '#app/http/guards/security.js';
import { startTestApp } from '../../../helpers/test-app.js';

/** As a browser cannot be made to: with any Host header. */
function statusWithHost(
  url: string,
  host: string | undefined,
  path = '/healthz',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { Host: host };
    request(url + path, { headers, setHost: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** The status of a request written by hand. */
function rawStatus(url: string, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(Number(answer.slice(9, 12))));
    socket.on('error', reject);
  });
}

describe('headers', () => {
  test.each(['/', '/runs', '/api/models', '/nowhere', '/assets/page.js'])(
    'of %s allow nothing foreign',
    async (path) => {
      const { headers } = await (await startTestApp()).get(path, { Accept: 'text/html' });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});

describe('a form from elsewhere', () => {
  test.each([
    [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }, 'https://evil.example'],
    [{ 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:1' }, 'http://localhost:1'],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 'cross-site'],
    [{ Origin: 'https://evil.example' }, 'https://evil.example'],
    [{ Origin: 'null' }, 'null'],
    [{ Origin: '' }, ''],
    [{ Origin: 'http://127.0.0.1' }, 'http://127.0.0.1'],
  ])('is refused: %j', async (headers, found) => {
    const app = await startTestApp();
    const response = await app.postForm({ text: 'Ada' }, { ...headers, Accept: 'application/json' } as Record<
      string,
      string
    >);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: `origin: the request must come from its own page, found ${JSON.stringify(found)}`,
      code: 'forbidden_origin',
    });
  });

  test('gets a page when it wants one', async () => {
    const response = await (await startTestApp()).postForm({ text: 'Ada' }, { Origin: 'https://<b>.example' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<h1>Forbidden</h1>');
  });

  test('is let through from the page itself, from the address bar and from programs', async () => {
    const app = await startTestApp();
    const own = [
      { Origin: app.url },
      { 'Sec-Fetch-Site': 'same-origin', Origin: app.url },
      // A proxy may rewrite Host; the browser vouches all the same.
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://names.example' },
      { 'Sec-Fetch-Site': 'none' },
      {},
    ];
    for (const headers of own) {
      expect((await app.postForm({ text: 'Ada' }, headers as Record<string, string>)).status).toBe(200);
    }
  });
});

describe('the Host header', () => {
  const allowedHosts = loopbackHosts('127.0.0.1')!;

  test.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:3000', 200],
    ['localhost', 200],
    ['LOCALHOST:80', 200],
    ['[::1]:3000', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:3000', 403],
    ['evil.example:127.0.0.1', 403],
    ['', 403],
  ])('%j is answered with %d', async (host, status) => {
    const app = await startTestApp({ allowedHosts });
    const answer = await statusWithHost(app.url, host);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(JSON.parse(answer.body)).toMatchObject({
      error: expect.stringMatching(/^host: this server answers to localhost, 127\.0\.0\.1, \[::1\], found "/),
      code: 'forbidden_origin',
    });
    for (const path of ['/', '/assets/style.css', '/api/models']) {
      expect((await statusWithHost(app.url, host, path)).status).toBe(403);
    }
  });

  test.each([
    ['two Host headers', ['Host: 127.0.0.1', 'Host: evil.example'], '/healthz'],
    ['two that are equal', ['Host: 127.0.0.1', 'host: 127.0.0.1'], '/healthz'],
    ['an absolute target of another host', ['Host: 127.0.0.1'], 'http://evil.example/healthz'],
  ])('%s is refused, whatever names are allowed', async (_name, hosts, target) => {
    for (const allowed of [allowedHosts, undefined]) {
      const { url } = await startTestApp(allowed ? { allowedHosts: allowed } : {});
      expect(await rawStatus(url, [`GET ${target} HTTP/1.1`, ...hosts, 'Connection: close'])).toBe(400);
    }
  });

  test('an absolute target of the same host is answered', async () => {
    const { url } = await startTestApp();
    const lines = ['GET http://a.example:80/healthz HTTP/1.1', 'Host: a.example:80', 'Connection: close'];
    expect(await rawStatus(url, lines)).toBe(200);
  });

  test('may be any when no names are given', async () => {
    expect((await statusWithHost((await startTestApp()).url, 'names.example')).status).toBe(200);
  });
});

describe('origins that are allowed', () => {
  const allowedOrigins = ['https://names.example'];
  const own = { Origin: 'https://names.example', 'Sec-Fetch-Site': 'cross-site' };

  test('may ask, and read what is answered', async () => {
    const app = await startTestApp({ allowedOrigins });
    const response = await app.postJson('/api/tag', { text: 'Ada' }, own);
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://names.example');
    expect(response.headers.get('vary')).toContain('Origin');
    const ask = { ...own, 'Access-Control-Request-Method': 'POST' };
    const preflight = await fetch(`${app.url}/api/tag`, { method: 'OPTIONS', headers: ask });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
  });

  test('are no others', async () => {
    const app = await startTestApp({ allowedOrigins });
    const foreign = { Origin: 'https://names.example.evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const response = await app.postJson('/api/tag', { text: 'Ada' }, foreign);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('a page of another origin cannot have texts tagged', async () => {
  const app = await startTestApp();
  for (const path of ['/api/tag', '/api/hf/token-classification']) {
    const response = await app.postJson(path, { text: 'Ada' }, { 'Sec-Fetch-Site': 'cross-site' });
    expect(response.status).toBe(403);
  }
});

describe('loopbackHosts', () => {
  const usual = ['localhost', '127.0.0.1', '[::1]'];
  test.each([
    ['127.0.0.1', usual],
    ['localhost', usual],
    ['Localhost', usual],
    ['::1', usual],
    ['[::1]', usual],
    ['127.0.0.2', [...usual, '127.0.0.2']],
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['192.168.1.2', undefined],
    ['127.0.0.1.evil.example', undefined],
    ['names.example', undefined],
  ])('of %s', (host, expected) => {
    expect(loopbackHosts(host)).toEqual(expected);
  });
});
