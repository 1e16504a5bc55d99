import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
    for (const [bytes, found] of [
      [Buffer.from('José', 'latin1'), 'other bytes; if it is Latin-1'],
      [Buffer.from([0xed, 0xa0, 0x80]), 'other bytes; if it is Latin-1'],
      [Buffer.from('\uFEFFAna', 'utf16le'), 'UTF-16 (byte order mark FF FE at byte 0); convert it: iconv'],
      [Buffer.from('Ana saw Wei', 'utf16le'), 'what looks like UTF-16'],
      [gzipSync('Ana saw Wei'), 'gzip (bytes 1F 8B at byte 0); decompress it first'],
    ] as const) {
      const line = failed(await tag(['--format', format], { input: bytes }), 1);
      expect(line).toContain(`standard input: expected UTF-8, found ${found}`);
      expect(line).toMatch(/ \[not_utf8\]$/);
    }
  });

  test('a compressed file is named as such, and leaves no file', async () => {
    const other = newHome();
    writeFileSync(join(other, 'a.txt.gz'), gzipSync('Ana saw Wei'));
    const ended = await tag([join(other, 'a.txt.gz'), '--output-dir', join(other, 'out')]);
    expect(failed(ended, 1)).toContain('a.txt.gz: expected UTF-8, found gzip (bytes 1F 8B at byte 0)');
    expect(readdirSync(join(other, 'out'))).toEqual([]);
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

  test('C13: any columns pass through, comments and document lines stay', async () => {
    const conll = async (input: string): Promise<string> =>
      succeeded(await tag(['--input', 'conll', '--format', 'conll'], { input }));
    const iob2 = '# sent_id = 1\n1\tNobody\tO\t-\tann\n2\tsaw\tO\t-\tann\n3\tWei\tB-PER\t-\tann\n';
    expect(await conll(iob2)).toBe('# sent_id = 1\n1 Nobody O - ann O\n2 saw O - ann O\n3 Wei B-PER - ann B-PER\n\n');
    expect(await conll('Nobody NN\nsaw VB\nWei NNP\n')).toBe('Nobody NN O\nsaw VB O\nWei NNP B-PER\n\n');
    const documents = '-DOCSTART- -X- O\n\nNobody O\nsaw O\nWei S-PER\n\n-DOCSTART- -X- O\n\nNobody O\n';
    expect(await conll(documents)).toBe(
      '-DOCSTART- -X- O\n\nNobody O O\nsaw O O\nWei S-PER B-PER\n\n-DOCSTART- -X- O\n\nNobody O O\n\n',
    );
    expect(await conll('# text = Wei\n1-2\tdu\t_\n1\tWei\t_\n')).toMatch(/^# text = Wei\n1-2\tdu\t_\n1 Wei _ \S+\n\n$/);
    expect(await conll('# O\n1 O\n')).toMatch(/^# O O\n1 O O\n\n$/);
  });

  test('C3: what it wrote beside gold is not read as gold', async () => {
    const directory = newHome();
    const file = join(directory, 'predicted.conll');
    writeFileSync(file, 'Nobody O O\nsaw O O\nWei B-PER B-PER\n\nOslo B-LOC O\n');
    const evaluate = (...args: string[]) => onomast(['evaluate', '--model', 'models/tiny', ...args], { home: home() });
    expect(failed(await evaluate(file), 1)).toMatch(
      /expected one column of gold tags, found two: .* \[malformed_corpus\]$/,
    );
    expect(succeeded(await evaluate('--tag-column', '2', file))).toContain('micro avg');
  });
});

describe.concurrent('records', () => {
  const lines = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const record = '{"id":7,"text":"Nobody saw \\u0057ei on \\"day\\" 8.\\nThen.","tags":[1]}';

  test('L1: JSON lines are read, their other members pass through, other lines are texts', async () => {
    const input = `${record}\n{"id": 8}\n${TEXT}\n`;
    const [first, second, third] = lines(succeeded(await tag(['--format', 'jsonl'], { input })));
    expect(first).toMatchObject({ id: 7, tags: [1], text: 'Nobody saw Wei on "day" 8.\nThen.', text_length: 32 });
    expect(first.entities).toMatchObject([{ text: 'Wei', start: 11, end: 14 }]);
    expect(second).toMatchObject({ text_length: 9 });
    expect(third.entities).toHaveLength(3);
  });

  test('L1: with --input jsonl in every format', async () => {
    const options = { input: `${record}\n\n${record}\n` };
    expect(succeeded(await tag(['--input', 'jsonl'], options))).toMatch(
      /^Nobody saw \[Wei\|PER\] on "day" 8\.\nThen\.\n/,
    );
    const { results } = JSON.parse(succeeded(await tag(['--input', 'jsonl', '--format', 'json'], options)));
    expect(results).toHaveLength(2);
    expect(succeeded(await tag(['--input', 'jsonl', '--format', 'html'], options)).match(/<mark/g)).toHaveLength(2);
  });

  test.each([
    [
      '{"txt": "Wei"}',
      /^standard input:1: expected an object with a text in "text", found the members txt; .* \[invalid_json\]$/,
    ],
    ['{"text": 5}', /^standard input:1: expected an object with a text .* \[invalid_json\]$/],
    ['{"text": "a"', /^standard input:1: not valid JSON: .* \[invalid_json\]$/],
    ['["text"]', /found another value; /],
  ])('refuses %s', async (input, expected) => {
    expect(failed(await tag(['--input', 'jsonl'], { input }), 1)).toMatch(expected);
  });

  test('CSV with a column of texts, line breaks and quotes in it', async () => {
    const input = 'id;body\n1;"Nobody saw ""Wei"",\r\non day 8"\n2;Nobody\n';
    const [first, second] = lines(
      succeeded(await tag(['--input', 'csv', '--column', 'body', '--format', 'jsonl'], { input })),
    );
    expect(first).toMatchObject({ id: '1', body: 'Nobody saw "Wei",\non day 8' });
    expect(second).toMatchObject({ id: '2', entities: [] });
    expect(failed(await tag(['--input', 'csv'], { input }), 1)).toMatch(/expected a column "text", found id, body; /);
    const open = 'text\n"Nobody\nsaw\n';
    expect(failed(await tag(['--input', 'csv'], { input: open }), 1)).toMatch(
      /^standard input:2: expected a closing quote/,
    );
  });

  test.each([
    ['jsonl', ['--format', 'jsonl'], '{"id":1,"text":"Nobody"}\n', '"id":1'],
    ['conll', ['--input', 'conll', '--format', 'conll'], 'Nobody O\n\nsaw O\n\n', 'saw O O\n\n'],
  ])('a filter answers before its input ends: %s', async (_, args, sent, answer) => {
    const child = spawn(process.execPath, [MAIN, 'tag', '--model', 'models/tiny', ...args], { cwd: home() });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stdin.write(sent);
    while (!stdout.includes(answer)) await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.end();
    expect(await ended).toBe(0);
  });
});

describe.concurrent('files', () => {
  const folder = (): string => {
    const directory = newHome();
    writeFileSync(join(directory, 'a.txt'), 'Nobody saw Wei on day 8');
    writeFileSync(join(directory, 'b.html'), '<p>Nobody saw <b>Wei</b></p>');
    writeFileSync(join(directory, 'c.jsonl'), '{"id":3,"text":"Nobody saw Wei"}\n');
    return directory;
  };

  test('each becomes a file of the format', async () => {
    const directory = folder();
    const files = ['a.txt', 'b.html', 'c.jsonl'].map((name) => join(directory, name));
    const out = join(directory, 'out');
    const args = ['--model', 'models/tiny', '--output-dir', out];
    expect(await tag([...args, ...files])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/3 files tagged/),
    });
    expect(readdirSync(out).sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(readFileSync(join(out, 'a.txt'), 'utf8')).toBe('Nobody saw [Wei|PER] on day 8\n');
    expect(readFileSync(join(out, 'b.txt'), 'utf8')).toBe('<p>Nobody saw <b>[Wei|PER]</b></p>\n');
    expect((await tag([...args, '--format', 'html', files[0]])).stderr).toMatch(/1 file tagged/);
    const page = readFileSync(join(out, 'a.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>[\s\S]*<mark class="ent colour-0 line-0" title="person, score /);
    expect(page).not.toMatch(/(?:src|href)=/);
  });

  test('nothing is overwritten, nothing half done', async () => {
    const directory = folder();
    const a = join(directory, 'a.txt');
    expect(failed(await tag(['--output-dir', directory, a]), 2)).toMatch(
      /would be overwritten; name another directory/,
    );
    writeFileSync(join(directory, 'a.md'), 'x');
    const args = ['--output-dir', join(directory, 'out'), a, join(directory, 'a.md')];
    expect(failed(await tag(args), 2)).toMatch(/would both become/);
    expect(failed(await tag(['--output-dir', join(directory, 'out'), join(directory, 'none.txt')]), 1)).toMatch(
      /\[not_found\]$/,
    );
    expect(failed(await tag(['--output-dir', join(directory, 'out')]), 2)).toMatch(/expected the names of files/);
  });
});

describe.concurrent('CSV that is not as it should be', () => {
  const csv = (input: string) => tag(['--input', 'csv', '--format', 'jsonl'], { input });

  test('a quote in a cell without quotes is a character, and no row is lost', async () => {
    const lines = succeeded(await csv('text,n\n5" pipe,1\nWei,2\n6" pipe,3\n"a\n""b""",4\n'))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line)).map(({ text, n }) => [text, n])).toEqual([
      ['5" pipe', '1'],
      ['Wei', '2'],
      ['6" pipe', '3'],
      ['a\n"b"', '4'],
    ]);
  });

  test.each([
    [
      'id,text\n1,Wei, of Oslo\n',
      'standard input:2: expected 2 cells as in the heading, found 3; a cell that holds ","',
    ],
    ['id,text\n1,Ana\n2,"Wei"x\n', 'standard input:3: expected a separator behind a closing quote'],
    ['id,text\n1,Ana\n2,"Wei\n', 'standard input:3: expected a closing quote, found the end of the file'],
  ])('%j is refused with the line', async (input, message) => {
    expect((await csv(input)).stderr).toContain(message);
  });
});

describe.concurrent('notices of one line', () => {
  test.each([
    ['<p>Wei</p><p>Ana</p>', /looks like HTML; --input html/],
    ['{"text":"Wei"}', /looks like JSON lines; --input jsonl/],
  ])('%s', async (text, expected) => {
    const { stderr, status } = await tag([text]);
    expect(status).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(expected)]);
  });

  test('a single argument that is the name of a file', async () => {
    const file = join(newHome(), 'a.txt');
    writeFileSync(file, 'Wei');
    expect((await tag([file])).stderr).toMatch(/is the name of a file, but was tagged as a text/);
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
