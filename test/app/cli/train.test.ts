import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRegistry } from '#app/store/registry.js';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { RECIPES } from '#training/config/recipes.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import {
  corpusText,
  databaseOf,
  type Ended,
  failed,
  newHome,
  onomast,
  PROJECT,
  SMALL,
  SMALL_SETTINGS,
  settings,
  succeeded,
  TINY_NETWORK,
  writeFileBelow,
} from './helpers.js';

const MODEL_FILES = ['config.json', 'meta.json', 'vocab.json', 'weights.safetensors'];
const MODEL_FILES_WITH_VECTORS = [...MODEL_FILES, 'vectors.safetensors'].sort();

/** What a corpus of few sentences without vectors gets. */
const SPELLING_REMARK =
  'Recipe: names --set batch_size=8 --set affix_dimension=24 --set shape_dimension=16 --set dropout=0.3 --set case_augmentation=0.05 (--recipe auto).';

const corpusHome = (sentences = 60): string => {
  const home = newHome();
  writeFileBelow(home, 'train.conll', corpusText(sentences));
  writeFileBelow(home, 'dev.conll', corpusText(9, 100));
  writeFileBelow(home, 'test.conll', corpusText(6, 200));
  return home;
};
/** With a tenth set apart; folds are in tests of their own. */
const train = (home: string, ...args: string[]): Promise<Ended> =>
  onomast(['train', '--train', 'train.conll', '--folds', '0', ...SMALL, ...args], { home });
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));
const sha256 = (...path: string[]): string =>
  createHash('sha256')
    .update(readFileSync(join(...path)))
    .digest('hex');

describe.concurrent('what is printed', () => {
  test('with --json: one object a line, and nothing else anywhere', async () => {
    const home = corpusHome();
    const [start, ...rest] = jsonLines(succeeded(await train(home, '--json')));
    const done = rest.pop();
    expect(start).toEqual({
      type: 'start',
      run: expect.stringMatching(/^r_[0-9a-f]{8}$/),
      output: join(home, 'models', 'train'),
      sentences: { train: 54, dev: 6, test: 0 }, // a tenth set apart
      labels: ['LOC', 'ORG', 'PER'],
      parameters: expect.any(Number),
      resumed_at_epoch: null,
    });
    expect(rest).toMatchObject([
      { type: 'epoch', epoch: 1, step: 54, is_best: true, dev: { overall_f1: expect.any(Number) } },
      { type: 'epoch', epoch: 2, step: 108, tokens: rest[0].tokens, seconds_left: 0 },
    ]);
    expect(done).toMatchObject({
      type: 'done',
      run: start.run,
      output: start.output,
      version: 1,
      epochs: 2,
      stopped: 'max_epochs',
      weights_sha256: sha256(home, 'models', 'train', 'weights.safetensors'),
      dev: { overall_f1: expect.any(Number), PER: { number: expect.any(Number) } },
      test: null,
    });
  });

  test('with --quiet: the result alone', async () => {
    const home = corpusHome();
    const result = succeeded(await train(home, '--quiet', '--dev', 'dev.conll', '--test', 'test.conll'));
    expect(result).toMatch(/^Best epoch \d of 2 \(all epochs done\)/);
    expect(result).toMatch(/\nDev\. Entity-level scores.*\n9 sentences, 63 tokens\n/s);
    expect(result).toMatch(/\nTest\. Entity-level scores.*\n6 sentences, 42 tokens\n/s);
    expect(result).toContain(`\nModel ${join(home, 'models', 'train')} (version 1), weights SHA-256 `);
  });

  test('else: the result on stdout, a table on stderr, no bar where there is no terminal', async () => {
    const { status, stdout, stderr } = await train(corpusHome());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Best epoch/);
    const lines = stderr.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'no pretrained vectors',
      SPELLING_REMARK,
      expect.stringMatching(/^Why: without pretrained word vectors .* 54 sentences with \d+ names, in small steps\.$/),
      expect.stringMatching(/^54 sentences to train on, 6 dev; labels LOC ORG PER; [\d.]+k parameters$/),
    ]);
    expect(lines[5]).toBe('  E       #      LOSS  ENTS_F  ENTS_P  ENTS_R     TOK/S    TIME');
    expect(lines.slice(7, 9)).toEqual([expect.stringMatching(/^ {2}1 .* \*$/), expect.stringMatching(/^ {2}2 /)]);
    expect(stderr).not.toMatch(/[\r\x1b]/);
  });
});

