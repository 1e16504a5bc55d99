import { describe, expect, test } from 'vitest';
import { type GradientCheckFlags, runGradientChecks } from '#app/cli/gradient-checks.js';
import { AppError } from '#base/errors.js';
import { CELL_NAMES } from '#engine/recurrent/cells.js';

/** Small, so that every parameter is soon checked. */
const SMALL = [
  'hidden_size=3',
  'word_dimension=2',
  'affix_dimension=1',
  'affix_buckets=5',
  'shape_dimension=1',
  'char_dimension=2',
];
const run = (flags: Partial<GradientCheckFlags> = {}, set: readonly string[] = []) =>
  runGradientChecks({
    seed: 1,
    epsilon: 1e-7,
    precision: 'float64',
    steps: 2,
    ...flags,
    set: [...SMALL, ...set],
  });
const headingOf = (text: string): string => text.split('\n')[0];

describe('flags of the network', () => {
  test('each sets its option, and the heading says so', async () => {
    const { text, reports, passed } = await run({
      network: 'lstm',
      layers: '2',
      lookAhead: '1',
      bidirectional: true,
      residual: true,
      normalization: 'layer',
      attention: 'sentence',
      crf: true,
      charFilters: '2',
    });
    expect(headingOf(text)).toBe(
      'Gradient check, float64, epsilon 1e-7: embedding.vector 4, embedding.vector_delta added, embedding.word 2, ' +
        'embedding.prefix3 1, embedding.suffix2 1, embedding.suffix3 1, embedding.suffix4 1, embedding.shape 1, ' +
        '2 character filters, look-ahead 1, lstm of 3 both ways, layer normalisation, ' +
        'residual (lstm of 3 both ways, layer normalisation), attention over the sentence (dot), linear to 13, CRF, L2 0.01',
    );
    expect(passed).toBe(true);
    const names = reports[0].rows.map(({ name }) => name);
    for (const name of [
      'rnn.weight_ih_l1_reverse',
      'rnn.norm_l1.weight',
      'attention.key.weight',
      'characters.convolution.weight',
      'crf.start',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('none is needed, and --set has the last word', async () => {
    expect(headingOf((await run()).text)).toContain(
      ', 3 character filters, look-ahead 2, rnn of 3, linear to 13, CRF, L2 0.01',
    );
    expect(headingOf((await run({ crf: false, charFilters: '0' })).text)).toContain(
      '.shape 1, look-ahead 2, rnn of 3, linear to 13, softmax, L2 0.01',
    );
    const { text } = await run({ network: 'lstm', hidden: '5' }, ['rnn_type=gru']);
    expect(headingOf(text)).toContain(', gru of 3,');
  });

  test.each<[Partial<GradientCheckFlags>, string]>([
    [{ network: 'transformer' }, `--network: expected one of ${CELL_NAMES.join(', ')}, found "transformer"`],
    [{ layers: '0' }, '--layers: expected a whole number from 1 to 16, found "0"'],
    [{ lookAhead: 'two' }, '--look-ahead: expected a whole number from 0 to 16, found "two"'],
    [{ normalization: 'group' }, '--normalization: expected one of none, layer, batch, found "group"'],
    [{ attention: 'local' }, '--attention: expected one of none, sentence, causal, found "local"'],
    [{ charFilters: '-1' }, '--char-filters: expected a whole number from 0 to 1024, found "-1"'],
  ])('%j is refused', async (flags, message) => {
    await expect(run(flags)).rejects.toThrow(new AppError('invalid_argument', message));
  });
});

test('float32 checks the fast kernels, at the initial weights and after some steps', async () => {
  const { reports, text, passed } = await run({ precision: 'float32' });
  expect(passed).toBe(true);
  expect(reports.map(({ steps, precision }) => [steps, precision])).toEqual([
    [0, 'float32'],
    [2, 'float32'],
  ]);
  for (const { kernels, distance } of reports) {
    expect(kernels).not.toBe('reference');
    expect(distance).toBeGreaterThan(1e-8); // it is float32 that was checked
    expect(distance).toBeLessThan(1e-5);
  }
  expect(headingOf(text)).toMatch(/^Gradient check, float32 on the (relaxed|simd) kernels, epsilon 1e-7: .*rnn of 3/);
  expect(text).toContain('Below 1e-5 great, below 1e-3 acceptable');
});

test('the table names every parameter, its count, its distance and its verdict', async () => {
  const { text, reports } = await run({ steps: 0 });
  expect(reports.length).toBe(1);
  for (const { name, count, distance, verdict } of reports[0].rows) {
    expect(text).toMatch(
      new RegExp(`${name}\\s+${count}\\s+${distance.toExponential(2).replace('+', '\\+')}\\s+${verdict}`),
    );
  }
  expect(text).toContain('Below 1e-7 great, below 1e-5 acceptable');
});
