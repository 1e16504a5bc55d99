import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { type Ended, failed, newHome, onomast, succeeded, writeFileBelow } from './helpers.js';

const GLOVE = 'the 0.5 -1 2\nof 2 0.25 -0.5\nparis 1 1 1\noslo 1 1.5 1\n';
const WINK = JSON.stringify({
  dimensions: 3,
  l2NormIndex: 3,
  wordIndex: 4,
  size: 2,
  words: ['the', 'of'],
  vectors: { the: [0.5, -1, 2, 2.291, 0], of: [2, 0.25, -0.5, 2.077, 1] },
});

interface Run extends Ended {
  readonly home: string;
}

/** `onomast vectors in --output out.safetensors …` in a home of its own, where `in` has this content. */
async function vectors(content: string | Uint8Array, ...more: string[]): Promise<Run> {
  const home = newHome();
  writeFileBelow(home, 'in', content);
  return { home, ...(await onomast(['vectors', 'in', '--output', 'out.safetensors', ...more], { home })) };
}

const tableOf = ({ home }: Run) => loadVectorTable(join(home, 'out.safetensors'));
/** What is in the home beside the input. */
const madeBy = ({ home }: Run): string[] => readdirSync(home).filter((name) => name !== 'in');

describe.concurrent('vectors makes a table of', () => {
  test.each([
    ['GloVe', GLOVE],
    ['word2vec', `4 3\n${GLOVE}`],
    ['gzip', gzipSync(GLOVE)],
    ['gzip in two parts', Buffer.concat([gzipSync(GLOVE.slice(0, 20)), gzipSync(GLOVE.slice(20))])],
  ])('%s', async (_, content) => {
    const run = await vectors(content);
    expect(succeeded(run)).toMatch(
      /^out\.safetensors: 4 words, 3 dimensions, 8 bits, 0\.0 MB\nmean cosine of the vectors and what was kept of them: (1\.0+|0\.9999\d)\nit knows \d+\.\d % of the words of the bundled corpus, \d+\.\d % of those in names\n$/,
    );
    const table = tableOf(run);
    expect(table).toMatchObject({ words: ['the', 'of', 'paris', 'oslo'], dimension: 3, bits: 8 });
    expect(table.origin).toEqual({ name: 'in', language: '', license: '', source: '' });
    expect(madeBy(run)).toEqual(['out.safetensors']);
  });

  test('the JSON of winkNLP, with all that is said of it', async () => {
    const origin = ['--language', 'EN', '--name', 'Wink', '--license', 'MIT', '--source', 'https://example.org'];
    const run = await vectors(WINK, ...origin);
    succeeded(run);
    expect(tableOf(run)).toMatchObject({
      words: ['the', 'of'],
      origin: { language: 'en', name: 'Wink', license: 'MIT', source: 'https://example.org' },
    });
  });

  test('the first words, in 4 bits and fewer dimensions, reported as JSON', async () => {
    const run = await vectors(GLOVE, '--words', '3', '--dims', '2', '--bits', '4', '--json');
    const report = JSON.parse(succeeded(run)) as Record<string, unknown>;
    expect(report).toMatchObject({ output: 'out.safetensors', words: 3, dimension: 2, bits: 4, bad: 0, duplicates: 0 });
    expect(report.bytes).toBe(readFileSync(join(run.home, 'out.safetensors')).length);
    expect(report.meanCosine).toBeGreaterThan(0.9);
    expect(report.variance).toBeCloseTo(1, 6); // three points lie in a plane
    expect(report.coverage).toMatchObject({
      words: { known: expect.any(Number) },
      names: { known: expect.any(Number) },
    });
    expect(tableOf(run)).toMatchObject({ words: ['the', 'of', 'paris'], dimension: 2, bits: 4 });
  });

  test('as many dimensions as the file has, left as they are', async () => {
    const [same, given] = await Promise.all([vectors(GLOVE), vectors(GLOVE, '--dims', '3')]);
    expect(succeeded(given)).toBe(succeeded(same));
    expect(tableOf(given).file).toEqual(tableOf(same).file);
  });

  test('words that look like names rather than others', async () => {
    // Names lie at (3, 1), other words at (-1, 1); after the most frequent four, every third is a name.
    const words = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? `Name${i}` : `other${i}`));
    const lines = words.map((word, i) => `${word} ${(i % 3 === 0 ? 3 : -1) + (i % 7) / 20} ${1 + (i % 5) / 20}`);
    const corpus = words.slice(0, 12).flatMap((word, i) => [`${word}\t${i % 3 === 0 ? 'B-PER' : 'O'}`, '']);
    const home = newHome();
    writeFileBelow(home, 'in', `${lines.join('\n')}\n`);
    writeFileBelow(home, 'names.conll', `${corpus.join('\n')}\n`);
    const args = ['vectors', 'in', '--output', 'out.safetensors', '--words', '15', '--like', 'names.conll'];
    succeeded(await onomast(args, { home }));
    const kept = loadVectorTable(join(home, 'out.safetensors')).words;
    const names = kept.filter((word) => word.startsWith('Name'));
    // A name at place n is worth as much as another word at 0.3 n.
    expect(names).toEqual(words.filter((word) => word.startsWith('Name')).slice(0, names.length));
    expect(kept).toHaveLength(15);
    expect(names.length).toBeGreaterThanOrEqual(9);
    expect(kept).toContain('other1');
  });

  test('a directory that is not there yet, and replaces an earlier table', async () => {
    const home = newHome();
    writeFileBelow(home, 'in', GLOVE);
    const args = ['vectors', 'in', '--output', 'new/dir/out', '--words'];
    succeeded(await onomast([...args, '4'], { home }));
    succeeded(await onomast([...args, '2'], { home }));
    expect(loadVectorTable(join(home, 'new/dir/out')).size).toBe(2);
    expect(readdirSync(join(home, 'new/dir'))).toEqual(['out']);
  });
});

