import { expect, test } from 'vitest';
import { newHome, type Running, startOnomast, trainTiny } from './helpers.js';

/** Each server is killed while decisions are on their way. */
const KILLS = 4;
const TEXT = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');

interface Kept {
  readonly version: number;
  readonly spans: readonly { readonly start: number }[];
}

async function serve(home: string): Promise<{ server: Running; url: string }> {
  const server = startOnomast(['serve', '--port', '0'], { home });
  await server.says('(Ctrl-C ends it)');
  return { server, url: /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0] };
}

test('whatever was answered as saved is there after a kill, and nothing is half there', {
  timeout: 300_000,
}, async () => {
  const home = newHome();
  await trainTiny(home);
  let { server, url } = await serve(home);
  const send = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return (await response.json()) as T;
  };
  const { id } = await send<{ id: number }>('POST', '/api/projects', { name: 'Killed', labels: ['PER'] });
  await send('POST', `/api/projects/${id}/uploads`, { text: TEXT, format: 'text', keep: true });
  const document = `/api/projects/${id}/documents/1`;
  let saved = await send<Kept>('GET', document);
  let decided = 0;

  for (let kill = 0; kill < KILLS; kill++) {
    let isGone = false;
    setTimeout(
      () => {
        isGone = true;
        server.child.kill('SIGKILL');
      },
      60 + 90 * kill,
    );
    for (let mark = saved.spans.length; !isGone; mark++) {
      const start = mark * 7;
      const spans = [...saved.spans, { start, end: start + 3, label: 'PER' }];
      const change = { version: saved.version, kind: 'mark', status: 'draft', spans };
      const answer = await send<Kept>('PUT', document, change).catch(() => undefined);
      if (answer === undefined) break;
      saved = answer;
      decided++;
    }
    await server.ended;
    ({ server, url } = await serve(home));
    const now = await send<Kept>('GET', document);
    // The last decision may have been kept though its answer was lost on the way.
    const extra = now.version - saved.version;
    expect([0, 1]).toContain(extra);
    expect(now.spans.slice(0, saved.spans.length)).toEqual(saved.spans);
    expect(now.spans).toHaveLength(saved.spans.length + extra);
    saved = now;
  }
  expect(decided).toBeGreaterThan(0);
  server.child.kill('SIGTERM');
  await server.ended;
});
