import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  corpusText,
  type Ended,
  failed,
  MAIN,
  newHome,
  onomast,
  type RunOptions,
  sharedHome,
  succeeded,
  trainTiny,
} from './helpers.js';

const home = sharedHome(trainTiny);
const tag = (args: readonly string[], options: Omit<RunOptions, 'home'> = {}): Promise<Ended> =>
  onomast(['tag', ...args], { home: home(), ...options });

const TEXT = 'Ana Souza met number 3 in Oslo. Nobody saw Wei on day 8';
const MARKED = '[Ana Souza|PER] met number 3 in [Oslo|LOC]. Nobody saw [Wei|PER] on day 8\n';

describe.concurrent('texts as arguments', () => {
  test('are printed with their names marked, each on its own line', async () => {
    expect(succeeded(await tag([TEXT, 'Nobody saw [Wei]', '']))).toBe(`${MARKED}Nobody saw \\[[Wei|PER]\\]\n\n`);
  });

  test('--format json is the answer of the server, to the key', async () => {
    const body = JSON.parse(succeeded(await tag(['--format', 'json', TEXT])));
    expect(body).toEqual({
      model: { id: 'tiny', version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      offset_unit: 'utf16',
      text_length: TEXT.length,
      entities: [
        entity({ text: 'Ana Souza', label: 'PER', start: 0, end: 9, token_start: 0, token_end: 2 }),
        entity({ text: 'Oslo', label: 'LOC', start: 26, end: 30, token_start: 6, token_end: 7 }),
        entity({ text: 'Wei', label: 'PER', start: 43, end: 46, token_start: 10, token_end: 11 }),
      ],
      ms: expect.any(Number),
    });
    expect(Object.keys(body)).toEqual(['model', 'offset_unit', 'text_length', 'entities', 'ms']);
    for (const { score } of body.entities) expect(score > 0 && score <= 1).toBe(true);
  });

  test('several are { results } in json and one line each in jsonl', async () => {
    const { results } = JSON.parse(succeeded(await tag(['--format', 'json', TEXT, ''])));
    expect(results).toMatchObject([{ text_length: TEXT.length }, { text_length: 0, entities: [] }]);
    const lines = succeeded(await tag(['--format', 'jsonl', TEXT, '']))
      .trimEnd()
      .split('\n');
    const withoutTime = (body: object) => ({ ...body, ms: 0 });
    expect(lines.map((line) => withoutTime(JSON.parse(line)))).toEqual(results.map(withoutTime));
  });

  test('--format conll is token and tag, a blank line after each sentence', async () => {
    expect(succeeded(await tag(['--format', 'conll', 'Li Wei met number 5 in Lima. Nobody saw Costa']))).toBe(
      'Li B-PER\nWei I-PER\nmet O\nnumber O\n5 O\nin O\nLima B-LOC\n. O\n\nNobody O\nsaw O\nCosta B-PER\n\n',
    );
  });

  test.each([
    ['utf16', 2],
    ['codepoint', 1],
    ['utf8', 4],
  ])('--offset-unit %s counts an emoji as %i', async (unit, width) => {
    const args = ['--format', 'json', '--offset-unit', unit, 'Nobody saw 😀 Ana Souza'];
    const { offset_unit, text_length, entities } = JSON.parse(succeeded(await tag(args)));
    expect({ offset_unit, text_length }).toEqual({ offset_unit: unit, text_length: 21 + width });
    expect(entities.at(-1)).toMatchObject({ text: 'Ana Souza', start: 12 + width, end: 21 + width });
  });

  test('--threshold leaves out what is less sure, in every format', async () => {
    const { entities } = JSON.parse(succeeded(await tag(['--format', 'json', TEXT])));
    const scores: number[] = entities.map(({ score }: { score: number }) => score);
    const threshold = ['--threshold', String(Math.max(...scores))];
    const kept = JSON.parse(succeeded(await tag(['--format', 'json', ...threshold, TEXT]))).entities;
    expect(kept).toHaveLength(1);
    expect(succeeded(await tag([...threshold, TEXT])).match(/\|/g)).toHaveLength(1);
    expect(succeeded(await tag(['--format', 'conll', ...threshold, TEXT])).match(/ B-/g)).toHaveLength(1);
    expect(JSON.parse(succeeded(await tag(['--format', 'json', '--threshold', '1', TEXT]))).entities).toEqual([]);
  });

  test('after -- may begin with a dash', async () => {
    expect(succeeded(await tag(['--', '--model is Wei']))).toContain('--model is');
  });
});

describe.concurrent('standard input', () => {
  test('is one text, line ends and all', async () => {
    const input = 'Ana Souza met number 3 in Oslo.\r\nNobody saw Wei on day 8\n';
    expect(succeeded(await tag([], { input }))).toBe(
      '[Ana Souza|PER] met number 3 in [Oslo|LOC].\r\nNobody saw [Wei|PER] on day 8\n',
    );
    const body = JSON.parse(succeeded(await tag(['--format', 'json'], { input })));
    expect(body.text_length).toBe(input.length);
    expect(body.entities.map(({ start, end }: { start: number; end: number }) => input.slice(start, end))).toEqual([
      'Ana Souza',
      'Oslo',
      'Wei',
    ]);
  });

  test('is one text a line with --format jsonl, CRLF or not, blank lines too', async () => {
    const input = 'Nobody saw Wei\r\n\r\nNobody saw Costa\nLi Wei';
    const lines = succeeded(await tag(['--format', 'jsonl'], { input }))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).text_length)).toEqual([14, 0, 16, 6]);
  });

  test.each([
    ['text', 'text', ''],
    ['text', 'jsonl', ''],
    ['text', 'conll', ''],
    ['conll', 'text', ''],
    ['conll', 'jsonl', ''],
    ['conll', 'conll', ''],
    ['conll', 'json', '{\n  "results": []\n}\n'],
  ])('that is empty, read as %s: nothing in %s', async (input, format, expected) => {
    expect(succeeded(await tag(['--input', input, '--format', format]))).toBe(expected);
  });

  test('that is empty or blank is a text without names in json', async () => {
    for (const input of ['', ' \n\t\n']) {
      const body = JSON.parse(succeeded(await tag(['--format', 'json'], { input })));
      expect(body).toMatchObject({ text_length: input.length, entities: [] });
    }
  });

  test('may hold NUL, HTML and a byte order mark, which is dropped', async () => {
    const input = '\uFEFFNobody saw Wei\0 <script>alert("Ana Souza")</script>\n';
    const { text_length, entities } = JSON.parse(succeeded(await tag(['--format', 'json'], { input })));
    expect(text_length).toBe(input.length - 1);
    for (const { text, start, end } of entities) expect(input.slice(start + 1, end + 1)).toBe(text);
    expect(succeeded(await tag([], { input })).replace(/\[|\|[A-Z]+\]/g, '')).toBe(input.slice(1));
  });

  test.each(['json', 'jsonl', 'text'])('that is not UTF-8 is refused, --format %s', async (format) => {
    for (const bytes of [
      Buffer.from('José', 'latin1'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('\uFEFFAna', 'utf16le'),
    ]) {
      expect(failed(await tag(['--format', format], { input: bytes }), 1)).toMatch(
        /^standard input: expected UTF-8, found other bytes; .*iconv.* \[not_utf8\]$/,
      );
    }
  });

  test('may be of 10 MB, in lines or not', async () => {
    const words = 'x'.repeat(10 * 2 ** 20);
    const one = JSON.parse(succeeded(await tag(['--format', 'json'], { input: words })));
    expect(one).toMatchObject({ text_length: words.length });

    const lines = `${'-'.repeat(1023)}\n`.repeat(10 * 2 ** 10);
    const all = JSON.parse(succeeded(await tag(['--format', 'json'], { input: lines })));
    expect(all).toMatchObject({ text_length: 10 * 2 ** 20 });
  });

  test('of more than can be taken at once is refused, not cut', async () => {
    const input = 'x'.repeat(32 * 2 ** 20 + 1);
    for (const format of ['text', 'jsonl']) {
      expect(failed(await tag(['--format', format], { input }), 1)).toMatch(
        /^standard input: expected at most 33554432 UTF-16 units in one text, found more; .* \[text_too_long\]$/,
      );
    }
  });

  test('needs not be read to its end by who reads the output: | head -1', async () => {
    const child = spawn(
      '/bin/sh',
      ['-c', '{ "$0" "$1" tag --format jsonl; echo $? >&2; } | head -1', process.execPath, MAIN],
      {
        env: { PATH: process.env.PATH, ONOMAST_HOME: home() },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdin.on('error', () => {});
    const closed = new Promise((resolve) => child.on('close', resolve));
    // Without end, as `tail -f` writes: only the closed output can end it.
    const feeding = setInterval(() => child.stdin.write('Nobody saw Wei on day 8\n'.repeat(100)), 10);
    expect(await closed).toBe(0);
    clearInterval(feeding);
    expect(JSON.parse(stdout)).toMatchObject({ text_length: 23 });
    expect(stderr).toBe('0\n');
  });
});

describe.concurrent('--input conll', () => {
  const columns = corpusText(6, 400);

  test('with tags prints token, gold, predicted', async () => {
    const stdout = succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input: columns }));
    expect(stdout).toBe(`${columns.trimEnd().replace(/\t(.+)/g, ' $1 $1')}\n\n`);
  });

  test('with one column prints token, predicted', async () => {
    const words = columns.replace(/\t.+/g, '').replaceAll('\n', '\r\n');
    const stdout = succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input: words }));
    expect(stdout).toBe(`${columns.trimEnd().replaceAll('\t', ' ')}\n\n`);
  });

  test('keeps the words as they are, in every format', async () => {
    const input = 'Li\tB-PER\nWei\tI-PER\nwon\u00a0\tO\n\nNew York\tO\n';
    const conll = succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input }));
    expect(conll.replace(/ \S+$/gm, '')).toBe('Li B-PER\nWei I-PER\nwon_ O\n\nNew_York O\n\n');
    const jsonl = succeeded(await tag(['--input', 'conll', '--format', 'jsonl'], { input }))
      .trimEnd()
      .split('\n');
    expect(jsonl.map((line) => JSON.parse(line).text_length)).toEqual([11, 8]);
    const { results } = JSON.parse(succeeded(await tag(['--input', 'conll', '--format', 'json'], { input })));
    expect(results).toHaveLength(2);
    expect(succeeded(await tag(['--input', 'conll'], { input })).replace(/\[|\|[A-Z]+\]/g, '')).toBe(
      'Li Wei won\u00a0\nNew York\n',
    );
  });

  test('reads .iob2, whose tag is the third column, and BIOES', async () => {
    const input = '# sent_id = 1\n1\tNobody\tO\t-\tann\n2\tsaw\tO\t-\tann\n3\tWei\tB-PER\t-\tann\n';
    const rows = 'Nobody O O\nsaw O O\nWei B-PER B-PER\n\n';
    expect(succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input }))).toBe(rows);
    const bioes = 'Nobody O\nsaw O\nWei S-PER\n';
    expect(succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input: bioes }))).toBe(rows);
  });

  test.each([
    ['two columns of which none is a tag', 'Ana NNP\n', /^input:1: expected a tag such as O, .* \[invalid_tag\]$/],
    ['columns that come and go', 'Ana O\nmet\n', /^input:2: expected at least 2 columns .* \[malformed_corpus\]$/],
  ])('refuses %s', async (_, input, expected) => {
    expect(failed(await tag(['--input', 'conll'], { input }), 1)).toMatch(expected);
  });
});

