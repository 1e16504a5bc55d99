import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failed, newHome, onomast, type Running, sharedHome, startOnomast, trainTiny } from './helpers.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis)
  console.warn('test/app/cli/queue.test.ts: skipped, there is no redis-server (Debian: apt-get install redis-server)');

const home = sharedHome(trainTiny);
const folder = mkdtempSync(join(tmpdir(), 'onomast-redis-'));
let redis: ChildProcess | undefined;
let url = '';

/** Keeps nothing on disk but what a restart needs. */
async function startRedis(port: number): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error('redis-server ended')));
    server.stdout?.on('data', (data) => String(data).includes('Ready to accept') && resolve());
  });
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!hasRedis)('onomast bulk --queue', () => {
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    url = `redis://127.0.0.1:${port}`;
  });
  afterAll(() => {
    redis?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const worker = (): Running => startOnomast(['worker', '--queue', url], { home: home() });

  test('two of three workers are killed and Redis goes away for a while: every text once, as the local run has it', async () => {
    const inputs = newHome();
    const input = join(inputs, 'texts.jsonl');
    const records = Array.from({ length: 12_000 }, (_, id) => {
      const text = id % 1000 === 7 ? 7 : `Ana Souza met number ${id} in Oslo. Nobody saw Wei on day ${id}`;
      return `${JSON.stringify({ id, text })}\n`;
    });
    writeFileSync(input, records.join(''));
    const [queued, local] = [join(inputs, 'queued'), join(inputs, 'local')];
    const workers = [worker(), worker(), worker()];
    const running = startOnomast(['bulk', input, '--output', queued, '--queue', url], { home: home() });
    await wait(2500);
    workers[0].child.kill('SIGKILL');
    await wait(700);
    workers[1].child.kill('SIGKILL');
    redis?.kill('SIGKILL');
    await wait(1000);
    redis = await startRedis(port);
    const ended = await running.ended;
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('12000 texts, 12 of them failed');
    workers[2].child.kill('SIGTERM');
    expect((await workers[2].ended).status).toBe(0);

    const alone = await onomast(['bulk', input, '--output', local, '--workers', '1'], { home: home() });
    expect(alone.status, alone.stderr).toBe(0);
    const contentOf = (output: string, name: string): string => readFileSync(join(output, name), 'utf8');
    expect(contentOf(queued, 'texts.jsonl') === contentOf(local, 'texts.jsonl')).toBe(true);
    expect(contentOf(queued, 'failures.jsonl')).toBe(contentOf(local, 'failures.jsonl'));
  });

  test.each([['http://127.0.0.1', 2, '--queue: expected redis:// or rediss:// and a host, found "http://127.0.0.1"']])(
    '%s is refused',
    async (address, status, message) => {
      const input = join(newHome(), 'a.jsonl');
      writeFileSync(input, '');
      const ended = await onomast(['bulk', input, '--output', 'out', '--queue', address], { home: home() });
      expect(failed(ended, status)).toContain(message);
    },
  );

  test('a Redis that is not there is one sentence', async () => {
    const input = join(newHome(), 'a.jsonl');
    writeFileSync(input, '');
    const nobody = `redis://127.0.0.1:${await freePort()}`;
    const ended = await onomast(['bulk', input, '--output', 'out', '--queue', nobody], { home: home() });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('expected a Redis at 127.0.0.1');
  });
});
