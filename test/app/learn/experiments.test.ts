import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outcomeHtml } from '#app/learn/exhibit-html.js';
import { type Experiment, type Outcome, valuesOf } from '#app/learn/experiment.js';
import { EXPERIMENTS } from '#app/learn/experiments.js';

const find = (id: string): Experiment => EXPERIMENTS.find((experiment) => experiment.id === id)!;
const run = (id: string, told: Readonly<Record<string, string>> = {}): Outcome => {
  const { controls, run: compute } = find(id);
  return compute(valuesOf(controls, told));
};
const chart = (outcome: Outcome, title: string) => {
  const found = outcome.exhibits.find((exhibit) => exhibit.kind === 'chart' && exhibit.title === title);
  if (found?.kind !== 'chart') throw new Error(`no chart "${title}"`);
  return found;
};
const table = (outcome: Outcome, at = 0) => {
  const found = outcome.exhibits.filter(({ kind }) => kind === 'table')[at];
  if (found?.kind !== 'table') throw new Error('no table');
  return found;
};
const lastOf = (outcome: Outcome, title: string, series = 0): number =>
  chart(outcome, title)
    .series.filter(({ look }) => look !== 'quiet')
    [series].points.at(-1)![1];

describe('every experiment', () => {
  test.each(EXPERIMENTS.map((experiment) => [experiment.id, experiment] as const))(
    '%s gives the same outcome twice, names files that exist, and is well-formed markup',
    (_, { controls, files, run: compute }) => {
      const html = outcomeHtml(compute(valuesOf(controls, {})));
      expect(outcomeHtml(compute(valuesOf(controls, {})))).toBe(html);
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
      expect(files.filter((file) => !existsSync(file))).toEqual([]);
      expect(html.match(/<svg/g)?.length ?? 0).toBe(html.match(/<\/svg>/g)?.length ?? 0);
    },
  );

  test.each(EXPERIMENTS.filter(({ isLong }) => !isLong).map((experiment) => [experiment.id, experiment] as const))(
    '%s says numbers at both ends of every control',
    (_, { controls, run: compute }) => {
      for (const [name, control] of Object.entries(controls)) {
        const ends = control.kind === 'range' ? [control.from, control.to].map(String) : Object.keys(control.options);
        for (const end of ends)
          expect(outcomeHtml(compute(valuesOf(controls, { [name]: end }))), `${name}=${end}`).not.toMatch(
            /NaN|undefined/,
          );
      }
    },
  );
});

describe('values that are told', () => {
  const { controls } = find('optimizers');
  const standard = valuesOf(controls, {});

  test.each([{}, { rate: 'much' }, { rate: '' }, { beta1: 'NaN' }, { rate: ['1'] }, { other: '3' }])(
    '%j: what is no value of a control is the control’s own',
    (told) => expect(valuesOf(controls, told)).toEqual(standard),
  );

  test('are brought onto the slider', () => {
    expect(valuesOf(controls, { steepness: '1e9', beta1: '-3', rate: '-1.02' })).toEqual({
      ...standard,
      steepness: 40,
      beta1: 0,
      rate: 0.1,
    });
  });

  test('words are those of the list only', () => {
    const { controls: choices } = find('initial-weights');
    expect(valuesOf(choices, { way: 'residual' }).way).toBe('residual');
    for (const way of ['constructor', '__proto__', 'Plain', ''])
      expect(valuesOf(choices, { way }).way, way).toBe('plain');
  });
});

