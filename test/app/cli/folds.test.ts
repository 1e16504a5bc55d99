import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  corpusText,
  failed,
  LEARNS,
  newHome,
  onomast,
  settings,
  startOnomast,
  succeeded,
  writeFileBelow,
} from './helpers.js';

const corpusHome = (sentences = 60): string => {
  const home = newHome();
  writeFileBelow(home, 'mine.conll', corpusText(sentences));
  writeFileBelow(home, 'dev.conll', corpusText(30, 100));
  return home;
};
const ARGS = ['train', '--train', 'mine.conll', '--json', ...LEARNS];
const train = (home: string, ...args: string[]) => onomast([...ARGS, ...args], { home });
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const doneOf = (stdout: string) => jsonLines(stdout).at(-1) as Record<string, unknown>;

describe.concurrent('onomast train --folds', () => {
  test('is chosen where a tenth would hold few names, and said; the model learns from all sentences', async () => {
    const home = corpusHome();
    const { status, stdout, stderr } = await onomast(['train', '--train', 'mine.conll', ...LEARNS], { home });
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(
      /^A tenth set apart would hold \d+ names, too few to judge by: the scores come from 5 folds, and the model learns from all 60 sentences, for all epochs \(--folds 0 turns it off\)\.$/m,
    );
    expect(stderr).toContain('training 7 of 7 for the scores: 30 sentences');
    expect(stderr).toContain('60 sentences to train on; labels');
    expect(stdout).toMatch(/^8 epochs \(all epochs done\)/);
    expect(stdout).toMatch(/\nAll sentences, by 5 folds\. Entity-level .*\n60 sentences, /s);
    expect(stdout).toMatch(/\n50 more sentences(:| would bring about) /);
    expect(stdout).toMatch(/\nmine@1 is active: there is no other model\.\n$/);
  });

  test('0 sets a tenth apart', async () => {
    const lines = jsonLines(succeeded(await train(corpusHome(), '--folds', '0')));
    expect(lines[0]).toMatchObject({ type: 'start', sentences: { train: 54, dev: 6 } });
    expect(lines.at(-1)).toMatchObject({ folds: null, more_sentences: null });
  });

  test('the same seed gives the same scores and the same bytes, with any number of threads', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) =>
        doneOf(succeeded(await train(corpusHome(), '--folds', '3', '--workers', workers))),
      ),
    );
    expect(one).toMatchObject({ folds: 3, dev: { overall_f1_interval: expect.any(Array) } });
    expect(two.dev).toEqual(one.dev);
    expect(two.weights_sha256).toBe(one.weights_sha256);
  });

  test('killed or interrupted among its folds, --resume goes on with the next: the same bytes', async () => {
    const long = settings({ max_epochs: 60 });
    const whole = doneOf(succeeded(await train(corpusHome(), '--folds', '3', ...long)));
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const home = corpusHome();
      const running = startOnomast([...ARGS, '--folds', '3', ...long], { home });
      await running.says('"training":2');
      running.child.kill(signal);
      const ended = await running.ended;
      expect(ended.status).toBe(signal === 'SIGINT' ? 130 : null);
      const lines = jsonLines(succeeded(await train(home, '--folds', '3', ...long, '--resume')));
      expect(lines[0].training).toBeGreaterThan(2);
      expect(lines.at(-1)).toMatchObject({ weights_sha256: whole.weights_sha256, dev: whole.dev });
      expect(existsSync(join(home, 'models', 'mine.checkpoint.folds'))).toBe(false);
    }
  });

  test.each([
    [['--folds', '1'], '--folds: expected 0 or at least 2, found 1'],
    [['--folds', '3', '--dev', 'dev.conll'], '--folds: expected no --dev beside it, found both'],
    [['--folds', 'x'], '--folds'],
  ])('%j is refused', async (args, message) => {
    expect(failed(await train(corpusHome(), ...args), 2)).toContain(message);
  });
});

describe.concurrent('the active model', () => {
  test('that has learned from other sentences is scored on the very same ones', async () => {
    const home = corpusHome();
    succeeded(
      await onomast(['train', '--train', 'dev.conll', '--output', 'other', '--json', ...LEARNS, '--folds', '2'], {
        home,
      }),
    );
    const done = doneOf(succeeded(await train(home, '--folds', '3')));
    expect(done.activation).toMatch(
      /^mine@1 is (not )?active: F1 by 3 folds [\d.]+, other@1 has [\d.]+ on the same sentences/,
    );
  });

  test('that has learned from these sentences is asked for what it scored on others', async () => {
    const home = corpusHome();
    succeeded(await train(home, '--output', 'first', '--folds', '2'));
    writeFileBelow(home, 'mine.conll', corpusText(80)); // has grown: other bytes under the same name
    const done = doneOf(succeeded(await train(home, '--output', 'second', '--folds', '3')));
    expect(done.activation).toMatch(
      /^second@1 is (not )?active: F1 by 3 folds [\d.]+, first@1 has [\d.]+ on its own dev part, for it has learned from these sentences/,
    );
  });
});