describe.concurrent('settings', () => {
  test('--set beats --config, which beats the recipe; --seed beats both', async () => {
    const home = corpusHome();
    const config = { vectors: 'none', max_epochs: 1, hidden_size: 8, patience: 3, seed: 5 };
    writeFileBelow(home, 'a.json', JSON.stringify(config));
    const recipe = ['--recipe', 'tiny', '--config', 'a.json', '--set', 'hidden_size=12'];
    const args = ['train', '--train', 'train.conll', '--quiet', ...recipe];
    succeeded(await onomast([...args, '--output', 'a'], { home }));
    expect(json(home, 'a', 'config.json')).toMatchObject({
      model: { hidden_size: 12, rnn_type: 'rnn' },
      training: { max_epochs: 1, patience: 3, batch_size: RECIPES.tiny.options.batch_size },
    });
    expect(json(home, 'a', 'meta.json').seed).toBe(5);
    succeeded(await onomast([...args, '--output', 'b', '--set', 'seed=6'], { home }));
    expect(json(home, 'b', 'meta.json').seed).toBe(6);
    succeeded(await onomast([...args, '--output', 'c', '--set', 'seed=6', '--seed', '7'], { home }));
    expect(json(home, 'c', 'meta.json').seed).toBe(7);
  });

  test('come from standard input with --config -', async () => {
    const home = corpusHome();
    const args = ['train', '--train', 'train.conll', '--quiet', '--output', 'a', '--config', '-'];
    succeeded(await onomast(args, { home, input: JSON.stringify({ ...SMALL_SETTINGS, hidden_size: 9 }) }));
    expect(json(home, 'a', 'config.json').model.hidden_size).toBe(9);
  });

  test.each([
    ['[1]', '--config: expected a JSON object in "a.json" [invalid_config]'],
    ['{', /^--config: cannot read "a\.json" as JSON: .* \[invalid_config\]$/],
    ['{"hidden":3}', '--set or a.json: there is no option "hidden"; did you mean "hidden_size"? [invalid_config]'],
  ])('in a file that holds %s are refused', async (content, expected) => {
    const home = corpusHome();
    writeFileBelow(home, 'a.json', content);
    expect(failed(await train(home, '--config', 'a.json'), 2)).toMatch(expected);
  });
});

