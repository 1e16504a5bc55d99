import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  corpusText,
  failed,
  newHome,
  onomast,
  type Running,
  settings,
  startOnomast,
  succeeded,
  TINY_NETWORK,
  writeFileBelow,
} from './helpers.js';

const SETTINGS = settings({
  ...TINY_NETWORK,
  max_epochs: 6,
  eval_frequency: 1000,
  batch_size: 8,
});
const ARGS = ['train', '--train', 'train.conll', '--dev', 'dev.conll', '--output', 'mine', '--json', ...SETTINGS];
/** Of eight steps, three orders each: the worker dies in the third epoch, when it should report the 50th order as done. */
const ORDERS = 50;

function homeWith(preload: string): string {
  const home = newHome();
  writeFileBelow(home, 'train.conll', corpusText(60));
  writeFileBelow(home, 'dev.conll', corpusText(9, 100));
  writeFileBelow(home, 'preload.mjs', preload);
  return home;
}

/** Loaded into every thread: does `how` in a worker that has carried out so many orders. */
const dying = (how: string): string => `
import { isMainThread } from 'node:worker_threads';
const add = Atomics.add;
let orders = 0;
if (!isMainThread) {
  Atomics.add = (...args) => {
    if (++orders === ${ORDERS}) { ${how} }
    return add(...args);
  };
}`;

const train = (home: string, ...args: string[]): Running =>
  startOnomast([...ARGS, ...args], { home, environment: { NODE_OPTIONS: '--import ./preload.mjs' } });

describe.concurrent('a worker that', () => {
  test.each([
    ['exits', 'process.exit(7)'],
    ['throws', "throw new Error('out of cheese')"],
    ['runs out of memory', 'const hog = []; for (;;) hog.push(new Array(1e5).fill(0.5))', '--max-old-space-size=96'],
  ])(
    '%s ends the training at once, with its checkpoint; --resume ends with the same weights',
    async (_, how, ...flags) => {
      const home = homeWith(dying(how));
      const NODE_OPTIONS = ['--import ./preload.mjs', ...flags].join(' ');
      const running = startOnomast([...ARGS, '--workers', '2'], { home, environment: { NODE_OPTIONS } });
      await running.says('"type":"epoch","epoch":2');
      const start = performance.now();
      const { status, signal, stderr } = await running.ended;
      expect(performance.now() - start).toBeLessThan(30_000);
      expect({ status, signal }).toEqual({ status: 1, signal: null });
      expect(stderr).toMatch(/^onomast: training: worker 1 ended in the middle of a step; .* \[worker_failed\]\n$/m);
      expect(existsSync(join(home, 'mine.checkpoint'))).toBe(true);

      const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      const resumed = lastLine(succeeded(await onomast([...ARGS, '--resume', '--workers', '2'], { home })));
      const whole = lastLine(succeeded(await onomast([...ARGS, '--output', 'other', '--workers', '1'], { home })));
      expect(resumed).toMatchObject({ epochs: 6, weights_sha256: whole.weights_sha256 });
    },
  );

  test('ends before its first order is named', async () => {
    const home = homeWith("import { isMainThread } from 'node:worker_threads'; if (!isMainThread) process.exit(5);");
    expect(failed(await train(home, '--workers', '2').ended, 1)).toBe(
      'training: worker 1 did not start: it ended with code 5 [worker_failed]',
    );
  });
});
