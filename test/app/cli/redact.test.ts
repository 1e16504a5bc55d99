import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, failed, newHome, onomast, type RunOptions, sharedHome, trainTiny } from './helpers.js';

const home = sharedHome(trainTiny);
const redact = (args: readonly string[], options: Omit<RunOptions, 'home'> = {}) =>
  onomast(['redact', ...args], { home: home(), ...options });
/** What came out; on stderr is the count of what was hidden. */
function succeeded({ status, stdout, stderr }: Ended): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^(?:onomast: hidden: [^\n]+\n)?$/) });
  return stdout;
}
const TEXT = 'Ana Souza met number 3 in Oslo. Write to wei@example.org';

describe.concurrent('onomast redact', () => {
  test('hides names and what is personal by its form, and says how many', async () => {
    const ended = await redact([], { input: TEXT });
    expect(succeeded(ended)).toBe('<PER> met number 3 in <LOC>. Write to <EMAIL_ADDRESS>');
    expect(ended.stderr).toContain('hidden: 1 EMAIL_ADDRESS, 1 LOC, 1 PER');
  });

  test('pseudonyms are kept in a file that nobody else may read, go on from it and are undone by it', async () => {
    const folder = newHome();
    const [file, key] = [join(folder, 'a.txt'), join(folder, 'key.json')];
    writeFileSync(file, `${TEXT}\n`);
    const args = ['--operator', 'DEFAULT=pseudonym', '--key', key];
    const hidden = succeeded(await redact([...args, file]));
    expect(hidden).toBe('<PER_1> met number 3 in <LOC_1>. Write to <EMAIL_ADDRESS_1>\n');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(key, 'utf8')).words).toEqual({
      PER_1: 'Ana Souza',
      LOC_1: 'Oslo',
      EMAIL_ADDRESS_1: 'wei@example.org',
    });
    expect(succeeded(await redact(args, { input: 'Li Wei met number 5 in Oslo.' }))).toBe(
      '<PER_2> met number 5 in <LOC_1>.',
    );
    expect(succeeded(await redact(['--restore', '--key', key], { input: hidden }))).toBe(`${TEXT}\n`);
  });

  test('--lines and jsonl: one object a line, with what was hidden where', async () => {
    const out = succeeded(await redact(['--lines', '--format', 'jsonl'], { input: 'Nobody saw Wei\nNothing' }));
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toEqual({
      text: 'Nobody saw <PER>',
      items: [{ label: 'PER', start: 11, end: 16, operator: 'replace', source_start: 11, source_end: 14 }],
    });
    expect(second).toEqual({ text: 'Nothing', items: [] });
  });

  test('encryption is undone by its secret', async () => {
    const secret = join(newHome(), 'secret');
    writeFileSync(secret, 'a secret of some length\n');
    const hidden = succeeded(await redact(['--operator', 'PER=encrypt', '--secret-file', secret], { input: TEXT }));
    expect(hidden).toMatch(/^<PER:[\w-]+> met number 3 in <LOC>/);
    expect(succeeded(await redact(['--restore', '--secret-file', secret], { input: hidden }))).toBe(
      'Ana Souza met number 3 in <LOC>. Write to <EMAIL_ADDRESS>',
    );
  });

  test.each([
    [['--operator', 'shred'], '--operator: expected LABEL=OPERATOR with one of replace,'],
    [['--operator', 'PER=shred'], 'found "PER=shred"'],
    [['--operator', 'PER=hash'], '--operator: hash needs --secret-file'],
    [['--operator', 'PER=redact:x'], '--operator: redact takes no parameter, found "x"'],
    [['--kinds', 'FAX'], '--kinds: expected some of EMAIL_ADDRESS,'],
    [['--threshold', '2'], '--threshold: expected a number from 0 to 1, found "2"'],
    [['--region', 'XX'], 'region: expected two letters'],
  ])('%j is refused in one line', async (args, message) => {
    expect(failed(await redact(args, { input: TEXT }), 2)).toContain(message);
  });

  test('a file that is not there is named', async () => {
    expect(failed(await redact(['nowhere.txt']), 1)).toContain('text "nowhere.txt"');
  });
});
