import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusText, failed, LEARNS, newHome, onomast, startOnomast, succeeded, writeFileBelow } from './helpers.js';

const corpusHome = (): string => {
  const home = newHome();
  writeFileBelow(home, 'mine.conll', corpusText(100));
  writeFileBelow(home, 'dev.conll', corpusText(30, 100));
  return home;
};
const curve = (home: string, ...args: string[]) => onomast(['curve', 'mine.conll', ...LEARNS, ...args], { home });

interface CurveBody {
  readonly scored_on: object;
  readonly points: readonly {
    sentences: number;
    f1: number;
    f1_interval: [number, number];
    f1_of_trainings: [number, number];
  }[];
  readonly more_sentences: readonly {
    more: number;
    f1_gain: number | null;
    f1_gain_interval: [number, number] | null;
  }[];
}

describe.concurrent('onomast curve', () => {
  test('scores all sizes on the same sentences; the same seed gives the same figures, with any number of threads', async () => {
    const args = ['--dev', 'dev.conll', '--sizes', 'all,5,20', '--seeds', '2', '--json'];
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) => succeeded(await curve(corpusHome(), ...args, '--workers', workers))),
    );
    expect(two).toBe(one);
    const { points, scored_on, more_sentences } = JSON.parse(one) as CurveBody;
    expect(scored_on).toMatchObject({ name: 'dev.conll', sentences: 30, names: expect.any(Number) });
    expect(points.map(({ sentences }) => sentences)).toEqual([5, 20, 100]);
    expect(points[2].f1).toBeGreaterThan(points[0].f1);
    for (const { f1, f1_interval, f1_of_trainings } of points)
      for (const [low, high] of [f1_interval, f1_of_trainings]) {
        expect(low).toBeLessThanOrEqual(f1 + 0.02);
        expect(high).toBeGreaterThanOrEqual(f1 - 0.02);
      }
    expect(more_sentences.map(({ more }) => more)).toEqual([50, 200]);
    expect(more_sentences[1].f1_gain).toBeGreaterThanOrEqual(more_sentences[0].f1_gain ?? 1);
  });

  test('sets a fifth apart, halves what is left, prints a table and draws a chart; it leaves no model', async () => {
    const home = corpusHome();
    const { status, stdout, stderr } = await curve(home, '--seeds', '1', '--chart', 'curve.html');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^F1 on a fifth of mine\.conll: 20 sentences, \d+ names\nSENTENCES /);
    expect([...stdout.matchAll(/^ +(\d+) +[\d.]+ /gm)].map(([, size]) => Number(size))).toEqual([40, 80]);
    expect(stdout).toMatch(/\n50 more sentences.*\n200 more sentences.*\n$/);
    const page = readFileSync(join(home, 'curve.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>.*<svg .*95 % interval/s);
    expect((await onomast(['models', 'list'], { home })).stdout).not.toContain('mine');
  });

  test('is ended by Ctrl-C', async () => {
    const running = startOnomast(['curve', 'mine.conll', '--set', 'vectors=none', '--set', 'max_epochs=2000'], {
      home: corpusHome(),
    });
    await running.says('no pretrained vectors');
    running.child.kill('SIGINT');
    expect((await running.ended).status).toBe(130);
  });

  test.each([
    [['--sizes', '50,x'], '--sizes: expected numbers above 0, or all, with commas, found "50,x"'],
    [['--sizes', '500'], '--sizes: expected at most the 80 sentences there are to learn from, found 500'],
    [['--seeds', '0'], '--seeds: expected a whole number from 1 to 100, found "0"'],
  ])('%j is refused', async (args, message) => {
    expect(failed(await curve(corpusHome(), ...args), 2)).toContain(message);
  });
});
