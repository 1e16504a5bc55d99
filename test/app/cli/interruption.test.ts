import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRegistry } from '#app/store/registry.js';
import { createRandom } from '#base/random.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import {
  corpusText,
  databaseOf,
  failed,
  newHome,
  onomast,
  type Running,
  settings,
  sharedHome,
  startOnomast,
  succeeded,
  TINY_NETWORK,
  writeFileBelow,
} from './helpers.js';

/** Only the last epoch is evaluated, so the weights that are saved have seen every step: none may be lost or repeated. */
const LONG = {
  ...TINY_NETWORK,
  vectors: 'tiny.safetensors',
  max_epochs: 40,
  eval_frequency: 1000,
  patience: 1000,
  hidden_size: 24,
  batch_size: 8,
  shards: 4,
};
/** At least so many trainings are killed; `npm run faults -- killed-training` is the longer trial. */
const KILLS = 8;
const ARGS = ['train', '--train', 'train.conll', '--dev', 'dev.conll', '--output', 'mine', '--json'];

const writeCorpus = (home: string): string => {
  writeFileBelow(home, 'train.conll', corpusText(60));
  writeFileBelow(home, 'dev.conll', corpusText(9, 100));
  writeFileBelow(home, LONG.vectors, TINY_VECTORS.file);
  return home;
};
const corpusHome = (): string => writeCorpus(newHome());
const train = (home: string, ...args: string[]): Running =>
  startOnomast([...ARGS, ...settings(LONG), ...args], { home });
const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

let uninterruptedSha256: string;

sharedHome(async (home) => {
  writeCorpus(home);
  const done = lastLine(succeeded(await onomast([...ARGS, ...settings(LONG)], { home })));
  uninterruptedSha256 = done.weights_sha256;
  expect(done).toMatchObject({ best_epoch: LONG.max_epochs, epochs: LONG.max_epochs });
});

/** Interrupted once an epoch is done, so that there is a checkpoint. */
async function interrupted(home: string, signal: NodeJS.Signals, ...args: string[]) {
  const running = train(home, ...args);
  await running.says('"type":"epoch"');
  running.child.kill(signal);
  return running.ended;
}

function runsOf(home: string) {
  const registry = openRegistry(databaseOf(home), { homeDirectory: home });
  try {
    return registry.runs.list();
  } finally {
    registry.close();
  }
}

describe.concurrent('SIGINT', () => {
  test('leaves a checkpoint and exit code 130; --resume ends with the same weights, in the same run', async () => {
    const home = corpusHome();
    const ended = await interrupted(home, 'SIGINT');
    expect(ended).toMatchObject({ status: 130, signal: null });
    expect(ended.stderr).toMatch(/^onomast: .*mine\.checkpoint.* --resume goes on from there \[interrupted\]\n$/);
    expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'mine.checkpoint', LONG.vectors, 'train.conll']);
    const [run] = runsOf(home);
    expect(run.status).toBe('interrupted');

    const stdout = succeeded(await train(home, '--resume').ended);
    const start = JSON.parse(stdout.split('\n')[0]);
    expect(start).toMatchObject({ type: 'start', run: run.id });
    expect(start.resumed_at_epoch).toBeGreaterThan(0);
    expect(start.resumed_at_epoch).toBeLessThan(LONG.max_epochs);
    expect(lastLine(stdout)).toMatchObject({ epochs: LONG.max_epochs, weights_sha256: uninterruptedSha256 });
    expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'mine', LONG.vectors, 'train.conll']);
    expect(runsOf(home)).toMatchObject([{ id: run.id, status: 'finished', modelVersion: 1 }]);
  });

  test('again and again, and SIGTERM: the same weights all the same', async () => {
    const home = corpusHome();
    expect((await interrupted(home, 'SIGINT')).status).toBe(130);
    expect((await interrupted(home, 'SIGTERM', '--resume')).status).toBe(130);
    expect((await interrupted(home, 'SIGINT', '--resume', '--workers', '1')).status).toBe(130);
    expect(lastLine(succeeded(await train(home, '--resume').ended)).weights_sha256).toBe(uninterruptedSha256);
  });

  test('without --output: --resume finds the checkpoint beside the model that was being made', async () => {
    const home = corpusHome();
    const args = ['train', '--train', 'train.conll', '--dev', 'dev.conll', '--json', ...settings(LONG)];
    const running = startOnomast(args, { home });
    await running.says('"type":"epoch"');
    running.child.kill('SIGINT');
    expect((await running.ended).status).toBe(130);
    const done = lastLine(succeeded(await onomast([...args, '--resume'], { home })));
    expect(done).toMatchObject({ output: join(home, 'models', 'train'), weights_sha256: uninterruptedSha256 });
    expect(readdirSync(join(home, 'models'))).toEqual(['train']);
  });
});

