import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failed, newHome, onomast, succeeded } from './helpers.js';

const ALL_COMMANDS = [
  'train',
  'curve',
  'sweep',
  'evaluate',
  'tag',
  'check',
  'convert',
  'gradcheck',
  'models',
  'vectors',
  'bulk',
  'import',
  'export',
  'worker',
  'redact',
  'serve',
  'tokens',
  'backup',
  'restore',
  'doctor',
];
/** Those that need no option. */
const COMMANDS = ['train', 'curve', 'evaluate', 'tag', 'check', 'gradcheck', 'models', 'vectors', 'redact', 'serve'];

describe.concurrent('--help', () => {
  test.each([...COMMANDS, 'models activate'])('of %s has an example', async (command) => {
    const home = newHome();
    const help = succeeded(await onomast([...command.split(' '), '--help'], { home }));
    expect(help).toContain(`Usage: onomast ${command}`);
    expect(help).toMatch(new RegExp(`\nExamples?:\n {2}onomast ${command.split(' ')[0]} `));
    expect(readdirSync(home)).toEqual([]);
  });

  test('of the program lists every command', async () => {
    const help = succeeded(await onomast(['--help'], { home: newHome() }));
    for (const command of COMMANDS) expect(help).toMatch(new RegExp(`\n {2}${command} `));
  });

  test('of settings lists recipes, names, ranges and defaults', async () => {
    const help = succeeded(await onomast(['train', '--options-help'], { home: newHome() }));
    expect(help).toMatch(/^Recipes \(--recipe\):\n {2}auto .*\n {2}names .*\n {2}accurate .*\n {2}tiny .*\n\n/);
    expect(help).toMatch(/\n {2}max_epochs +.*\(a whole number from 0 to 100000; default \d+\)\n/);
    for (const name of ['patience', 'eval_frequency', 'dropout', 'batch_size', 'learn_rate', 'beta1', 'beta2', 'eps']) {
      expect(help).toMatch(new RegExp(`\n {2}${name} `));
    }
  });
});

test.concurrent('--version is that of package.json', async () => {
  const { default: manifest } = await import('../../../package.json', { with: { type: 'json' } });
  expect(succeeded(await onomast(['--version'], { home: newHome() }))).toBe(`${manifest.version}\n`);
});

describe.concurrent('called wrongly: exit code 2 and one line', () => {
  test.each([
    [[], `expected one of the commands ${ALL_COMMANDS.join(', ')}, found none; see onomast --help [invalid_argument]`],
    [['bogus'], "unknown command 'bogus'; see onomast --help [invalid_argument]"],
    [['--bogus'], "unknown option '--bogus'; see onomast --help [invalid_argument]"],
    [['trian'], "unknown command 'trian' (Did you mean train?); see onomast --help [invalid_argument]"],
    ...COMMANDS.map((command): [string[], string] => [
      [command, '--bogus'],
      `unknown option '--bogus'; see onomast ${command} --help [invalid_argument]`,
    ]),
    [['train', 'extra'], "too many arguments for 'train'. Expected 0 arguments but got 1; see onomast train --help"],
    [['train', '--train'], "option '--train <file...>' argument missing; see onomast train --help [invalid_argument]"],
    [
      ['train', '--recipe', 'quick'],
      /^--recipe: expected one of auto, names, accurate, tiny, found "quick" \[invalid_argument\]$/,
    ],
    [['train', '--seed', 'x'], '--seed: expected a whole number from 0, found "x" [invalid_argument]'],
    [['train', '--seed', '-1'], '--seed: expected a whole number from 0, found "-1" [invalid_argument]'],
    [['train', '--seed', '1.5'], '--seed: expected a whole number from 0, found "1.5" [invalid_argument]'],
    [['train', '--set', 'max_epochs'], '--set: expected key=value, found "max_epochs" [invalid_argument]'],
    [
      ['train', '--set', 'max_epochs=-1'],
      '--set: "max_epochs" must be a whole number from 0 to 100000, found "-1" [invalid_config]',
    ],
    [
      ['train', '--set', 'hidden=3'],
      '--set: there is no option "hidden"; did you mean "hidden_size"? [invalid_config]',
    ],
    [['train', '--set', 'rnn_type=cnn'], /^--set: "rnn_type" must be one of rnn, .*, found "cnn" \[invalid_config\]$/],
    [
      ['train', '--kernels', 'cuda'],
      '--kernels: expected one of reference, simd, relaxed, found "cuda" [invalid_argument]',
    ],
    [['train', '--config', 'none.json'], /^--config: cannot read "none.json" as JSON: ENOENT.*\[invalid_config\]$/],
    [['evaluate'], "missing required argument 'file'; see onomast evaluate --help [invalid_argument]"],
    [['check'], "missing required argument 'file'; see onomast check --help [invalid_argument]"],
    [
      ['check', 'a', 'b', 'c', 'd'],
      'check: expected one to three files (train, dev, test), found 4 [invalid_argument]',
    ],
    [
      ['tag', '--format', 'xml', 'Ada'],
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are json, jsonl, conll, text, html; see onomast tag --help [invalid_argument]",
    ],
    [
      ['tag', '--input', 'pdf'],
      /^option '--input <kind>' argument 'pdf' is invalid\. Allowed choices are text, html, markdown, jsonl, csv, conll;/,
    ],
    [['tag', '--offset-unit', 'byte'], /argument 'byte' is invalid\. Allowed choices are utf16, codepoint, utf8;/],
    [['tag', '--threshold', '2', 'Ada'], '--threshold: expected a number from 0 to 1, found "2" [invalid_argument]'],
    [['tag', '--threshold', '', 'Ada'], '--threshold: expected a number from 0 to 1, found "" [invalid_argument]'],
    [['gradcheck', '--seed', '1.5'], '--seed: expected a whole number from 0, found "1.5" [invalid_argument]'],
    [['gradcheck', '--steps', '-1'], '--steps: expected a whole number from 0, found "-1" [invalid_argument]'],
    [['gradcheck', '--precision', 'float16'], '--precision: expected one of float64, float32, found "float16"'],
    [['gradcheck', '--epsilon', '-1'], '--epsilon: expected a number from 0, found "-1" [invalid_argument]'],
    [['gradcheck', '--epsilon', '0'], 'gradcheck: epsilon must be positive, found 0 [invalid_argument]'],
    [
      ['models', 'delete'],
      "too many arguments for 'models'. Expected 0 arguments but got 1; see onomast models --help",
    ],
    [['models', 'activate'], "missing required argument 'model'; see onomast models activate --help"],
    [['serve', '--port', '70000'], '--port: expected a whole number from 0 to 65535, found "70000" [invalid_argument]'],
  ] as [string[], string | RegExp][])('%j', async (args, expected) => {
    const home = newHome();
    const line = failed(await onomast(args, { home }), 2);
    if (typeof expected === 'string') expect(line).toContain(expected);
    else expect(line).toMatch(expected);
    expect(readdirSync(home)).toEqual([]);
  });
});

test.concurrent('PORT from the environment is checked as --port is', async () => {
  const ended = await onomast(['serve'], { home: newHome(), environment: { PORT: 'http' } });
  expect(failed(ended, 2)).toContain('expected a whole number from 0 to 65535, found "http"');
});