describe.concurrent('--model', () => {
  test.each(['models/tiny', './models/tiny/', 'tiny', 'tiny@1'])('may be %s', async (model) => {
    expect(succeeded(await tag(['--model', model, TEXT]))).toBe(MARKED);
  });

  test('may be the name of a directory in models/ that is not registered', async () => {
    cpSync(join(home(), 'models', 'tiny'), join(home(), 'models', 'copied'), { recursive: true });
    const { model } = JSON.parse(succeeded(await tag(['--model', 'copied', '--format', 'json', TEXT])));
    expect(model).toMatchObject({ id: 'copied', version: 0 });
  });

  test.each(['nobody', 'tiny@2', 'models/nobody', ''])('that is not there, "%s", is told', async (model) => {
    expect(failed(await tag(['--model', model, TEXT]), 1)).toBe(
      `--model: there is no model directory and no registered model "${model}" [unknown_model]`,
    );
  });

  test('that is another directory is told', async () => {
    expect(failed(await tag(['--model', '.', TEXT]), 1)).toMatch(/config\.json is missing; .* \[damaged_model\]$/);
  });

  test('may be left out only when there is one', async () => {
    const ended = await onomast(['tag', TEXT], { home: newHome() });
    expect(failed(ended, 1)).toMatch(/^there is no model yet: `onomast train` makes one .* \[no_model\]$/);
  });
});

function entity(fields: object): object {
  return { ...fields, score: expect.any(Number), source: 'model' };
}
