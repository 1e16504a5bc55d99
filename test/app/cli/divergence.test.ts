import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '#training/run/checkpoint.js';
import { corpusText, newHome, onomast, settings, TINY_NETWORK, writeFileBelow } from './helpers.js';

const ARGS = [
  ...['train', '--train', 'train.conll', '--dev', 'dev.conll', '--output', 'mine', '--json'],
  ...settings({ ...TINY_NETWORK, crf: 'false', max_epochs: 40, batch_size: 8 }),
];
const homeWithCorpus = (): string => {
  const home = newHome();
  writeFileBelow(home, 'train.conll', corpusText(60));
  writeFileBelow(home, 'dev.conll', corpusText(9, 100));
  return home;
};

describe.concurrent('a training that diverges', () => {
  test.each([
    [{ learn_rate: '1e30', grad_clip: 0 }, 'learn_rate 1e+30 with no limit to the gradient (grad_clip 0)'],
    [{ learn_rate: '1e30', rnn_type: 'lstm', crf: 'true' }, 'learn_rate 1e+30 with grad_clip 5'],
    [{ learn_rate: '1e38', grad_clip: 0, optimizer: 'sgd', rnn_type: 'relu' }, 'learn_rate 1e+38 with no limit'],
  ])('%j ends with the step, the parameter and the likely cause', async (set, cause) => {
    const home = homeWithCorpus();
    const { status, stderr } = await onomast([...ARGS, ...settings(set)], { home });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^onomast: training: loss \S+ .*\bstep [2-9], .*parameter "[a-z0-9_.]+"; .* \[numerical_failure\]\n$/,
    );
    expect(stderr).toContain(`; the likely cause is ${cause}`);
    expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'train.conll']);
  });

  test('keeps its last good checkpoint; resumed, it ends at the same step, and says so', async () => {
    const home = homeWithCorpus();
    // A rate that rises with every step: the loss passes all bounds in the third epoch.
    const rising = settings({ learn_rate: '1.5e16', warmup_steps: 1e9 });
    const first = await onomast([...ARGS, ...rising], { home });
    expect(first.status).toBe(1);
    expect(first.stdout).toContain('"type":"epoch","epoch":2');
    expect(first.stderr).toContain('resumed with these settings the training ends here again: start afresh with');

    const checkpoint = readFileSync(join(home, 'mine.checkpoint'));
    const { state } = readCheckpoint(join(home, 'mine.checkpoint'))!;
    expect(state.cursor.epoch).toBeGreaterThanOrEqual(2);
    for (const values of Object.values(state.arrays)) expect(values.every(Number.isFinite)).toBe(true);

    const resumed = await onomast([...ARGS, ...rising, '--resume'], { home });
    expect(JSON.parse(resumed.stdout.split('\n')[0]).resumed_at_epoch).toBe(state.cursor.epoch);
    expect(resumed.stderr).toBe(first.stderr);
    expect(readFileSync(join(home, 'mine.checkpoint')).equals(checkpoint)).toBe(true);

    // One epoch is too few to find a name: the model is saved all the same, and the exit code says so.
    const short = await onomast([...ARGS, ...settings({ max_epochs: 1 })], { home });
    expect(short.status).toBe(1);
    expect(existsSync(join(home, 'mine', 'weights.safetensors'))).toBe(true);
    expect(readdirSync(home)).not.toContain('mine.checkpoint');
  });
});