test.concurrent('kill -9 at random moments, each followed by --resume with 1, 2 or 4 workers: the same weights', async () => {
  const random = createRandom(2024);
  const trainOn = (home: string, ...args: string[]): Running =>
    train(home, '--workers', String([1, 2, 4][random.integer(3)]), ...args);
  for (let kills = 0; kills < KILLS; ) {
    const home = corpusHome();
    for (let kill = 0; kill < 3; kill++) {
      const running = trainOn(home, ...(kill === 0 ? [] : ['--resume']));
      await running.says('"type":"start"');
      const epochs: number = JSON.parse(running.output().stdout.split('\n')[0]).resumed_at_epoch ?? 0;
      const target = epochs + random.integer(LONG.max_epochs - epochs + 1);
      if (target > epochs) await running.says(`"type":"epoch","epoch":${target},`);
      await new Promise((resolve) => setTimeout(resolve, 20 * random.next())); // in an epoch, a checkpoint, the model
      running.child.kill('SIGKILL');
      if ((await running.ended).signal !== 'SIGKILL') break; // it was done already
      kills++;
    }
    const stdout = succeeded(await trainOn(home, '--resume').ended);
    expect(lastLine(stdout).weights_sha256).toBe(uninterruptedSha256);
    expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'mine', LONG.vectors, 'train.conll']);
    expect(runsOf(home).map(({ status }) => status)).not.toContain('running');
  }
});

describe.concurrent('--resume', () => {
  test('without a checkpoint starts afresh', async () => {
    const stdout = succeeded(await train(corpusHome(), '--resume').ended);
    expect(JSON.parse(stdout.split('\n')[0]).resumed_at_epoch).toBeNull();
    expect(lastLine(stdout).weights_sha256).toBe(uninterruptedSha256);
  });

  test('with other settings, seed or data is refused and spoils nothing; without --resume all starts afresh', async () => {
    const home = corpusHome();
    await interrupted(home, 'SIGINT');
    const checkpoint = readFileSync(join(home, 'mine.checkpoint'));
    for (const args of [
      ['--set', 'hidden_size=25'],
      ['--seed', '1'],
      ['--dev', 'train.conll'],
      ['--vectors', 'none'],
    ]) {
      expect(failed(await train(home, '--resume', ...args).ended, 2)).toMatch(
        /^--resume: ".*mine\.checkpoint" was made with other settings, data, seed or kernels; .* \[invalid_argument\]$/,
      );
    }
    expect(readFileSync(join(home, 'mine.checkpoint')).equals(checkpoint)).toBe(true);
    const stdout = succeeded(await train(home).ended);
    expect(JSON.parse(stdout.split('\n')[0]).resumed_at_epoch).toBeNull();
    expect(lastLine(stdout).weights_sha256).toBe(uninterruptedSha256);
    expect(existsSync(join(home, 'mine.checkpoint'))).toBe(false);
  });

  test('from a damaged checkpoint is refused', async () => {
    const home = corpusHome();
    await interrupted(home, 'SIGINT');
    const path = join(home, 'mine.checkpoint');
    const whole = readFileSync(path);
    const altered = Buffer.from(whole).fill(1, whole.length - 8);
    for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), altered]) {
      writeFileSync(path, damaged);
      expect(failed(await train(home, '--resume').ended, 1)).toMatch(
        /mine\.checkpoint: .*; delete it to start afresh \[damaged_checkpoint\]$/,
      );
    }
  });
});
