import { describe, expect, test } from 'vitest';
import { createMetrics } from '#app/http/metrics.js';
import { startTestApp } from '../../helpers/test-app.js';

const SECRET = 'Swissair-7491';

describe('what is told of requests', () => {
  test('is who, what and how long, and never a text, a name or an address', async () => {
    const app = await startTestApp();
    await app.postJson('/api/tag', { text: `Ada met ${SECRET}` }, { 'X-Request-Id': 'from-a-proxy.1' });
    await app.postJson('/api/tag', { text: SECRET, [SECRET]: 1 });
    await app.postForm({ text: SECRET });
    await app.get(`/${SECRET}?${SECRET}`);
    await app.get('/assets/style.css');
    await app.get(`/runs/${SECRET}`);
    await expect.poll(() => app.answered.length).toBe(6);
    const [tagged, refused, ...others] = app.answered;
    expect(tagged).toEqual({
      id: 'from-a-proxy.1',
      method: 'POST',
      route: '/api/tag',
      status: 200,
      ms: expect.any(Number),
      model: 'names@7',
      tokens: 5,
      taggingMs: expect.any(Number),
    });
    expect(refused).toMatchObject({ route: '/api/tag', status: 400, code: 'invalid_request' });
    expect(others.map(({ route }) => route)).toEqual(['/', 'other', '/assets', '/runs/:id']);
    expect(JSON.stringify(app.answered)).not.toContain(SECRET);
    expect(app.log.join()).not.toContain(SECRET);
  });

  test('has an id that the client is told; one that is odd is not taken', async () => {
    const app = await startTestApp();
    const given = await app.get('/healthz', { 'X-Request-Id': 'a-1' });
    expect(given.headers.get('x-request-id')).toBe('a-1');
    const odd = await app.get('/healthz', { 'X-Request-Id': 'a b<script>' });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('GET /metrics', () => {
  test('counts requests by route and status, tokens, and what is in progress', async () => {
    const app = await startTestApp({ metrics: createMetrics() });
    for (let i = 0; i < 3; i++) await app.postJson('/api/tag', { text: 'Ada met José.' });
    await app.get(`/${SECRET}`);
    await expect.poll(() => app.answered.length).toBe(4);
    const response = await app.get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('onomast_request_seconds_count{method="POST",route="/api/tag",status="200"} 3');
    expect(text).toContain('onomast_request_seconds_count{method="GET",route="other",status="404"} 1');
    expect(text).toContain('onomast_tokens_total 12');
    expect(text).toContain('onomast_requests_in_tagging 0');
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds/);
    expect(text).not.toContain(SECRET);
  });
});