describe.concurrent('unlabelled text', () => {
  const remarksOf = ({ status, stderr }: Ended): string[] => {
    expect(status).toBe(0);
    return stderr.split('\n').filter((line) => /network learns|--unlabelled/.test(line));
  };
  /** Sentences like those of the corpus, as people would write them. */
  const MORE = Array.from(
    { length: 120 },
    (_, i) => `${['Ana', 'Bo', 'Teddy'][i % 3]} met number ${i} in ${['Oslo', 'Rome'][i % 2]}.`,
  );
  const args = ['--dev', 'dev.conll', '--output', 'mine', '--unlabelled', 'more.txt', ...settings({ max_epochs: 2 })];

  test('is tagged by a first network, and what it is sure of is learned by a second', async () => {
    const home = corpusHome(60);
    writeFileBelow(home, 'more.txt', MORE.join('\n'));
    const run = await train(home, ...args);
    expect(remarksOf(run)).toEqual([
      'A first network learns to tag the unlabelled text:',
      expect.stringMatching(
        /^It makes F1 \d+\.\d+ on dev, and is sure of \d+ unlabelled sentences? with \d+ names?\. A second network/,
      ),
    ]);
    const sure = Number(/sure of (\d+)/.exec(run.stderr)?.[1]);
    expect(run.stderr).toContain(`\n${4 * 60 + sure} sentences to train on`);
    expect(readdirSync(home)).not.toContain('mine.teacher');
    const weights = sha256(home, 'mine', 'weights.safetensors');
    await train(home, ...args, '--workers', '1');
    expect(sha256(home, 'mine', 'weights.safetensors')).toBe(weights);
  });

  test.each([
    ['of which every sentence is known', 'Ana met Bo .', []],
    ['of two lines', 'One line.\nAnother line here.\n', []],
    ['in another language', '昨日彼は東京へ行った。\n'.repeat(30), []],
  ])('%s does no harm', async (_, text) => {
    const home = corpusHome(60);
    writeFileBelow(home, 'more.txt', text);
    expect(remarksOf(await train(home, ...args))).toHaveLength(2);
  });

  test('that is of no use is said to be', async () => {
    const home = corpusHome(60);
    writeFileBelow(home, 'more.txt', MORE.join('\n'));
    const folded = ['--unlabelled', 'more.txt', '--folds', '2', '--output', 'mine', ...settings({ max_epochs: 1 })];
    expect(remarksOf(await train(home, ...folded))).toEqual([
      expect.stringContaining('--unlabelled: not used, since folds judge the training; name a --dev file'),
    ]);
  });

  test('that is no text is refused, and nothing is kept', async () => {
    const home = corpusHome(60);
    writeFileBelow(home, 'more.txt', Buffer.from([0x4a, 0xe9, 0x0a]));
    expect(failed(await train(home, ...args, '--quiet'), 1)).toMatch(/^more\.txt:1: expected UTF-8/);
    expect(readdirSync(home)).not.toContain('mine');
    expect(readdirSync(home)).not.toContain('mine.teacher');
  });
});

