import { describe, expect, test } from 'vitest';
import type { GradientCheckReport } from '#engine/core/gradient-check.js';
import { type Ended, failed, newHome, onomast, succeeded } from './helpers.js';

const gradcheck = (...args: string[]): Promise<Ended> => onomast(['gradcheck', ...args], { home: newHome() });

describe.concurrent('gradcheck', () => {
  test('of the default network: below 1e-7 over all of it, below 1e-6 for each tensor, at once and after steps', async () => {
    const reports: (GradientCheckReport & { steps: number })[] = JSON.parse(succeeded(await gradcheck('--json')));
    expect(reports.map(({ steps, epsilon }) => ({ steps, epsilon }))).toEqual([
      { steps: 0, epsilon: 1e-7 },
      { steps: 20, epsilon: 1e-7 },
    ]);
    for (const { distance, verdict, rows, worst } of reports) {
      expect(distance).toBeLessThan(1e-7);
      expect(verdict).toBe('great');
      for (const row of rows) expect(row.distance).toBeLessThan(1e-6);
      const names = rows.map(({ name }) => name);
      for (const name of [
        'rnn.weight_hh_l0',
        'embedding.vector_delta',
        'characters.convolution.weight',
        'crf.start',
        worst.name,
      ])
        expect(names.some((parameter) => parameter.startsWith(name))).toBe(true);
    }
  });

  test('as text has a row for each tensor and names the worst component', async () => {
    const text = succeeded(await gradcheck('--network', 'lstm', '--no-crf', '--set', 'look_ahead=1', '--seed', '3'));
    expect(text).toMatch(
      /^Gradient check, float64, epsilon 1e-7: .*look-ahead 1, lstm of \d+, linear to \d+, softmax\b/,
    );
    expect(text).not.toContain('crf');
    expect(text).toMatch(/\n {2}rnn\.weight_ih_l0 +\d+ +\d\.\d\de-\d+ {2}(great|acceptable)\n/);
    expect(text.match(/\n {2}worst component: \S+\[\d+(, \d+)*\], analytic -?\d\S+, numeric -?\d\S+/g)).toHaveLength(2);
  });

  test('is refused with dropout', async () => {
    for (const setting of ['dropout=0.3', 'word_dropout=0.1']) {
      expect(failed(await gradcheck('--set', setting), 2)).toBe(
        'gradcheck: dropout must be 0 while gradients are checked: every pass would draw another mask [invalid_argument]',
      );
    }
  });

  test('fails when the difference is far too wide', async () => {
    const { status, stdout } = await gradcheck('--epsilon', '3', '--steps', '0');
    expect(status).toBe(1);
    expect(stdout).toContain('  wrong\n');
  });
});
