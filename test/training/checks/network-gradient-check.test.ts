import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import type { GradientCheckReport } from '#engine/core/gradient-check.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { CELL_NAMES } from '#engine/recurrent/cells.js';
import { CHECK_DEFAULTS, checkNetwork } from '#training/checks/network-gradient-check.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { thrownBy } from '../../helpers/thrown-by.js';

/** Smaller than what the command line checks: every parameter costs two passes. */
const SMALL = {
  ...CHECK_DEFAULTS,
  hidden_size: 3,
  word_dimension: 2,
  affix_dimension: 1,
  affix_buckets: 5,
  shape_dimension: 1,
  char_filters: 0,
  crf: false,
  fine_tune_vectors: false,
};

interface CheckOptions {
  readonly steps?: number;
  readonly epsilon?: number;
  readonly kernels?: Kernels;
}
const check = (set: Readonly<Record<string, unknown>>, { steps = 0, epsilon = 1e-7, kernels }: CheckOptions = {}) =>
  checkNetwork({
    config: parseRunConfig({ ...SMALL, ...set }, 'test'),
    seed: 1,
    epsilon,
    steps,
    ...(kernels && { kernels }),
  });
const distances = ({ distance, rows }: GradientCheckReport) => [distance, ...rows.map((row) => row.distance)];

test('pretrained vectors that training changes', () => {
  const report = check({ fine_tune_vectors: true }, { steps: 5 });
  expect(report.verdict).toBe('great');
  expect(report.rows.map(({ name }) => name)).toContain('embedding.vector_delta.weight');
  expect(report.rows.map(({ name }) => name)).not.toContain('embedding.vector.weight');
});

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
    expect(check({ rnn_type, learn_rate: 0.05 }, { steps: 5 }).verdict).toBe('great');
  });
});

test.each([
  ['crf', { crf: true }],
  ['two layers', { layers: 2 }],
  ['bidirectional', { bidirectional: true }],
  ['residual and normalised', { layers: 2, residual: true, normalization: 'layer' }],
  ['batch normalisation, by the statistics of the rows', { layers: 2, normalization: 'batch' }],
  ['character convolution', { char_filters: 3, char_width: 3 }],
  ['characters alone', { char_filters: 3, word_dimension: 0, affix_dimension: 0, shape_dimension: 0 }],
  ['attention over the sentence', { attention: 'sentence' }],
  ['causal attention', { attention: 'causal' }],
])('the whole network, with %s, after some training', (_, set) => {
  expect(check({ look_ahead: 1, ...set, learn_rate: 0.1 }, { steps: 5 }).verdict).toBe('great');
});

/** Every value of every option somewhere, in company that chance has chosen. */
const MIXTURES = Array.from({ length: 16 }, (_, i) => {
  const random = createRandom(i).fork('mixture');
  const one = <T>(...values: readonly T[]): T => values[Math.floor(random.next() * values.length)];
  return {
    rnn_type: CELL_NAMES[i % CELL_NAMES.length],
    layers: one(1, 2),
    look_ahead: one(0, 1, 2),
    bidirectional: one(false, true),
    residual: one(false, true),
    normalization: one('none', 'layer', 'batch'),
    attention: one('none', 'sentence', 'causal'),
    crf: one(false, true),
    char_filters: one(0, 2),
    tag_format: one('bio', 'bioes'),
    freeze_words: one(false, true),
    affix_dimension: 0, // one table is like another
  };
});

describe.each(MIXTURES)(
  '$rnn_type $layers $look_ahead $bidirectional $residual $normalization $attention $crf $char_filters',
  (set) => {
    const trained = { ...set, learn_rate: 0.1 };

    test('float64 on the reference kernels: the network and each parameter below 1e-6', () => {
      // Attention begins as the identity, so that some gradients are still tiny: at 1e-7 rounding would hide them.
      expect(Math.max(...distances(check(trained, { steps: 5, epsilon: 1e-5 })))).toBeLessThan(1e-6);
    });

    test('float32 on the fast kernels: the network below 1e-5, each parameter below 1e-3', () => {
      const { kernels } = selectKernels('relaxed', { initialBytes: 2 ** 24 });
      const report = check(trained, { steps: 5, kernels });
      expect(report.distance).toBeLessThan(1e-5);
      expect(Math.max(...distances(report))).toBeLessThan(1e-3);
    });
  },
);

test('the check of the fast kernels would see a fault of theirs', () => {
  const kernels = createReferenceKernels('float32');
  const addColumnSums: Kernels['addColumnSums'] = (out, x, m, n) => kernels.addColumnSums(out, x, m - 1, n);
  expect(check({}, { kernels: { ...kernels, addColumnSums } }).verdict).toBe('wrong');
  expect(check({}, { kernels }).verdict).toBe('great');
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

test.each([{ dropout: 0.1 }, { variational_dropout: 0.1 }, { word_dropout: 0.1 }])('refuses %j', (set) => {
  expect(thrownBy(() => check(set)).message).toBe(
    'gradcheck: dropout must be 0 while gradients are checked: every pass would draw another mask',
  );
});
