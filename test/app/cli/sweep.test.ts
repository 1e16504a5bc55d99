import { describe, expect, test } from 'vitest';
import { corpusText, failed, LEARNS, newHome, onomast, succeeded, writeFileBelow } from './helpers.js';

const corpusHome = (): string => {
  const home = newHome();
  writeFileBelow(home, 'mine.conll', corpusText(60));
  writeFileBelow(home, 'dev.conll', corpusText(30, 100));
  return home;
};
const sweep = (home: string, ...args: string[]) => onomast(['sweep', 'mine.conll', ...LEARNS, ...args], { home });

interface SweepBody {
  readonly scored_on: object;
  readonly tried: readonly { settings: string[]; f1: number; f1_interval: number[]; f1_of_trainings: number[] }[];
}

describe.concurrent('onomast sweep', () => {
  test('tries every combination on the same sentences, best first; the same figures with any number of threads', async () => {
    const args = [
      '--dev',
      'dev.conll',
      '--try',
      'learn_rate=0.0000001,0.03',
      'batch_size=4,8',
      '--seeds',
      '2',
      '--json',
    ];
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) => succeeded(await sweep(corpusHome(), ...args, '--workers', workers))),
    );
    expect(two).toBe(one);
    const { tried, scored_on } = JSON.parse(one) as SweepBody;
    expect(scored_on).toMatchObject({ name: 'dev.conll', sentences: 30 });
    expect(tried.map(({ settings }) => settings.join(' ')).sort()).toEqual([
      'learn_rate=0.0000001 batch_size=4',
      'learn_rate=0.0000001 batch_size=8',
      'learn_rate=0.03 batch_size=4',
      'learn_rate=0.03 batch_size=8',
    ]);
    const scores = tried.map(({ f1 }) => f1);
    expect(scores).toEqual([...scores].sort((left, right) => right - left));
    expect(tried[0].settings[0]).toBe('learn_rate=0.03'); // the other rate learns nothing
    expect(tried[0].f1).toBeGreaterThan(tried[3].f1 + 0.2);
  });

  test('prints a table and leaves no model', async () => {
    const home = corpusHome();
    const { status, stdout, stderr } = await sweep(home, '--try', 'batch_size=4,8', '--seeds', '1');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(
      /^F1 on a fifth of mine\.conll: 12 sentences, \d+ names\n +F1 .*SETTINGS\n.*batch_size=.*\n.*batch_size=/,
    );
    expect((await onomast(['models', 'list'], { home })).stdout).not.toContain('mine');
  });

  test.each([
    [['--try', 'batch_size'], '--try: expected key=value,value,…, found "batch_size"'],
    [['--try', 'batch_size=4,'], '--try: expected key=value,value,…, found "batch_size=4,"'],
    [['--try', 'batch_size=4', 'batch_size=8'], '--try: expected each setting once, found "batch_size" twice'],
    [['--try', 'batch_size=4,many'], 'batch_size'],
    [['--try', 'colour=red'], 'colour'],
    [
      ['--try', `seed=${Array.from({ length: 201 }, (_, i) => i).join(',')}`],
      '--try: expected at most 200 combinations of settings, found 201 or more',
    ],
    [[], "required option '--try"],
  ])('%j is refused before anything is trained', async (args, message) => {
    expect(failed(await sweep(corpusHome(), ...args), 2)).toContain(message);
  });
});
