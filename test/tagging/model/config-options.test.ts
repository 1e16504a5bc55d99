import { describe, expect, test } from 'vitest';
import {
  choice,
  count,
  currentNames,
  describeOptions,
  flag,
  formerly,
  fraction,
  nonNegative,
  type Option,
  parseAssignments,
  parseOptions,
  positive,
  positiveCount,
} from '#tagging/model/config-options.js';
import { ALL_OPTIONS, parseRunConfig } from '#training/config/training-config.js';
import { thrownBy } from '../../helpers/thrown-by.js';

describe.each<[string, Option<unknown>, unknown[], unknown[]]>([
  [
    'count',
    count(1, 10, ''),
    [
      [0, 0],
      [10, 10],
      ['7', 7],
      [' 7 ', 7],
    ],
    [-1, 11, 1.5, '', 'seven', null, true, [], Number.NaN],
  ],
  [
    'positiveCount',
    positiveCount(1, 10, ''),
    [
      [1, 1],
      ['10', 10],
    ],
    [0, '0', 11, '1.5', {}],
  ],
  [
    'fraction',
    fraction(0.5, ''),
    [
      [0, 0],
      [0.999, 0.999],
      ['0.25', 0.25],
    ],
    [1, -0.1, 'half', Number.NaN, '1'],
  ],
  [
    'nonNegative',
    nonNegative(1, ''),
    [
      [0, 0],
      [1e300, 1e300],
      ['1e-4', 1e-4],
    ],
    [-1e-9, Number.POSITIVE_INFINITY, 'Infinity'],
  ],
  [
    'positive',
    positive(1, ''),
    [
      [1e-300, 1e-300],
      ['3', 3],
    ],
    [0, -1, 'NaN', undefined],
  ],
  [
    'flag',
    flag(true, ''),
    [
      [true, true],
      [false, false],
      ['true', true],
      ['false', false],
    ],
    [1, 0, 'yes', 'True', null],
  ],
  [
    'choice',
    choice(['adam', 'sgd'], 'sgd', ''),
    [
      ['adam', 'adam'],
      ['sgd', 'sgd'],
    ],
    ['Adam', '', 0, null, ['adam']],
  ],
])('%s', (_, option, accepted, refused) => {
  test.each(accepted as [unknown, unknown][])('takes %j as %j', (value, parsed) => {
    expect(option.parse(value)).toBe(parsed);
  });

  test.each(refused.map((value) => [value]))('refuses %j', (value) => {
    expect(option.parse(value)).toBeUndefined();
  });
});

const TABLE = {
  hidden_size: positiveCount(128, 4096, 'units'),
  dropout: fraction(0.3, 'share'),
  optimizer: choice(['adam', 'sgd'], 'adam', 'which'),
  crf: flag(false, 'whether'),
};

