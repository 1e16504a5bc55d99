import { describe, expect, test } from 'vitest';
import type { Access, Scope } from '#app/http/guards/access.js';
import { createMetrics } from '#app/http/metrics.js';
import { fakeTagger } from '../../../helpers/fake-tagger.js';
import { startTestApp } from '../../../helpers/test-app.js';

const SCOPES: Readonly<Record<string, Scope>> = { 't-tag': 'tag', 't-annotate': 'annotate', 't-admin': 'admin' };
const accessOf = (scopes: Record<string, Scope> = { ...SCOPES }): Access => ({
  scopeOf: (token) => (Object.hasOwn(scopes, token) ? scopes[token] : undefined),
});
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const startGuarded = (access = accessOf()) => startTestApp({ access, metrics: createMetrics() });

describe('a server that asks for tokens', () => {
  test.each([
    ['GET', '/', 'tag'],
    ['POST', '/', 'tag'],
    ['POST', '/api/tag', 'tag'],
    ['POST', '/api/hf/token-classification', 'tag'],
    ['GET', '/api/models', 'tag'],
    ['GET', '/runs', 'annotate'],
    ['GET', '/runs/r_1', 'annotate'],
    ['GET', '/metrics', 'admin'],
  ] as const)('%s %s takes the scope %s and greater ones', async (method, path, needed) => {
    const app = await startGuarded();
    const ask = (headers: Record<string, string>) => {
      const isApi = path.startsWith('/api/');
      const type = isApi ? 'application/json' : 'application/x-www-form-urlencoded';
      const body = method === 'GET' ? {} : { body: isApi ? '{"text":"Ada","inputs":"Ada"}' : 'text=Ada' };
      return fetch(app.url + path, { method, headers: { 'Content-Type': type, ...headers }, ...body });
    };
    const none = await ask({});
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="onomast"');
    expect(await none.json()).toMatchObject({ code: 'unauthorized' });
    expect((await ask(bearer('wrong'))).status).toBe(401);
    for (const [token, scope] of Object.entries(SCOPES)) {
      const { status } = await ask(bearer(token));
      const order = ['tag', 'annotate', 'admin'];
      if (order.indexOf(scope) < order.indexOf(needed)) expect(status).toBe(403);
      else expect([200, 400, 404]).toContain(status);
    }
  });

  test('shows everybody whether it lives, how it looks and what it offers', async () => {
    const app = await startGuarded();
    for (const path of ['/healthz', '/readyz', '/assets/style.css', '/api/openapi.json']) {
      expect((await app.get(path)).status).toBe(200);
    }
  });

  test('refuses a token from the moment it is revoked', async () => {
    const scopes: Record<string, Scope> = { ...SCOPES };
    const app = await startGuarded(accessOf(scopes));
    expect((await app.postJson('/api/tag', { text: 'Ada' }, bearer('t-tag'))).status).toBe(200);
    delete scopes['t-tag'];
    expect((await app.postJson('/api/tag', { text: 'Ada' }, bearer('t-tag'))).status).toBe(401);
  });

  test('finishes what was asked with a token that is revoked meanwhile, and takes nothing more', async () => {
    const scopes: Record<string, Scope> = { ...SCOPES };
    let arrived = (): void => {};
    let goOn = (): void => {};
    const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
    const maySend = new Promise<void>((resolve) => (goOn = resolve));
    const get = async () => {
      arrived();
      await maySend;
      return fakeTagger();
    };
    const app = await startTestApp({ access: accessOf(scopes), models: { get } });
    const asked = app.postJson('/api/tag', { text: 'Ada' }, bearer('t-tag'));
    await hasArrived;
    delete scopes['t-tag'];
    expect((await app.postJson('/api/tag', { text: 'Ada' }, bearer('t-tag'))).status).toBe(401);
    goOn();
    expect((await asked).status).toBe(200);
  });

  test('takes only so many wrong tokens from one address, and right ones no more then', async () => {
    const app = await startGuarded();
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) statuses.push((await app.get('/api/models', bearer(`wrong-${i}`))).status);
    expect(statuses.slice(0, 20)).toEqual(new Array(20).fill(401));
    expect(statuses.slice(20)).toEqual(new Array(5).fill(429));
    const refused = await app.get('/api/models', bearer('t-tag'));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  test('gives a browser a cookie that no script reads and no other site sends', async () => {
    const app = await startGuarded();
    const page = await (await app.get('/', { Accept: 'text/html' })).text();
    expect(page).toContain('action="/session"');
    const send = (token: string, headers: Record<string, string> = {}) =>
      fetch(`${app.url}/session`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        body: String(new URLSearchParams({ token })),
      });
    expect((await send('wrong')).status).toBe(401);
    expect((await send('t-tag', { Origin: 'https://evil.example' })).status).toBe(403);
    const entered = await send('t-tag');
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/');
    const cookie = entered.headers.get('set-cookie');
    expect(cookie).toBe('onomast_token=t-tag; Path=/; HttpOnly; SameSite=Strict');
    const Cookie = `other=1; ${cookie!.split(';')[0]}`;
    expect((await app.get('/', { Cookie })).status).toBe(200);
    expect((await app.get('/runs', { Cookie })).status).toBe(403);
  });
});

test('a server that asks for none has no door for them', async () => {
  const app = await startTestApp();
  expect((await fetch(`${app.url}/session`, { method: 'POST' })).status).toBe(404);
  expect((await app.get('/metrics')).status).toBe(404);
});