describe.concurrent('pretrained vectors', () => {
  const isNotice = (line: string): boolean =>
    /word vectors are|pretrained vectors|learned vectors|--recipe|^Why: /.test(line);
  const noticesOf = ({ status, stderr }: Ended): string[] => {
    expect(status).toBe(0);
    return stderr.split('\n').filter(isNotice);
  };
  const byDefault = settings({ ...SMALL_SETTINGS, vectors: 'auto' });

  test('are the English ones by default: told, and a part of the model', async () => {
    const home = corpusHome();
    const args = ['train', '--train', 'train.conll', '--output', 'mine', ...byDefault];
    expect(noticesOf(await onomast(args, { home }))[0]).toMatch(
      /^pretrained vectors: GloVe\b.*, \d+ words; they know \d+\.\d % of the words \(\d+ of \d+\)$/,
    );
    expect(readdirSync(join(home, 'mine')).sort()).toEqual(MODEL_FILES_WITH_VECTORS);
    const english = sha256(PROJECT, 'data', 'vectors', 'en.safetensors');
    expect(sha256(home, 'mine', 'vectors.safetensors')).toBe(english);
    expect(json(home, 'mine', 'meta.json')).toMatchObject({ vectors_sha256: english, vectors: { language: 'en' } });
  });

  test('are those of --vectors, and the model carries them along', async () => {
    const home = corpusHome();
    writeFileBelow(home, 'tiny.safetensors', TINY_VECTORS.file);
    const args = ['--vectors', 'tiny.safetensors', '--output', 'mine'];
    expect(noticesOf(await train(home, ...args))[0]).toMatch(/^pretrained vectors: tiny, 7 words; they know /);
    expect(readFileSync(join(home, 'mine', 'vectors.safetensors'))).toEqual(Buffer.from(TINY_VECTORS.file));
    rmSync(join(home, 'tiny.safetensors'));
    const tagged = succeeded(await onomast(['tag', '--model', 'mine', '--format', 'conll', 'Ana met Oslo'], { home }));
    expect(tagged.split('\n').map((line) => line.split(' ')[0])).toEqual(['Ana', 'met', 'Oslo', '', '']);
  });

  test('are learned on, unless they are frozen', async () => {
    const home = corpusHome();
    writeFileBelow(home, 'tiny.safetensors', TINY_VECTORS.file);
    const changed = async (...args: string[]): Promise<boolean> => {
      succeeded(await train(home, '--vectors', 'tiny.safetensors', '--output', 'mine', '--quiet', ...args));
      return readFileSync(join(home, 'mine', 'weights.safetensors')).includes('embedding.change');
    };
    expect(await changed('--recipe', 'names')).toBe(true);
    expect(await changed('--recipe', 'names', '--set', 'fine_tune_vectors=false')).toBe(false);
    expect(await changed()).toBe(false); // of few sentences
  });

  test('are learned from the text itself where none fit, told, and the same for the same seed', async () => {
    const home = corpusHome(300);
    const own = async (output: string, ...args: string[]): Promise<readonly [string[], string]> => {
      const trained = await train(home, '--vectors', 'own', '--set', 'max_epochs=1', '--output', output, ...args);
      return [noticesOf(trained), sha256(home, output, 'vectors.safetensors')];
    };
    const [notices, first] = await own('a');
    expect(notices).toEqual([
      'word vectors are learned from the text itself',
      SPELLING_REMARK,
      expect.stringMatching(/^Why: /),
      expect.stringMatching(/^learned vectors of \d+ words from \d+ words of text, 60 times over, in \d+\.\d s$/),
    ]);
    expect(json(home, 'a', 'meta.json')).toMatchObject({ vectors: { name: 'learned from train.conll' } });
    expect((await own('b', '--workers', '1'))[1]).toBe(first);
    expect((await own('c', '--seed', '1'))[1]).not.toBe(first);
  });

  test('know the words of --unlabelled text too', async () => {
    const home = corpusHome(300);
    writeFileBelow(home, 'more.txt', 'Zanzibar and Mombasa lie by the sea.\n'.repeat(50));
    const args = [
      '--vectors',
      'own',
      '--unlabelled',
      'more.txt',
      '--set',
      'max_epochs=1',
      '--output',
      'mine',
      '--quiet',
    ];
    succeeded(await train(home, ...args));
    const table = loadVectorTable(join(home, 'mine', 'vectors.safetensors'));
    expect(table.words).toEqual(expect.arrayContaining(['zanzibar', 'mombasa']));
    expect(table.origin.name).toBe('learned from train.conll and more.txt');
    expect(failed(await train(home, '--vectors', 'own', '--unlabelled', 'none.txt', '--quiet'), 1)).toBe(
      'none.txt: expected a file, found none [not_found]',
    );
  });

  test('that are not there or are none are refused', async () => {
    const home = corpusHome();
    expect(failed(await train(home, '--vectors', 'nowhere', '--quiet'), 1)).toMatch(
      /^nowhere: expected a file, found none \[not_found\]$/,
    );
    expect(failed(await train(home, '--vectors', 'dev.conll', '--quiet'), 1)).toMatch(
      /^dev\.conll: .* \[damaged_model\]$/,
    );
    expect(readdirSync(home).sort()).toEqual(['dev.conll', 'test.conll', 'train.conll']);
  });

  test.each([
    ['few sentences', 60, [], ['no pretrained vectors', SPELLING_REMARK, expect.stringMatching(/^Why: /)]],
    ['few sentences and that recipe', 60, ['--recipe', 'tiny'], ['no pretrained vectors']],
    [
      'many sentences',
      2300,
      ['--set', 'max_epochs=1'],
      [
        'no pretrained vectors',
        'Recipe: accurate --set affix_dimension=24 --set word_dimension=64 --set crf=true --set learn_rate=0.003 (--recipe auto).',
        expect.stringMatching(/^Why: .* of 2070 sentences /),
      ],
    ],
    ['--quiet', 60, ['--quiet'], []],
    ['--json', 60, ['--json'], []],
  ])('the notices with %s', async (_, sentences, args, expected) => {
    expect(noticesOf(await train(corpusHome(sentences), ...args))).toEqual(expected);
  });
});

