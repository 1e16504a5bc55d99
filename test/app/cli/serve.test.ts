import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed, newHome, onomast, type Running, sharedHome, startOnomast } from './helpers.js';

const ADDRESS = /Onomast is at (http:\/\/127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n/;

/** The bundled corpus is learned once for all tests of this file, by the first `serve` itself. */
let server: Running;
let url: string;
const home = sharedHome(async (path) => {
  server = startOnomast(['serve', '--port', '0'], { home: path });
  url = await addressOf(server);
}, 300_000);

async function addressOf(running: Running): Promise<string> {
  await running.says('(Ctrl-C ends it)');
  return ADDRESS.exec(running.output().stderr)![1];
}
const post = (body: object): Promise<Response> =>
  fetch(`${url}/api/tag`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const personsIn = async (text: string): Promise<string[]> => {
  const response = await post({ text });
  expect(response.status).toBe(200);
  const { entities } = (await response.json()) as { entities: { text: string; label: string }[] };
  return entities.filter(({ label }) => label === 'PER').map((entity) => entity.text);
};

describe('serve without a model', () => {
  test('learns the bundled corpus first, showing its progress, and leaves a model', () => {
    const { stderr } = server.output();
    expect(stderr).toMatch(/^There is no model yet: learning the bundled corpus first/);
    expect(stderr).toMatch(/\n {2}E +# +LOSS.*\n.*\n {2}1 .*\n {2}2 /s);
    expect(existsSync(join(home(), 'models', 'names', 'weights.safetensors'))).toBe(true);
  });

  test('then answers for it', async () => {
    const health = await fetch(`${url}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok', model: { id: 'names', version: 1 } });
    const models = (await (await fetch(`${url}/api/models`)).json()) as object;
    expect(JSON.stringify(models)).toContain('"names"');
  });

  test('tells the president from the toy', async () => {
    expect(await personsIn('He said, Teddy Roosevelt was a great President.')).toEqual(['Teddy Roosevelt']);
    expect(await personsIn('He said, Teddy bears are on sale.')).toEqual([]);
  });

  test('shows the page and the run', async () => {
    const page = await fetch(url, { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<form');
    const runs = await (await fetch(`${url}/runs`, { headers: { Accept: 'text/html' } })).text();
    expect(runs).toMatch(/finished/i);
  });

  test('goes on after what it cannot take', async () => {
    expect((await post({ text: 'x'.repeat(10 * 2 ** 20) })).status).toBe(413);
    expect((await post({ text: 'lone \uD800' })).status).toBeLessThan(500);
    expect((await post({ model: 'nobody', text: 'Ana' })).status).toBe(404);
    expect(await personsIn('')).toEqual([]);
  });

  test('ends on SIGINT with exit code 0; the next serve starts at once with that model', async () => {
    server.child.kill('SIGINT');
    expect(await server.ended).toMatchObject({ status: 0, signal: null });

    const next = startOnomast(['serve'], { home: home(), environment: { PORT: '0' } });
    const health = await fetch(`${await addressOf(next)}/healthz`);
    expect(await health.json()).toMatchObject({ status: 'ok', model: { id: 'names', version: 1 } });
    expect(next.output()).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^Onomast is at/) });
    next.child.kill('SIGTERM');
    expect(await next.ended).toMatchObject({ status: 0, signal: null });
  });
});

test('SIGINT while it learns: exit code 130', async () => {
  const learning = startOnomast(['serve', '--port', '0'], { home: newHome() });
  await learning.says('LOSS');
  learning.child.kill('SIGINT');
  expect(await learning.ended).toMatchObject({ status: 130, stderr: expect.stringMatching(/ \[interrupted\]\n$/) });
});

test('a port in use is told in one line, before any training', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const empty = newHome();
  try {
    expect(failed(await onomast(['serve', '--port', String(port)], { home: empty }), 1)).toBe(
      `serve: port ${port} of 127.0.0.1 is in use already; choose another, or 0 for any free one [port_in_use]`,
    );
  } finally {
    other.close();
  }
  expect(existsSync(join(empty, 'models'))).toBe(false);
});

test('an empty address is told in one line', async () => {
  const ended = await onomast(['serve', '--port', '0', '--host', ''], { home: newHome() });
  expect(failed(ended, 2)).toMatch(/^serve: "host" must name an address, found "" \[invalid_argument\]$/);
});

test('an address that is not of this machine is told, and the process ends', async () => {
  const args = ['serve', '--port', '0', '--host', '192.0.2.1', '--tokens', 'never'];
  const { status, stdout, stderr } = await onomast(args, { home: newHome() });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  const [warning, line] = stderr.trimEnd().split('\n');
  expect(warning).toContain('WARNING: anybody who reaches 192.0.2.1 can use this server');
  expect(line).toMatch(
    /^onomast: serve: "host" must be an address of this machine, found "192.0.2.1" \[invalid_argument\]$/,
  );
});
