import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, failed, newHome, onomast, succeeded, writeFileBelow } from './helpers.js';

const JSONL = `${JSON.stringify({
  id: 1,
  text: 'Ida Holm saw Lund.',
  entities: [
    [0, 8, 'PER'],
    [13, 17, 'LOC'],
  ],
})}\n`;
const run = (home: string, ...words: string[]): Promise<Ended> => onomast(['convert', ...words], { home });

describe.concurrent('convert', () => {
  test('writes to standard output, and the ledger beside it', async () => {
    const home = newHome();
    writeFileBelow(home, 'a.jsonl', JSONL);
    const { status, stdout, stderr } = await run(home, 'a.jsonl', '--to', 'inline');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '[Ida Holm|PER] saw [Lund|LOC].\n' });
    expect(stderr).toContain('✔ a.jsonl: jsonl, offsets in utf16\n');
    expect(stderr).toContain('⚠ inline cannot hold ids: dropped in 1 documents\n');
  });

  test('reads standard input', async () => {
    const ended = await onomast(['convert', '-', '--to', 'conll', '--quiet'], { home: newHome(), input: JSONL });
    expect(succeeded(ended)).toBe('-DOCSTART-\tO\n\nIda\tB-PER\nHolm\tI-PER\nsaw\tO\nLund\tB-LOC\n.\tO\n');
  });

  test('makes the pairs of brat in a directory, and reads them again', async () => {
    const home = newHome();
    writeFileBelow(home, 'a.jsonl', JSONL + JSONL.replace('"id":1', '"id":"b"').replace(/\[\[.*\]\]/, '[]'));
    succeeded(await run(home, 'a.jsonl', '--to', 'brat', '-o', 'pairs', '--quiet'));
    expect(readdirSync(join(home, 'pairs')).sort()).toEqual(['1.ann', '1.txt', 'b.ann', 'b.txt']);
    expect(succeeded(await run(home, 'pairs', '--to', 'inline', '--quiet'))).toBe(
      '[Ida Holm|PER] saw [Lund|LOC].\n\nIda Holm saw Lund.\n',
    );
  });

  test('deals documents out, and keeps the same texts together', async () => {
    const home = newHome();
    const text = Array.from({ length: 40 }, (_, index) => `[Ida|PER] saw ${index % 30} boats.\n\n`).join('');
    writeFileBelow(home, 'a.txt', text);
    succeeded(await run(home, 'a.txt', '--to', 'inline', '-o', 'parts', '--split', '80:10:10', '--quiet'));
    const lines = ['train', 'dev', 'test'].map((part) =>
      readFileSync(join(home, 'parts', `${part}.txt`), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    );
    expect(lines.map(({ length }) => length).reduce((sum, length) => sum + length)).toBe(40);
    expect(lines[1].length).toBeGreaterThan(2);
    expect(lines[0].filter((line) => lines[1].includes(line) || lines[2].includes(line))).toEqual([]);
  });

  test('a part that gets no document is said', async () => {
    const home = newHome();
    writeFileBelow(home, 'a.conll', 'Ida\tB-PER\nslept\tO\n');
    const { stderr } = await run(home, 'a.conll', '--to', 'conll', '--split', '80:10:10', '-o', 'parts');
    expect(stderr).toContain('✔ wrote parts/train.conll: conll, 1 documents, 1 names\n');
    for (const part of ['dev', 'test']) {
      expect(stderr).toContain(`⚠ there are too few documents for ${part}: nothing was written\n`);
    }
  });

  test('replaces no file unless told, and leaves none half written', async () => {
    const home = newHome();
    writeFileBelow(home, 'a.jsonl', `${JSONL.repeat(3)}{"text": 7}\n`);
    writeFileBelow(home, 'b.conll', 'Lund\tB-LOC\n');
    mkdirSync(join(home, 'out'));
    expect(failed(await run(home, 'a.jsonl', '--to', 'conll', '-o', 'out/x.conll'), 1)).toContain(
      'a.jsonl:4: expected text to be a string',
    );
    expect(readdirSync(join(home, 'out'))).toEqual([]);
    const refused = await run(home, 'b.conll', '--to', 'conll2003', '-o', 'b.conll');
    expect(refused.stderr).toContain(
      'b.conll: expected no file there, found one; --force replaces it [invalid_argument]',
    );
    succeeded(await run(home, 'b.conll', '--to', 'conll2003', '-o', 'b.conll', '--force', '--quiet'));
    expect(readFileSync(join(home, 'b.conll'), 'utf8')).toBe('Lund -X- -X- B-LOC\n');
  });

  test('renames labels, fixes what a file shares, and gives the ledger as JSON', async () => {
    const home = newHome();
    writeFileBelow(home, 'a.jsonl', JSONL.replace('8,', '7,').replace('17,', '16,'));
    const words = [
      'a.jsonl',
      '--to',
      'conll',
      '-o',
      'x.conll',
      '--fix',
      'inclusive-ends',
      '--map',
      'PER=PERSON',
      '--json',
    ];
    const { inputs, outputs } = JSON.parse(succeeded(await run(home, ...words)));
    expect(inputs[0]).toMatchObject({
      name: 'a.jsonl',
      names: { in: 2, aligned: 2 },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(outputs[0]).toMatchObject({ files: ['x.conll'], names: 2 });
    expect(readFileSync(join(home, 'x.conll'), 'utf8')).toContain('Ida\tB-PERSON\nHolm\tI-PERSON\n');
  });

  test.each([
    [['a.jsonl', '--to', 'xlsx'], '--to must be one of conll, '],
    [['a.jsonl', '--to', 'brat'], 'brat: expected a directory for its pairs of files, found one stream'],
    [
      ['a.jsonl', '--to', 'conll', '--split', '9', '-o', 'x'],
      '--split: expected two or three weights such as 80:10:10, found 9',
    ],
    [
      ['a.jsonl', '--to', 'conll', '--split', 'a:b', '-o', 'x'],
      '--split: expected two or three weights such as 80:10:10, found "a:b"',
    ],
    [['a.jsonl', '--to', 'conll', '-o', ''], '-o: expected a file, a directory or -, found ""'],
    [['a.jsonl', '--to', 'conll', '--map', 'PER'], '--map: expected OLD=NEW, found "PER"'],
    [['a.jsonl', '--to', 'conll', '--overlap', 'priority'], '--overlap priority: expected labels in --priority'],
  ])('refuses %j', async (words, message) => {
    const home = newHome();
    writeFileBelow(home, 'a.jsonl', JSONL);
    const { status, stderr } = await run(home, ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(home, 'x'))).toBe(false);
  });

  test('lists the formats in its help', async () => {
    const help = succeeded(await run(newHome(), '--help'));
    for (const name of ['conll2003', 'label-studio-min', 'huggingface']) expect(help).toContain(`\n  ${name} `);
  });
});