describe.concurrent('vectors goes on', () => {
  test('and counts what it leaves out', async () => {
    const run = await vectors(`${GLOVE}the 9 9 9\na b 1 2 3\nrome 1 2\nlima NaN 1 1\n`, '--skip-bad');
    expect(succeeded(run)).toContain(
      '\nleft out: 1 duplicates, 1 words that are empty, too long, no UTF-8 or hold white space, 2 bad lines\n',
    );
    expect(tableOf(run).words).toEqual(['the', 'of', 'paris', 'oslo']);
  });

  test('with a warning if vectors are missing', async () => {
    const { status, stderr } = await vectors(`9 3\n${GLOVE}`);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'onomast: in: its first line claims 9 vectors, it has 4; is it complete?\n',
    });
  });
});

describe.concurrent('vectors fails with one line and makes nothing', () => {
  test.each<[string, string | Uint8Array, string]>([
    [
      'a wrong dimension',
      `${GLOVE}rome 1 2\n`,
      'in:5: expected a word and 3 numbers, as at the beginning of the file, found 2 behind "rome" [malformed_vectors]',
    ],
    [
      'a malformed number',
      `${GLOVE}rome 1 two 3\n`,
      'in:5: expected a finite number behind "rome", found "two" [malformed_vectors]',
    ],
    ['an empty file', '', 'in: expected word vectors, found an empty file [malformed_vectors]'],
    [
      'a zip archive',
      Buffer.from('PK\u0003\u0004\0\0'),
      'in: expected text, found binary data; unpack an archive (.zip, .tgz) and convert the .bin of word2vec or fastText to text first [malformed_vectors]',
    ],
    [
      'an archive in gzip',
      gzipSync(Buffer.from(`package.json${'\0'.repeat(500)}`)),
      'in: expected text, found binary data; unpack an archive',
    ],
    [
      'gzip that is cut off',
      gzipSync(GLOVE.repeat(50)).subarray(0, 60),
      'in: expected whole gzip data, found: unexpected end of file [malformed_vectors]',
    ],
    [
      'gzip that is damaged',
      Buffer.concat([gzipSync(GLOVE).subarray(0, 10), Buffer.alloc(50, 255)]),
      'in: expected whole gzip data, found: ',
    ],
    [
      'an annotated corpus',
      'the\tO\nParis\tB-LOC\n',
      'in:1: expected a finite number behind "the", found "O" [malformed_vectors]',
    ],
    [
      'words that cannot be used',
      'a b 1\n',
      'in:1: expected a finite number behind "a", found "b" [malformed_vectors]',
    ],
    [
      'no word that can be used',
      `1 1\n${'x'.repeat(101)} 1\n`,
      'in: expected at least one word vector that can be used, found none [malformed_vectors]',
    ],
    [
      'JSON that is cut off',
      WINK.slice(0, -20),
      'in: entry 2: expected the end of the JSON object, found the end of the file; it is cut off [malformed_vectors]',
    ],
    [
      'other JSON',
      '{"name":"x","version":"1"}',
      'in: expected at least one word vector under "vectors", found none [malformed_vectors]',
    ],
  ])('of %s', async (_, content, message) => {
    const run = await vectors(content);
    expect(failed(run, 1)).toContain(message);
    expect(madeBy(run)).toEqual([]);
  });

  test.each<[string[], string]>([
    [['--words', '0'], '--words: expected a whole number from 1 to 10000000, found "0" [invalid_argument]'],
    [['--words', '-5'], '--words: expected a whole number from 1 to 10000000, found "-5" [invalid_argument]'],
    [['--words', '1e3'], '--words: expected a whole number from 1 to 10000000, found "1e3" [invalid_argument]'],
    [['--dims', '0'], '--dims: expected a whole number from 1, found "0" [invalid_argument]'],
    [['--dims', '1025'], '--dims: expected a whole number from 1 to 1024, found 1025 [invalid_argument]'],
    [['--dims', '4'], '--dims: expected at most the 3 of the file, found 4 [invalid_argument]'],
    [['--bits', '16'], '--bits: expected one of 8, 4, found "16" [invalid_argument]'],
    [
      ['--language', 'en_US'],
      '--language: expected a language tag such as en or pt-BR, found "en_US" [invalid_argument]',
    ],
  ])('called with %j', async (options, message) => {
    const run = await vectors(GLOVE, ...options);
    expect(failed(run, 2)).toBe(message);
    expect(madeBy(run)).toEqual([]);
  });

  test('of files that are not there or directories', async () => {
    const home = newHome();
    const fail = async (...args: string[]) => failed(await onomast(['vectors', ...args], { home }), 1);
    expect(await fail('none.txt', '--output', 'out')).toBe('none.txt: expected a file, found none [not_found]');
    expect(await fail('.', '--output', 'out')).toBe('.: expected a file, found a directory [io_error]');
    writeFileBelow(home, 'in', GLOVE);
    expect(await fail('in', '--output', 'out', '--like', 'none.conll')).toBe(
      'none.conll: expected a file, found none [not_found]',
    );
    expect(await fail('in/below', '--output', 'out')).toMatch(/^in\/below: cannot be read: ENOTDIR.* \[io_error\]$/);
    expect(readdirSync(home)).toEqual(['in']);
  });

  test.each([[[]], [['--output', '']]])('called with %j, without an output', async (options) => {
    const ended = await onomast(['vectors', 'in', ...options], { home: newHome() });
    expect(failed(ended, 2)).toBe(
      '--output: expected the file to write, found none; see onomast vectors --help [invalid_argument]',
    );
  });

  test('rather than overwrite something else', async () => {
    const home = newHome();
    writeFileBelow(home, 'in', GLOVE);
    writeFileBelow(home, 'notes.txt', 'mine');
    writeFileBelow(home, 'empty', '');
    mkdirSync(join(home, 'dir'));
    for (const output of ['notes.txt', 'in', 'empty', 'dir']) {
      expect(failed(await onomast(['vectors', 'in', '--output', output], { home }), 1)).toBe(
        `${output}: expected a new file or a table of vectors, found something else; nothing was overwritten [io_error]`,
      );
    }
    expect(failed(await onomast(['vectors', 'in', '--output', 'notes.txt/out'], { home }), 1)).toMatch(
      /^notes\.txt\/out: cannot be written: ENOTDIR.* \[io_error\]$/,
    );
    expect(readFileSync(join(home, 'notes.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(home, 'in'), 'utf8')).toBe(GLOVE);
  });

  test('of sentences without names', async () => {
    const home = newHome();
    writeFileBelow(home, 'in', GLOVE);
    writeFileBelow(home, 'none.conll', 'the\tO\nof\tO\n');
    const ended = await onomast(['vectors', 'in', '--output', 'out', '--like', 'none.conll'], { home });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    // The ledger of the corpus says before it that there is no name.
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
      'onomast: --like: expected sentences with words inside and outside names, found 2 words with vectors, none of them names [empty_corpus]',
    );
  });

  test('of a pipe that would have to be read twice', async () => {
    const home = newHome();
    execFileSync('mkfifo', [join(home, 'pipe')]);
    writeFileSync(join(home, 'names.conll'), 'Paris\tB-LOC\n');
    const ended = await onomast(['vectors', 'pipe', '--output', 'out', '--like', 'names.conll'], { home });
    expect(failed(ended, 2)).toBe(
      '--like: expected a file that can be read twice, found the pipe "pipe" [invalid_argument]',
    );
  });
});

describe.concurrent('vectors train learns a table from text', () => {
  /** Two topics whose words never meet in a line. */
  const TEXT = Array.from({ length: 400 }, (_, i) =>
    i % 2 === 0
      ? ['Rain', 'wind', 'snow', 'frost', `cloud${i % 7}`].map((_, k, all) => all[(k + i) % 5]).join(' ')
      : ['goal', 'match', 'team', 'Coach', `league${i % 7}`].map((_, k, all) => all[(k + i) % 5]).join(' '),
  ).join('.\n');

  /** Digits would all be read as 0. */
  const ONCE = Array.from(
    { length: 1500 },
    (_, i) => `w${'abcdefghij'[i % 10]}${'x'.repeat((i / 10) % 30)}${'y'.repeat(i / 300)}`,
  ).join('\n');

  async function trained(content: string, ...more: string[]): Promise<Run> {
    const home = newHome();
    writeFileBelow(home, 'in', content);
    const args = ['vectors', 'train', 'in', '--output', 'out.safetensors', '--dims', '8', '--epochs', '3'];
    return { home, ...(await onomast([...args, ...more], { home })) };
  }

  test('with a report, in the form that words are looked for, and the same bytes for the same seed', async () => {
    const [run, again, other] = await Promise.all([trained(TEXT), trained(TEXT), trained(TEXT, '--seed', '1')]);
    expect(succeeded(run)).toMatch(
      /^out\.safetensors: \d+ words, 8 dimensions, 8 bits, 0\.0 MB\nlearned from \d+ words of text, 3 times over, in \d+\.\d s \([\d.]+k? words\/s, \d+ threads?\); loss \d\.\d{3}\n/,
    );
    const table = tableOf(run);
    expect(table.words).toContain('rain');
    expect(table.id('Rain')).toBe(table.id('rain'));
    expect(table.words).not.toContain('Coach');
    expect(table.origin.name).toBe('in');
    expect(tableOf(again).file).toEqual(table.file);
    expect(tableOf(other).file).not.toEqual(table.file);
    expect(madeBy(run)).toEqual(['out.safetensors']);
  });

  test('that knows rare words by their n-grams, and only learned ones without n-grams', async () => {
    const text = `${TEXT}\nThe rainstorm came.`;
    const [withParts, without] = await Promise.all([trained(text), trained(text, '--buckets', '0')]);
    expect(tableOf(withParts).id('rainstorm')).toBeGreaterThanOrEqual(0);
    expect(succeeded(withParts)).toMatch(/\d+ words are too rare to be learned themselves/);
    expect(tableOf(without).id('rainstorm')).toBe(-1);
    succeeded(without);
  });

  test('and says all of it as JSON', async () => {
    const run = await trained(TEXT, '--json', '--words', '5', '--bits', '4', '--language', 'pt', '--name', 'Mine');
    expect(JSON.parse(succeeded(run))).toMatchObject({ words: 5, dimension: 8, bits: 4, epochs: 3 });
    expect(tableOf(run).origin).toMatchObject({ language: 'pt', name: 'Mine' });
  });

  test.each([
    ['a text of a few words', 'One line.\n', [], 1, /^in: expected at least 1000 words of text/],
    ['words that occur once', ONCE, [], 1, /found 1500 words, 0 of them/],
    ['lines of one word each', 'one\n'.repeat(800) + 'two\n'.repeat(800), [], 1, /expected sentences of several words/],
    ['no output', TEXT, ['--output', ''], 2, /^--output: expected the file to write/],
    ['a directory as output', TEXT, ['--output', '.'], 1, /expected a new file or a table of vectors/],
    ['no number', TEXT, ['--epochs', 'many'], 2, /--epochs/],
    ['an empty file', '', [], 1, /^in: expected/],
    ['too many dimensions', TEXT, ['--dims', '5000'], 2, /^--dims: expected a whole number from 1 to 1024, found 5000/],
    ['a file that is not there', TEXT, ['none.txt'], 1, /none\.txt: expected a file, found none/],
  ])('but not from %s', async (_, content, more, status, expected) => {
    const run = await trained(content, ...more);
    expect(failed(run, status)).toMatch(expected);
    expect(madeBy(run)).toEqual([]);
  });
});
