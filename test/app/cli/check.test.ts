import { describe, expect, test } from 'vitest';
import { corpusText, type Ended, failed, newHome, onomast, succeeded, writeFileBelow } from './helpers.js';

const check = (files: Readonly<Record<string, string | Uint8Array>>, ...more: string[]): Promise<Ended> => {
  const home = newHome();
  for (const [name, content] of Object.entries(files)) writeFileBelow(home, name, content);
  return onomast(['check', ...Object.keys(files), ...more], { home });
};

describe.concurrent('check', () => {
  test('of clean files: exit code 0', async () => {
    const files = {
      'train.conll': corpusText(300),
      'dev.conll': corpusText(60, 300),
      'test.conll': corpusText(60, 360),
    };
    const report = succeeded(await check(files));
    for (const name of Object.keys(files))
      expect(report).toContain(`✔ ${name}: conll, 2 columns, tag in column 2, scheme IOB2\n`);
    expect(report).toMatch(/\ntrain +1 +300 +2100 +400 /);
    expect(report).toContain('\n✔ no errors\n');
  });

  test('of sentences that stand in two parts: exit code 1, with the lines', async () => {
    const { status, stdout, stderr } = await check({ 'train.conll': corpusText(60), 'dev.conll': corpusText(2) });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain(
      '✘ "Ana Souza met number 0 in Oslo ." stands in train and dev\n    train.conll:1 dev.conll:1\n',
    );
    expect(stdout).toMatch(/\n✘ 2 errors\n/);
  });

  test.each([
    [
      'one column',
      'Ana\nmet\n',
      'corpus:1: expected at least 2 columns (word and tag), found 1 ("Ana") [malformed_corpus]',
    ],
    ['Latin-1', Buffer.from('Jos\xe9 B-PER\n', 'latin1'), 'corpus:1: expected UTF-8, found byte 0xE9 at byte 3; '],
    [
      'UTF-16',
      Buffer.from('\uFEFFAna B-PER\n', 'utf16le'),
      'corpus: expected UTF-8, found UTF-16 (byte order mark FF FE',
    ],
    ['NUL', 'Ana\0 O\n', 'corpus:1: expected text, found a NUL character'],
    ['nothing', '\n\n', 'corpus: expected at least one sentence, found an empty file [empty_corpus]'],
  ])('of a file with %s: exit code 1 and one line', async (_, content, expected) => {
    expect(failed(await check({ corpus: content }), 1)).toContain(expected);
  });

  test.each([
    [
      'columns that come and go',
      'Ana O\nmet\n',
      'corpus:2: expected at least 2 columns (word and tag), found 1 ("met")',
    ],
    [
      'an illegal tag',
      'Ana\tB-PER\nmet\tO\nLi\tZ-PER\n',
      'corpus:3: expected a tag such as O, B-PER or I-PER in column 2, found "Z-PER" [invalid_tag]',
    ],
  ])('of a file with %s: the line is listed as an error, exit code 1', async (_, content, expected) => {
    const { status, stdout, stderr } = await check({ corpus: content });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('✘ 1 places that cannot be read');
    expect(stdout).toContain(expected);
    expect(stdout).toMatch(/\n✘ 1 error\n/);
  });

  test('of a file that is missing or a directory: exit code 1 and one line', async () => {
    expect(failed(await check({}, 'nobody.conll'), 1)).toBe('nobody.conll: expected a file, found none [not_found]');
    expect(failed(await check({}, '.'), 1)).toBe('.: expected a file, found a directory [io_error]');
    expect(failed(await check({ 'train.conll': corpusText(3) }, 'nobody.conll'), 1)).toContain('[not_found]');
  });

  test.each([
    [
      'a byte order mark and CRLF',
      `\uFEFF${corpusText(3).replaceAll('\n', '\r\n')}`,
      ['ℹ byte order mark removed', 'ℹ 24 lines ended in CRLF'],
    ],
    [
      'mixed schemes',
      'Ana B-PER\nSouza E-PER\n\nWei U-PER\nNew B-LOC\nYork L-LOC\n',
      ['⚠ tags of BIOES and of BILOU stand side by side: were two files joined?', 'corpus:2: "E-PER" on "Souza": '],
    ],
    ['IOB1', 'Ana I-PER\nSouza I-PER\nWei B-PER\n\nmet O\n', ['scheme IOB1']],
    [
      'tags to repair',
      'Ana B-PER\nSouza I-LOC\n\nLi B-PER\n',
      ['⚠ 1 tags repaired: label_change 1', 'corpus:2: "I-LOC" on "Souza"'],
    ],
    [
      'misaligned spans',
      '{"text":"Annabel sang.","label":[[0,3,"PER"]]}\n',
      [
        '⚠ 1 spans that do not begin and end with a word',
        'corpus:1: PER from 0 to 3 ("Ann") cut; use 0 to 7 ("Annabel")',
      ],
    ],
    ['HTML in a label', 'Ana B-<b>PER</b>\n', ['<b>PER</b> 1']],
  ])('tells of %s and goes on', async (_, content, expected) => {
    const { status, stdout, stderr } = await check({ corpus: content });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const text of expected) expect(stdout).toContain(text);
  });
});
