import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  corpusText,
  failed,
  newHome,
  onomast,
  settings,
  startOnomast,
  succeeded,
  TINY_NETWORK,
  writeFileBelow,
} from './helpers.js';

const SETTINGS = settings({
  ...TINY_NETWORK,
  max_epochs: 40,
  eval_frequency: 1000,
  patience: 1000,
  hidden_size: 24,
  batch_size: 8,
});
const ARGS = ['train', '--train', 'train.conll', '--dev', 'dev.conll', '--output', 'mine', '--json', ...SETTINGS];

test('a second training to one output is refused, a killed one leaves nothing in the way', async () => {
  const home = newHome();
  writeFileBelow(home, 'train.conll', corpusText(60));
  writeFileBelow(home, 'dev.conll', corpusText(9, 100));
  const first = startOnomast(ARGS, { home });
  await first.says('"type":"epoch"');
  const checkpoint = join(home, 'mine.checkpoint');
  first.child.kill('SIGSTOP');
  const saved = readFileSync(checkpoint);
  for (const args of [ARGS, [...ARGS, '--resume']]) {
    expect(failed(await onomast(args, { home }), 1)).toMatch(
      new RegExp(
        `^training: process ${first.child.pid} has been training to this output since .* \\[training_in_progress\\]$`,
      ),
    );
  }
  expect(readFileSync(checkpoint).equals(saved)).toBe(true);

  first.child.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  expect(existsSync(join(home, 'mine.lock'))).toBe(true);
  mkdirSync(join(home, `mine.writing-${first.child.pid}-${Date.now().toString(36)}`)); // as if killed while saving
  const stdout = succeeded(await onomast([...ARGS, '--resume'], { home }));
  expect(JSON.parse(stdout.split('\n')[0]).resumed_at_epoch).toBeGreaterThan(0);
  expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'mine', 'train.conll']);
});