describe('parseOptions', () => {
  test('lays the input over the defaults', () => {
    expect(parseOptions(TABLE, {}, 'x')).toEqual({ hidden_size: 128, dropout: 0.3, optimizer: 'adam', crf: false });
    expect(parseOptions(TABLE, { dropout: '0', crf: true }, 'x')).toMatchObject({ dropout: 0, crf: true });
  });

  test.each([
    ['hidden_sise', 'hidden_size'],
    ['hidden', 'hidden_size'],
    ['drop_out', 'dropout'],
    ['Optimizer', 'optimizer'],
    ['crf_', 'crf'],
  ])('%s is unknown; did you mean %s?', (key, nearest) => {
    const error = thrownBy(() => parseOptions(TABLE, { [key]: 1 }, 'config.json'));
    expect(error.code).toBe('invalid_config');
    expect(error.message).toBe(`config.json: there is no option "${key}"; did you mean "${nearest}"?`);
  });

  test.each([
    ['epochs', 'max_epochs'],
    ['epoch', 'max_epochs'],
    ['hidden', 'hidden_size'],
    ['batch', 'batch_size'],
    ['batchsize', 'batch_size'],
    ['lr', 'learn_rate'],
    ['learning_rate', 'learn_rate'],
    ['bs', 'batch_size'],
    ['steps', 'max_steps'],
    ['l2', 'L2'],
    ['Layers', 'layers'],
    ['num_layers', 'layers'],
    ['word_dropout_rate', 'word_dropout'],
    ['dropout_rate', 'dropout'],
    ['epsilon', 'eps'],
    ['optim', 'optimizer'],
    ['lookahead', 'look_ahead'],
  ])('of the options of the program, %s is nearest to %s', (key, nearest) => {
    const error = thrownBy(() => parseRunConfig({ [key]: 1 }, '--set'));
    expect(error.message).toBe(`--set: there is no option "${key}"; did you mean "${nearest}"?`);
  });

  test.each(['constructor', 'toString', '__proto__'])('%s, which every object has, is no option', (key) => {
    const error = thrownBy(() => parseOptions(TABLE, JSON.parse(`{"${key}": 1}`), 'config.json'));
    expect(error.message).toContain(`there is no option "${key}"`);
  });

  test.each([
    [{ hidden_size: 0 }, '"hidden_size" must be a whole number from 1 to 4096, found 0'],
    [{ hidden_size: 'big' }, '"hidden_size" must be a whole number from 1 to 4096, found "big"'],
    [{ dropout: 1 }, '"dropout" must be a number from 0 up to but not including 1, found 1'],
    [{ optimizer: 'lion' }, '"optimizer" must be one of adam, sgd, found "lion"'],
    [{ crf: 'maybe' }, '"crf" must be true or false, found "maybe"'],
    [{ crf: null }, '"crf" must be true or false, found null'],
  ])('%j', (input, problem) => {
    const error = thrownBy(() => parseOptions(TABLE, input, '--set'));
    expect(error.code).toBe('invalid_config');
    expect(error.message).toBe(`--set: ${problem}`);
  });
});

describe('an option with a former name', () => {
  const table = { new_name: formerly('old_name', flag(false, 'whatever')), other: flag(false, 'whatever') };

  test('is understood under either name', () => {
    expect(parseOptions(table, { old_name: 'true' }, 'test')).toEqual({ new_name: true, other: false });
    expect(parseOptions(table, { new_name: true }, 'test')).toEqual({ new_name: true, other: false });
    expect(currentNames(table, { old_name: true, other: true }, 'test')).toEqual({
      settings: { new_name: true, other: true },
      renamed: [{ former: 'old_name', current: 'new_name' }],
    });
  });

  test('is refused under both', () => {
    const error = thrownBy(() => parseOptions(table, { old_name: true, new_name: true }, 'test'));
    expect(error.code).toBe('invalid_config');
    expect(error.message).toBe('test: "old_name" is the former name of "new_name"; expected one of them, found both');
  });
});

describe('parseAssignments', () => {
  test('parts at the first equals sign and trims', () => {
    expect(parseAssignments(['a=1', ' b = two ', 'c=x=y', 'd='])).toEqual({ a: '1', b: 'two', c: 'x=y', d: '' });
  });

  test('loses no key', () => {
    expect(Object.entries(parseAssignments(['__proto__=1']))).toEqual([['__proto__', '1']]);
  });

  test.each(['a', '=1', ''])('refuses %j', (assignment) => {
    const error = thrownBy(() => parseAssignments([assignment]));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(`--set: expected key=value, found "${assignment}"`);
  });
});

test('describeOptions: one line each, with what it expects and its default', () => {
  expect(describeOptions(TABLE)).toEqual([
    'hidden_size  units (a whole number from 1 to 4096; default 128)',
    'dropout      share (a number from 0 up to but not including 1; default 0.3)',
    'optimizer    which (one of adam, sgd; default adam)',
    'crf          whether (true or false; default false)',
  ]);
});

describe('the options of the program', () => {
  test.each(Object.entries(ALL_OPTIONS))(
    '%s accepts its own default, as a value and as text, and is explained',
    (_, option) => {
      expect(option.parse(option.default)).toBe(option.default);
      expect(option.parse(String(option.default))).toBe(option.default);
      expect(option.help).not.toBe('');
    },
  );

  test('one flat set becomes two objects', () => {
    const { model, training } = parseRunConfig({ hidden_size: '9', learn_rate: 0.5 }, '--set');
    expect(model.hidden_size).toBe(9);
    expect(training.learn_rate).toBe(0.5);
    expect(Object.keys({ ...model, ...training }).sort()).toEqual(Object.keys(ALL_OPTIONS).sort());
  });
});