describe.concurrent('the same bytes', () => {
  test('for the same seed, however many workers; others for another seed', async () => {
    const home = corpusHome();
    const weightsOf = async (output: string, ...args: string[]): Promise<Buffer> => {
      succeeded(await train(home, '--quiet', '--output', output, ...args));
      return readFileSync(join(home, output, 'weights.safetensors'));
    };
    const first = await weightsOf('a', '--workers', '1');
    expect(first.equals(await weightsOf('b', '--workers', '1'))).toBe(true);
    expect(first.equals(await weightsOf('c', '--workers', '2', '--seed', '0'))).toBe(true);
    expect(first.equals(await weightsOf('d', '--seed', '1'))).toBe(false);
  });
});

describe.concurrent('the model directory', () => {
  test('is complete, and its hashes hold', async () => {
    const home = corpusHome();
    succeeded(await train(home, '--quiet', '--dev', 'dev.conll', '--test', 'test.conll', '--output', 'deep/er/mine'));
    const output = join(home, 'deep', 'er', 'mine');
    expect(readdirSync(output).sort()).toEqual(MODEL_FILES);
    expect(readdirSync(join(output, '..'))).toEqual(['mine']);
    const meta = json(output, 'meta.json');
    expect(meta).toMatchObject({
      name: 'mine',
      labels: ['LOC', 'ORG', 'PER'],
      seed: 0,
      sources: [
        { role: 'train', name: 'train.conll', sentences: 60 },
        { role: 'dev', name: 'dev.conll', sentences: 9 },
        { role: 'test', name: 'test.conll', sentences: 6 },
      ],
      performance: { dev: { overall_f1: expect.any(Number) }, test: { overall_f1: expect.any(Number) } },
      config_sha256: sha256(output, 'config.json'),
      vocab_sha256: sha256(output, 'vocab.json'),
      weights_sha256: sha256(output, 'weights.safetensors'),
    });
    expect(meta.data_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is models/NAME, then models/NAME-2, as versions 1 and 2 of NAME', async () => {
    const home = corpusHome();
    for (let i = 0; i < 2; i++) succeeded(await train(home, '--quiet'));
    expect(readdirSync(join(home, 'models')).sort()).toEqual(['train', 'train-2']);
    const registry = openRegistry(databaseOf(home), { homeDirectory: home });
    const models = registry.models.list().map(({ name, version, path }) => [name, version, path]);
    registry.close();
    expect(models).toEqual([
      ['train', 2, join(home, 'models', 'train-2')],
      ['train', 1, join(home, 'models', 'train')],
    ]);
  });

  test('replaces the model that --output names, and keeps the earlier version beside it', async () => {
    const home = corpusHome();
    succeeded(await train(home, '--quiet', '--output', 'mine'));
    const before = sha256(home, 'mine', 'weights.safetensors');
    succeeded(await train(home, '--quiet', '--output', 'mine', '--seed', '1'));
    expect(sha256(home, 'mine', 'weights.safetensors')).not.toBe(before);
    expect(readdirSync(join(home, 'mine')).sort()).toEqual(MODEL_FILES);
    expect(readdirSync(home).sort()).toEqual([
      'data',
      'dev.conll',
      'mine',
      'mine.versions',
      'test.conll',
      'train.conll',
    ]);
    expect(readdirSync(join(home, 'mine.versions'))).toEqual([expect.stringContaining(before.slice(0, 8))]);
    const list = JSON.parse(succeeded(await onomast(['models', '--json'], { home })));
    expect(list.map(({ id, version }: Record<string, unknown>) => [id, version])).toEqual([
      ['mine', 2],
      ['mine', 1],
    ]);
    expect(list.filter(({ active }: Record<string, unknown>) => active)).toHaveLength(1);
  });

  test('is refused where something else is', async () => {
    const home = corpusHome();
    mkdirSync(join(home, 'thesis'));
    writeFileBelow(home, 'thesis/chapter.txt', 'years of work');
    const refused = await train(home, '--quiet', '--output', 'thesis');
    expect(failed(refused, 1)).toMatch(/thesis: expected a new or empty directory or a model, .* \[io_error\]$/);
    expect(readdirSync(join(home, 'thesis'))).toEqual(['chapter.txt']);
    expect(failed(await train(home, '--quiet', '--output', 'train.conll'), 1)).toContain('[io_error]');
  });

  test.each(['train.conll/mine', 'train.conll/below/mine', '/proc/onomast/mine'])(
    'is refused at %s, which cannot be written',
    async (output) => {
      const home = corpusHome();
      expect(failed(await train(home, '--quiet', '--output', output), 1)).toMatch(
        /: cannot (make|write into) this directory: E[A-Z]+: .* \[io_error\]$/,
      );
      expect(readdirSync(home).sort()).toEqual(['data', 'dev.conll', 'test.conll', 'train.conll']);
    },
  );
});

test.concurrent('a run and its epochs are recorded', async () => {
  const home = corpusHome();
  succeeded(await train(home, '--quiet', '--seed', '3'));
  const registry = openRegistry(databaseOf(home), { homeDirectory: home });
  const [summary] = registry.runs.list();
  const run = registry.runs.get(summary.id);
  registry.close();
  expect(run).toMatchObject({
    status: 'finished',
    seed: 3,
    output: join(home, 'models', 'train'),
    config: { hidden_size: 16, max_epochs: 2 },
    modelName: 'train',
    modelVersion: 1,
    epochs: [
      { epoch: 1, step: 54, loss: expect.any(Number), devF1: expect.any(Number) },
      { epoch: 2, step: 108 },
    ],
  });
});

describe.concurrent('training data', () => {
  test('of several files are one; repeated sentences never come into both parts', async () => {
    const home = corpusHome();
    writeFileBelow(home, 'again.conll', corpusText(60));
    const args = ['train', '--train', 'train.conll', 'again.conll', '--folds', '0', '--json', ...SMALL];
    const [start] = jsonLines(succeeded(await onomast(args, { home })));
    const { train: trained, dev } = start.sentences as Record<string, number>;
    expect(trained + dev).toBe(120);
    expect([trained % 2, dev % 2]).toEqual([0, 0]);
  });

  test.each([
    ['Universal NER', unerText(), 'universal-ner'],
    ['JSON lines', jsonlText(60), 'jsonl'],
    ['inline text', inlineText(30), 'inline'],
    ['CRLF and a byte order mark', `\uFEFF${corpusText(60).replaceAll('\n', '\r\n')}`, 'conll'],
  ])('may be %s', async (_, content, format) => {
    const home = newHome();
    writeFileBelow(home, 'corpus', content);
    const ended = await onomast(['train', '--train', 'corpus', '--quiet', '--output', 'm', ...SMALL], { home });
    succeeded(ended);
    expect(succeeded(await onomast(['check', 'corpus'], { home }))).toContain(`✔ corpus: ${format}`);
    expect(json(home, 'm', 'meta.json').labels).toContain('PER');
  });

  test('with spans that cut words in two are told of, and so are repaired tags', async () => {
    const home = newHome();
    const cut = JSON.stringify({ text: 'Annabel came to Oslo.', entities: [[0, 3, 'PER']] });
    writeFileBelow(home, 'cut.jsonl', `${jsonlText(20)}${cut}\n`);
    const trained = await onomast(['train', '--train', 'cut.jsonl', '--quiet', ...SMALL], { home });
    expect(trained).toMatchObject({
      status: 0,
      stderr: 'onomast: cut.jsonl: 1 spans do not meet token edges; `onomast check` lists them\n',
    });
    const checked = succeeded(await onomast(['check', 'cut.jsonl'], { home }));
    expect(checked).toContain('cut.jsonl:21: PER from 0 to 3 ("Ann") cut; use 0 to 7 ("Annabel")');

    writeFileBelow(home, 'odd.conll', `${corpusText(30)}Ana B-PER\nSouza I-LOC\n`.replaceAll(' ', '\t'));
    const repaired = await onomast(['train', '--train', 'odd.conll', '--quiet', ...SMALL], { home });
    expect(repaired).toMatchObject({
      status: 0,
      stderr: 'onomast: odd.conll: repaired 1 tags; `onomast check` lists them\n',
    });
  });

  test.each([
    ['none', undefined, 'corpus: expected a file, found none [not_found]'],
    ['an empty file', '', 'corpus: expected at least one sentence, found an empty file [empty_corpus]'],
    [
      'no name',
      'Nobody O\ncame O\n\nNo O\n\nNone O\n',
      /^corpus: expected sentences with names, found 3 sentences with the tag O throughout \[empty_corpus\]$/,
    ],
    [
      'C17: one sentence',
      'Ana B-PER\ncame O\n',
      /^corpus: expected at least two sentences, or sentences to stop early by with --dev, found one sentence \[empty_corpus\]$/,
    ],
    ['C17: one sentence, three times', 'Ana B-PER\n\nAna B-PER\n\nAna B-PER\n', /found one sentence, 3 times \[/],
    [
      'C17: one sentence without a name',
      'Nobody O\n',
      /found one sentence with the tag O throughout \[empty_corpus\]$/,
    ],
    ['C17: two sentences, all O', 'No O\n\nNone O\n', /found 2 sentences with the tag O throughout \[empty_corpus\]$/],
    ['one column', 'Ana\nmet\n', 'corpus:1: expected at least 2 columns (word and tag), found 1 ("Ana")'],
    [
      'Latin-1',
      Buffer.from('Jos\xe9 B-PER\n', 'latin1'),
      /^corpus:1: expected UTF-8, found byte 0xE9 .* \[not_utf8\]$/,
    ],
    ['a NUL', 'Ana\0 B-PER\n', /^corpus:1: expected text, found a NUL character; .* \[malformed_corpus\]$/],
  ])('with %s are refused', async (_, content, expected) => {
    const home = newHome();
    if (content !== undefined) writeFileBelow(home, 'corpus', content);
    const line = failed(await onomast(['train', '--train', 'corpus', '--quiet', ...SMALL], { home }), 1);
    if (typeof expected === 'string') expect(line).toContain(expected);
    else expect(line).toMatch(expected);
  });

  test('that are a single sentence leave none for dev', async () => {
    const home = newHome();
    writeFileBelow(home, 'one.conll', 'Ana B-PER\n');
    const ended = await onomast(['train', '--train', 'one.conll', '--quiet', ...SMALL], { home });
    expect(failed(ended, 1)).toContain('[empty_corpus]');
  });
});

function unerText(): string {
  const rows = corpusText(60)
    .trimEnd()
    .split('\n\n')
    .map((sentence, i) => {
      const lines = sentence.split('\n').map((line, t) => `${t + 1}\t${line}\t-\tann`);
      return `# sent_id = ${i}\n${lines.join('\n')}\n`;
    });
  return `${rows.join('\n')}\n`;
}

function inlineText(count: number): string {
  return Array.from({ length: count }, (_, i) => `[Ana Souza|PER] met ${i} people in [Oslo|LOC].\n`).join('');
}

function jsonlText(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ text: `Ana Souza met ${i} people.`, entities: [[0, 9, 'PER']] })}\n`,
  ).join('');
}

test.concurrent('settings of the network decide what is built', async () => {
  const home = corpusHome();
  const args = ['train', '--train', 'train.conll', '--quiet', '--output', 'm'];
  const lstm = settings({ ...TINY_NETWORK, max_epochs: 1, rnn_type: 'lstm', hidden_size: 5, layers: 2 });
  succeeded(await onomast([...args, ...lstm], { home }));
  const header = readFileSync(join(home, 'm', 'weights.safetensors'));
  const tensors = JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE(0))).toString());
  expect(tensors['rnn.weight_hh_l1'].shape).toEqual([20, 5]);
});
