import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { bytesIntoRedis, freePort, hasRedis, startRedis } from '../../helpers/redis.js';
import {
  type Ended,
  failed,
  newHome,
  onomast,
  PROJECT,
  type Running,
  sharedHome,
  startOnomast,
  trainTiny,
} from './helpers.js';

if (!hasRedis)
  console.warn('test/app/cli/queue.test.ts: skipped, there is no redis-server (Debian: apt-get install redis-server)');

const home = sharedHome(trainTiny);
const folder = mkdtempSync(join(tmpdir(), 'onomast-redis-'));
let redis: ChildProcess | undefined;
let url = '';

/** A quarter of it is enough on two busy cores. */
const PATIENCE_MS = 80_000;
/** What dies and when, by chance; to see a failure again, name its seed. */
const CHAOS_SEED = Number(process.env.ONOMAST_CHAOS_SEED ?? Date.now() % 1_000_000);
const wait = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));

describe.skipIf(!hasRedis)('onomast bulk --queue', () => {
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port, folder);
    url = `redis://127.0.0.1:${port}`;
  });
  afterAll(() => {
    redis?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const worker = (): Running => startOnomast(['worker', '--queue', url], { home: home() });

  test('two of three workers are killed at random, and Redis goes away for a while: every text once, as the local run has it', async () => {
    const inputs = newHome();
    const input = join(inputs, 'texts.jsonl');
    const records = Array.from({ length: 12_000 }, (_, id) => {
      const text = id % 1000 === 7 ? 7 : `Ana Souza met number ${id} in Oslo. Nobody saw Wei on day ${id}`;
      return `${JSON.stringify({ id, text })}\n`;
    });
    writeFileSync(input, records.join(''));
    const [queued, local] = [join(inputs, 'queued'), join(inputs, 'local')];
    const random = createRandom(CHAOS_SEED);
    const workers = [worker(), worker(), worker()];
    const [survivor] = workers.splice(random.integer(3), 1);
    const running = startOnomast(['bulk', input, '--output', queued, '--queue', url], { home: home() });
    // From before they have connected to when half of the texts are done.
    const kills = workers.map(async ({ child }) => {
      await wait(6000 * random.next());
      child.kill('SIGKILL');
    });
    await wait(6000 * random.next());
    redis?.kill('SIGKILL');
    await wait(2000 * random.next());
    redis = await startRedis(port, folder);
    await Promise.all(kills);
    const whatAllSaid = (): string =>
      `ONOMAST_CHAOS_SEED=${CHAOS_SEED}; bulk, the killed and the survivor said:\n` +
      [running, ...workers, survivor].map((one) => one.output().stderr).join('\n--\n');
    const ended = await Promise.race([running.ended, wait(PATIENCE_MS)]);
    expect(ended?.status, whatAllSaid()).toBe(0);
    expect(ended?.stderr).toContain('12000 texts, 12 of them failed');
    survivor.child.kill('SIGTERM');
    const stopped = await Promise.race([survivor.ended, wait(PATIENCE_MS)]);
    expect(stopped?.status, whatAllSaid()).toBe(0);

    const alone = await onomast(['bulk', input, '--output', local, '--workers', '1'], { home: home() });
    expect(alone.status, alone.stderr).toBe(0);
    const contentOf = (output: string, name: string): string => readFileSync(join(output, name), 'utf8');
    expect(contentOf(queued, 'texts.jsonl') === contentOf(local, 'texts.jsonl')).toBe(true);
    expect(contentOf(queued, 'failures.jsonl')).toBe(contentOf(local, 'failures.jsonl'));
  });

  test('chunks by reference: the texts never go through Redis, and the results are those of the local run', async () => {
    const folder = newHome();
    const input = join(folder, 'texts.jsonl');
    const records = Array.from({ length: 2000 }, (_, id) =>
      JSON.stringify({ id, text: `Ana Souza met ${id} in Oslo.` }),
    );
    writeFileSync(input, `${records.join('\n')}\n`);
    const contentOf = (output: string): string => readFileSync(join(folder, output, 'texts.jsonl'), 'utf8');
    const queued = (output: string, ...args: string[]): Promise<Ended> =>
      onomast(['bulk', input, '--output', join(folder, output), '--queue', url, ...args], { home: home() });
    expect((await onomast(['bulk', input, '--output', join(folder, 'local')], { home: home() })).status).toBe(0);

    const byValue = worker();
    await byValue.says('working with');
    const before = await bytesIntoRedis(port);
    expect((await queued('by-value')).status).toBe(0);
    const between = await bytesIntoRedis(port);
    const sharing = startOnomast(['worker', '--queue', url, '--files', folder], { home: home() });
    await sharing.says('working with');
    expect((await queued('by-reference', '--files', folder)).status).toBe(0);
    const after = await bytesIntoRedis(port);
    for (const one of [byValue, sharing]) one.child.kill('SIGTERM');

    expect(contentOf('by-value') === contentOf('local')).toBe(true);
    expect(contentOf('by-reference') === contentOf('local')).toBe(true);
    // What a text takes by reference is its result.
    expect(after - between).toBeLessThan(between - before - Buffer.byteLength(records.join('\n')) / 2);
    // The worker that does not see the folder took none.
    expect((await byValue.ended).stderr).toContain('onomast: 2000 texts');
    expect((await sharing.ended).stderr).toContain('onomast: 2000 texts');
  });

  test('a file that is another one where the worker is: every text of it is reported, none is tagged wrongly', async () => {
    const [here, there] = [newHome(), newHome()];
    const input = join(here, 'texts.txt');
    writeFileSync(input, 'Ana met Wei\nOslo\n');
    writeFileSync(join(there, 'texts.txt'), 'Ana met Zoe\nOslo\n');
    const mistaken = startOnomast(['worker', '--queue', url, '--files', there], { home: home() });
    const output = join(here, 'out');
    const args = ['bulk', input, '--input', 'lines', '--output', output, '--queue', url, '--files', here];
    const ended = await onomast(args, { home: home() });
    mistaken.child.kill('SIGTERM');
    expect(ended.stderr).toContain('2 texts, 2 of them failed');
    const [failure] = readFileSync(join(output, 'failures.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(failure)).toEqual({
      input,
      line: 1,
      code: 'changed_meanwhile',
      error:
        'texts.txt: expected the 2 lines from 1 on that bulk read, found others; the file was changed, or is another one',
    });
    await mistaken.ended;
  });

  test('a file that is not there where the worker is, is looked for anew and then reported as not found', async () => {
    const [here, there] = [newHome(), newHome()];
    const input = join(here, 'texts.txt');
    writeFileSync(input, 'Ana met Wei\n');
    const blind = startOnomast(['worker', '--queue', url, '--files', there], { home: home() });
    const output = join(here, 'out');
    const args = ['bulk', input, '--input', 'lines', '--output', output, '--queue', url, '--files', here];
    const ended = await onomast(args, { home: home() });
    blind.child.kill('SIGTERM');
    expect(ended.stderr).toContain('1 texts, 1 of them failed');
    expect(JSON.parse(readFileSync(join(output, 'failures.jsonl'), 'utf8'))).toMatchObject({
      code: 'not_found',
      error: expect.stringMatching(/^texts\.txt: expected .*texts\.txt to be there, found none$/),
    });
    await blind.ended;
  });

  test.each([
    [['bulk', 'a.txt', '--output', 'out', '--files', '.'], '--files: expected --queue beside it, found none'],
    [['worker', '--queue', 'redis://127.0.0.1:1', '--files', 'none'], '--files: expected a folder, found none at none'],
  ])('%j is refused', async (args, message) => {
    const folder = newHome();
    writeFileSync(join(folder, 'a.txt'), 'Ana\n');
    expect(failed(await onomast(args, { home: folder }), 2)).toContain(message);
  });

  test('a worker with another model finds nothing to do: bulk says which model it waits for', async () => {
    const folder = newHome();
    const input = join(folder, 'texts.jsonl');
    writeFileSync(input, '{"text":"Ana met Wei"}\n');
    const shipped = startOnomast(['worker', '--queue', url, '--model', join(PROJECT, 'models', 'names-en')], {
      home: home(),
    });
    await shipped.says('working with names-en@0');
    const running = startOnomast(['bulk', input, '--output', join(folder, 'out'), '--queue', url], { home: home() });
    await running.says('is there yet');
    const [, hash] = /no worker of this model \((\w{12})\)/.exec(running.output().stderr)!;
    const right = worker();
    await right.says(`(${hash})`);
    expect((await running.ended).status).toBe(0);
    for (const one of [shipped, right]) one.child.kill('SIGTERM');
    expect((await shipped.ended).stderr).toContain('onomast: 0 texts');
    expect((await right.ended).stderr).toContain('onomast: 1 texts');
  });

  test('a chunk that kills its worker three times is set aside and reported; the others are done', async () => {
    const folder = newHome();
    const input = join(folder, 'texts.jsonl');
    const records = Array.from(
      { length: 1024 },
      (_, id) => `{"id":${id},"text":"${id === 300 ? 'poison' : `Ana ${id}`}"}\n`,
    );
    writeFileSync(input, records.join(''));
    // The model of the home, but for the one text that ends the process: what a fault in native code would look like.
    const script = join(folder, 'worker.mjs');
    const built = (file: string): string => JSON.stringify(join(PROJECT, 'dist', file));
    writeFileSync(
      script,
      `import { startQueueWorker } from ${built('app/bulk/queue.js')};
       import { loadTagger } from ${built('tagging/tagger/load-tagger.js')};
       const tagger = await loadTagger(${JSON.stringify(join(home(), 'models', 'tiny'))});
       const tag = (text, options) => (text === 'poison' ? process.kill(process.pid, 'SIGKILL') : tagger.tag(text, options));
       await startQueueWorker({ url: ${JSON.stringify(url)}, tagger: { ...tagger, tag }, lockMs: 1600 });`,
    );
    let deaths = 0;
    let isDone = false;
    const keepOneAlive = async (): Promise<void> => {
      while (!isDone) {
        const child = spawn(process.execPath, [script], { stdio: 'ignore' });
        const look = setInterval(() => isDone && child.kill('SIGTERM'), 50);
        const [, signal] = (await once(child, 'exit')) as [unknown, string | null];
        clearInterval(look);
        if (signal === 'SIGKILL') deaths++;
      }
    };
    const keeping = keepOneAlive();
    const ended = await onomast(['bulk', input, '--output', join(folder, 'out'), '--queue', url], { home: home() });
    isDone = true;
    await keeping;
    expect([ended.status, deaths], ended.stderr).toEqual([0, 3]);
    expect(ended.stderr).toContain('1024 texts, 256 of them failed');
    const failures = readFileSync(join(folder, 'out', 'failures.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(failures.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 256 }, (_, i) => 257 + i));
    expect(JSON.parse(failures[0])).toMatchObject({ code: 'worker_failed', error: 'its worker died 3 times' });
    const results = readFileSync(join(folder, 'out', 'texts.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(results.filter((line) => JSON.parse(line).entities !== undefined)).toHaveLength(768);
  });

  describe('told to end while Redis is away', () => {
    test.each([
      ['worker', ['worker'], 'working with', 0],
      ['worker --trainings', ['worker', '--trainings'], 'waiting for trainings', 0],
      ['bulk', ['bulk', 'a.txt', '--output', 'out'], 'is there yet', 130],
    ])('%s ends', async (_, args, ready, status) => {
      const folder = newHome();
      const input = join(folder, 'a.txt');
      writeFileSync(input, 'Ana met Wei\n');
      const paths: Record<string, string> = { 'a.txt': input, out: join(folder, 'out') };
      const port = await freePort();
      const own = await startRedis(port, folder);
      const ending = args.map((arg) => paths[arg] ?? arg);
      const told = startOnomast([...ending, '--queue', `redis://127.0.0.1:${port}`], { home: home() });
      await told.says(ready);
      own.kill('SIGKILL');
      await told.says('Redis does not answer');
      await wait(1000);
      told.child.kill('SIGINT');
      const ended = await Promise.race([told.ended, wait(20_000)]);
      expect(ended?.status, told.output().stderr).toBe(status);
    });
  });

  test('bulk that waits for a worker is interrupted, and the same command goes on', async () => {
    const folder = newHome();
    const input = join(folder, 'a.txt');
    writeFileSync(input, 'Ana met Wei\n');
    const args = ['bulk', input, '--output', join(folder, 'out'), '--queue', url];
    const waiting = startOnomast(args, { home: home() });
    await waiting.says('is there yet');
    waiting.child.kill('SIGINT');
    const ended = await Promise.race([waiting.ended, wait(20_000)]);
    expect(ended, waiting.output().stderr).toMatchObject({ status: 130 });
    expect(ended?.stderr).toContain('interrupted; what is done is kept, and the same command goes on from there');
    const one = worker();
    expect((await onomast(args, { home: home() })).stderr).toContain('1 texts');
    one.child.kill('SIGTERM');
    await one.ended;
  });

  test('a Redis that is there and refuses is told, once, and waited for', async () => {
    const folder = newHome();
    const input = join(folder, 'texts.txt');
    writeFileSync(input, 'Ana met Wei\n');
    const client = new Redis(port, '127.0.0.1');
    const told = worker();
    try {
      await told.says('working with');
      await client.config('SET', 'maxmemory', '1');
      await told.says('Redis refuses a command (');
      await client.config('SET', 'maxmemory', '0');
      const ended = await onomast(['bulk', input, '--output', join(folder, 'out'), '--queue', url], { home: home() });
      expect(ended.stderr).toContain('1 texts');
    } finally {
      client.disconnect();
      told.child.kill('SIGTERM');
    }
    expect((await told.ended).stderr).toContain('OOM');
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