describe('what the experiments show', () => {
  const ACTIVATIONS = 'Activations, forwards';
  const GRADIENTS = 'Gradients, from the last layer back to the first';

  test('0.9 and 1.1 times the identity vanish and explode by their powers', () => {
    for (const factor of [0.9, 1.1]) {
      const outcome = run('initial-weights', { nonlinearity: 'linear', weights: 'identity', factor: `${factor}` });
      const [, first] = chart(outcome, ACTIVATIONS).series[0].points[0];
      expect(lastOf(outcome, ACTIVATIONS) / first).toBeCloseTo(factor ** 40, 6);
    }
  });

  test('1/n before tanh and 2/n before ReLU keep signals and gradients; less and more do not', () => {
    const sizes = (nonlinearity: string, factor: string): number[] => {
      const outcome = run('initial-weights', { nonlinearity, factor });
      return [lastOf(outcome, ACTIVATIONS), chart(outcome, GRADIENTS).series[0].points[0][1]];
    };
    for (const size of [...sizes('tanh', '1'), ...sizes('relu', '2')]) {
      expect(size).toBeGreaterThan(0.02);
      expect(size).toBeLessThan(20);
    }
    for (const size of [...sizes('tanh', '0.3'), ...sizes('relu', '0.5')]) expect(size).toBeLessThan(1e-4);
    expect(sizes('relu', '4')[1]).toBeGreaterThan(1e3);
    expect(sizes('tanh', '4')[1]).toBeGreaterThan(10);
  });

  test('residual connections and normalization keep a net alive that would vanish', () => {
    const size = (way: string) => lastOf(run('initial-weights', { factor: '0.3', way }), ACTIVATIONS);
    expect(size('plain')).toBeLessThan(1e-4);
    expect(size('residual')).toBeGreaterThan(0.5);
    expect(size('layer')).toBeGreaterThan(0.5);
  });

  test('bias correction makes the first average the first value', () => {
    const { series } = chart(run('averages', { beta: '0.98' }), 'A noisy curve and its average');
    const [values, corrected, plain] = series.map(({ points }) => points[0][1]);
    expect(corrected).toBeCloseTo(values, 10);
    expect(plain).toBeCloseTo(0.02 * values, 10);
  });

  test('gradient descent flies out of the bowl above 2/k, and not below', () => {
    const end = (rate: number) =>
      lastOf(run('optimizers', { steepness: '20', rate: `${Math.log10(rate)}`, steps: '100' }), 'The loss by step');
    expect(end(0.09)).toBeLessThan(10);
    expect(end(0.113)).toBeGreaterThan(1000);
  });

  test('many rough steps get further than few exact ones for the same work', () => {
    const outcome = run('minibatches', { size: '5' });
    const [small, full] = [0, 1].map((series) => lastOf(outcome, 'The loss over all examples, by work done', series));
    expect(small).toBeLessThan(0.7 * full);
    const same = run('minibatches', { size: '9' });
    expect(lastOf(same, 'The loss over all examples, by work done', 0)).toBe(
      lastOf(same, 'The loss over all examples, by work done', 1),
    );
  });

  test('the gradient check passes every cell, and finds every bug', () => {
    for (const cell of ['rnn', 'gru', 'lstm']) {
      expect(run('gradient-check', { cell }).says).toMatch(/: (great|acceptable)\.$/);
      for (const bug of ['bias', 'scale']) expect(run('gradient-check', { cell, bug }).says).toContain('wrong');
    }
    expect(run('gradient-check', { bug: 'tanh' }).says).toContain('rnn.weight_hh_l0');
  });

  test('at Teddy the network without look-ahead says the same in both sentences, the others do not', () => {
    for (const pair of ['teddy', 'mark', 'rose']) {
      const outcome = run('one-way-rnn', { pair });
      const beliefs = [table(outcome, 0), table(outcome, 1)].map(({ rows }) => rows.map(({ cells }) => cells[4]));
      expect(beliefs[0][0], pair).toBe(beliefs[1][0]);
      for (const network of [1, 2, 3]) {
        expect(Number(beliefs[0][network]), `${pair} ${network}`).toBeGreaterThan(0.5);
        expect(Number(beliefs[1][network]), `${pair} ${network}`).toBeLessThan(0.5);
      }
    }
  });

  test('forget gates begin near 0.73, and are open or shut after training', () => {
    const gate = (trained: string) => {
      const map = run('lstm-gates', { trained }).exhibits[1];
      if (map.kind !== 'heat') throw new Error('no map');
      return map.rows.flatMap(({ values }) => values);
    };
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(gate('no'))).toBeCloseTo(0.73, 1);
    expect(Math.max(...gate('yes'))).toBeGreaterThan(0.9);
    for (const value of gate('yes')) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
  });

  test('what is illegal word by word is legal as a sequence', () => {
    const { rows } = table(run('crf'));
    expect(rows.map(({ cells }) => cells[1])).toEqual(['B-PER', 'I-ORG', 'O', 'I-ORG']);
    expect(rows.map(({ cells }) => cells[2])).toEqual(['B-PER', 'I-PER', 'O', 'B-ORG']);
    expect(table(run('crf'), 1).rows.find(({ cells: [from] }) => from === 'O')!.cells).toEqual([
      'O',
      ...['yes', 'yes', 'never', 'yes', 'never'],
    ]);
  });
});
