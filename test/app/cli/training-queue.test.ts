import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, hasRedis, startRedis } from '../../helpers/redis.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import {
  corpusText,
  failed,
  LEARNS,
  newHome,
  onomast,
  PROJECT,
  startOnomast,
  succeeded,
  writeFileBelow,
} from './helpers.js';

if (!hasRedis) console.warn('test/app/cli/training-queue.test.ts: skipped, there is no redis-server');

const folder = mkdtempSync(join(tmpdir(), 'onomast-redis-'));
let redis: ChildProcess | undefined;
let url = '';

const corpusHome = (): string => {
  const home = newHome();
  writeFileBelow(home, 'mine.conll', corpusText(60));
  return home;
};
const FOLDS = ['train', '--train', 'mine.conll', '--folds', '3', '--json', ...LEARNS];
const doneOf = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

describe.skipIf(!hasRedis)('trainings on a queue', () => {
  beforeAll(async () => {
    const port = await freePort();
    redis = await startRedis(port, folder);
    url = `redis://127.0.0.1:${port}`;
  });
  afterAll(() => {
    redis?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const worker = () => startOnomast(['worker', '--trainings', '--queue', url], { home: newHome() });

  test('folds: two workers share them, the model and its scores are those of the local run', async () => {
    const local = doneOf(succeeded(await onomast(FOLDS, { home: corpusHome() })));
    const workers = [worker(), worker()];
    await Promise.all(workers.map((one) => one.says('waiting for trainings')));
    const queued = doneOf(succeeded(await onomast([...FOLDS, '--queue', url], { home: corpusHome() })));
    expect(queued.dev).toEqual(local.dev);
    expect(queued.more_sentences).toEqual(local.more_sentences);
    expect(queued.weights_sha256).toBe(local.weights_sha256);
    for (const { child } of workers) child.kill('SIGTERM');
    const shares = (await Promise.all(workers.map(({ ended }) => ended))).map(({ stderr }) =>
      Number(/onomast: (\d+) trainings?\n$/.exec(stderr)?.[1]),
    );
    expect(shares[0] + shares[1]).toBe(5);
  });

  test('a curve: a worker that dies with a training in its hands is stood in for; the figures are those of the local run', async () => {
    const args = ['curve', 'mine.conll', '--sizes', '20,all', '--seeds', '2', '--json', ...LEARNS];
    const local = succeeded(await onomast(args, { home: corpusHome() }));
    // Workers that are taken for dead after a second and a half; the first one dies at its first training.
    const script = join(folder, 'worker.mjs');
    const built = JSON.stringify(join(PROJECT, 'dist', 'app', 'bulk', 'training-queue.js'));
    writeFileSync(
      script,
      `import { startTrainingWorker } from ${built};
       const vectors = [];
       const threads = 1;
       await startTrainingWorker({ url: ${JSON.stringify(url)}, vectors, threads, lockMs: 1500,
         done: () => process.argv[2] === 'dies' && process.kill(process.pid, 'SIGKILL') });`,
    );
    const dying = spawn(process.execPath, [script, 'dies'], { stdio: 'ignore' });
    const running = startOnomast([...args, '--queue', url], { home: corpusHome() });
    const [, signal] = await once(dying, 'exit');
    expect(signal).toBe('SIGKILL');
    const living = spawn(process.execPath, [script], { stdio: 'ignore' });
    const ended = await running.ended;
    living.kill('SIGTERM');
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stdout).toBe(local);
  });

  test('a sweep over settings: the figures are those of the local run', async () => {
    const args = ['sweep', 'mine.conll', '--try', 'batch_size=4,8', '--seeds', '1', '--json', ...LEARNS];
    const local = succeeded(await onomast(args, { home: corpusHome() }));
    const one = worker();
    await one.says('waiting for trainings');
    const queued = await onomast([...args, '--queue', url], { home: corpusHome() });
    one.child.kill('SIGTERM');
    expect(queued.status, queued.stderr).toBe(0);
    expect(queued.stdout).toBe(local);
    expect((await one.ended).stderr).toMatch(/onomast: 2 trainings\n$/);
  });

  test('word vectors that no worker has are named, and nothing is trained', async () => {
    const home = corpusHome();
    writeFileBelow(home, 'tiny.safetensors', TINY_VECTORS.file);
    const one = startOnomast(['worker', '--trainings', '--queue', url], { home });
    await one.says('waiting for trainings');
    const ended = await onomast([...FOLDS, '--queue', url, '--set', 'vectors=tiny.safetensors'], { home });
    one.child.kill('SIGTERM');
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/--queue: a training failed: expected word vectors \w{12}, found none such here/);
  });

  test.each([
    [['train', '--train', 'mine.conll', '--queue', 'redis://127.0.0.1'], '--queue: expected --folds beside it'],
    [[...FOLDS, '--queue', 'http://127.0.0.1'], '--queue: expected redis:// or rediss:// and a host'],
  ])('%j is refused', async (args, message) => {
    expect(failed(await onomast(args, { home: corpusHome() }), 2)).toContain(message);
  });
});
