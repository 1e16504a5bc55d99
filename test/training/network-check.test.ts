import { describe, expect, test } from 'vitest';
import { CELL_NAMES } from '../../src/network/recurrent.js';
import { CHECK_DEFAULTS, checkNetwork } from '../../src/training/network-check.js';
import { parseRunConfig } from '../../src/training/training-config.js';
import { thrownBy } from '../helpers/thrown-by.js';

/** Smaller than what the command line checks: every parameter costs two passes. */
const SMALL = {
  ...CHECK_DEFAULTS,
  hidden_size: 3,
  word_dimension: 2,
  affix_dimension: 1,
  affix_buckets: 5,
  shape_dimension: 1,
};

const check = (set: Readonly<Record<string, unknown>>, steps = 0) =>
  checkNetwork({ config: parseRunConfig({ ...SMALL, ...set }, 'test'), seed: 1, epsilon: 1e-7, steps });

describe.each(CELL_NAMES)('the whole network, %s', (rnn_type) => {
  test.each([0, 1, 2].flatMap((look_ahead) => ['bio', 'bioes'].map((tag_format) => ({ look_ahead, tag_format }))))(
    'look-ahead $look_ahead, $tag_format: gradients are great',
    (set) => {
      const report = check({ rnn_type, ...set });
      expect(report.verdict, `${report.worst.name} ${report.worst.index}`).toBe('great');
      expect(report.rows.every(({ verdict }) => verdict === 'great' || verdict === 'acceptable')).toBe(true);
    },
  );

  test('and after some training, when weights have left their initial values', () => {
    expect(check({ rnn_type, learn_rate: 0.05 }, 5).verdict).toBe('great');
  });
});

test.each([
  ['crf', { crf: true }],
  ['two layers', { layers: 2 }],
  ['bidirectional', { bidirectional: true }],
  ['residual and normalised', { layers: 2, residual: true, normalization: 'layer' }],
  ['attention over the sentence', { attention: 'sentence' }],
  ['causal attention', { attention: 'causal' }],
])('the whole network, with %s, after some training', (_, set) => {
  expect(check({ look_ahead: 1, ...set, learn_rate: 0.1 }, 5).verdict).toBe('great');
});

test('reports every parameter of the network once, and the loss', () => {
  const { rows, loss, epsilon } = check({});
  expect(rows.map(({ name }) => name)).toEqual([
    'embedding.word.weight',
    'embedding.prefix3.weight',
    'embedding.suffix2.weight',
    'embedding.suffix3.weight',
    'embedding.suffix4.weight',
    'embedding.shape.weight',
    'rnn.weight_ih_l0',
    'rnn.weight_hh_l0',
    'rnn.bias_ih_l0',
    'output.weight',
    'output.bias',
  ]);
  expect(loss).toBeGreaterThan(0);
  expect(epsilon).toBe(1e-7);
});

test('L2 is part of the loss that is checked', () => {
  const [without, withL2] = [check({ L2: 0 }), check({ L2: 0.5 })];
  expect(withL2.loss).toBeGreaterThan(without.loss + 0.1);
  expect(withL2.verdict).toBe('great');
});

test.each([{ dropout: 0.1 }, { word_dropout: 0.1 }])('refuses %j', (set) => {
  expect(thrownBy(() => check(set)).message).toBe(
    'gradcheck: dropout must be 0 while gradients are checked: every pass would draw another mask',
  );
});
