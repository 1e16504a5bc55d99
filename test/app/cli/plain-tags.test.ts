import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEARNS, onomast, sharedHome, startOnomast, succeeded, writeFileBelow } from './helpers.js';

/** Tags that are one class a token, from the file to the page: parts of speech, and letters of DNA. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  DET: ['the', 'a', 'this'],
  NOUN: ['boat', 'gull', 'harbor', 'net'],
  VERB: ['finds', 'leaves', 'sees'],
};
const ORDER = ['DET', 'NOUN', 'VERB', 'DET', 'NOUN'];

function partsOfSpeech(sentences: number, from: number): string {
  return Array.from({ length: sentences }, (_, number) =>
    ORDER.map((label, at) => {
      const words = CLASSES[label];
      return `${words[(from + number * 7 + at * 3 + (number >> at)) % words.length]}\t${label}\n`;
    }).join(''),
  ).join('\n');
}

/** A and C are of one class, G and T of the other. */
function letters(sentences: number, from: number): string {
  return Array.from({ length: sentences }, (_, number) =>
    Array.from({ length: 10 }, (_, at) => {
      const letter = 'ACGT'[((from + number) * 5 + at * at + (number >> (at % 4))) % 4];
      return `${letter} ${'AC'.includes(letter) ? 'exon' : 'intron'}\n`;
    }).join(''),
  ).join('\n');
}

const home = sharedHome(async (path) => {
  writeFileBelow(path, 'pos.conll', partsOfSpeech(60, 0));
  writeFileBelow(path, 'pos-dev.conll', partsOfSpeech(12, 2));
  writeFileBelow(path, 'dna.conll', letters(60, 0));
  writeFileBelow(path, 'dna-dev.conll', letters(12, 3));
  for (const name of ['pos', 'dna']) {
    const files = ['--train', `${name}.conll`, '--dev', `${name}-dev.conll`, '--output', `models/${name}`];
    const { status, stdout } = await onomast(['train', ...files, '--quiet', '--activate', ...LEARNS], { home: path });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Token accuracy 100.00\n') });
  }
}, 120_000);
const run = (words: readonly string[], input = '') => onomast(words, { home: home(), input });

describe('plain tags', () => {
  test.each([
    ['pos', 'DET 120, NOUN 120, VERB 60'],
    ['dna', 'exon '],
  ])('check: %s is a corpus of plain tags, without a warning for each tag', async (name, labels) => {
    const { stdout } = await run(['check', `${name}.conll`]);
    expect(stdout).toContain(`✔ ${name}.conll: conll, 2 columns, tag in column 2, scheme plain`);
    expect(stdout).toContain(labels);
    expect(stdout).not.toMatch(/repair|O throughout|prefix/);
    const { ledgers } = JSON.parse((await run(['check', '--json', `${name}.conll`])).stdout);
    expect(ledgers[0]).toMatchObject({ scheme: 'plain', repairs: { total: 0 }, names: { repaired: 0, leftOut: 0 } });
  });

  test.each(['pos', 'dna'])('train: the model of %s has plain tags', (name) => {
    const config = JSON.parse(readFileSync(join(home(), 'models', name, 'config.json'), 'utf8'));
    expect(JSON.stringify(config)).toContain('"tag_format":"plain"');
  });

  test.each([
    ['pos', ['DET', 'NOUN', 'VERB']],
    ['dna', ['exon', 'intron']],
  ])('evaluate: token accuracy, and F1 a class, of %s', async (name, labels) => {
    const text = succeeded(await run(['evaluate', '--model', name, `${name}-dev.conll`]));
    expect(text).toMatch(/^Scores a class, token by token\nToken accuracy 100\.00\n.*TOKENS\n/);
    const report = JSON.parse(succeeded(await run(['evaluate', '--json', '--model', name, `${name}-dev.conll`])));
    expect(report.overall_accuracy).toBe(1);
    for (const label of labels) expect(report[label]).toMatchObject({ f1: 1 });
    // Two of five words of each sentence with another class: what is counted is words.
    const wrong = partsOfSpeech(10, 2).replaceAll('\tNOUN', '\tVERB');
    writeFileBelow(home(), 'wrong.conll', wrong);
    const other = JSON.parse(succeeded(await run(['evaluate', '--json', '--model', 'pos', 'wrong.conll'])));
    expect(other.overall_accuracy).toBeCloseTo(3 / 5, 12);
  });

  test('tag: classes without a prefix, in text, columns and JSON', async () => {
    expect(succeeded(await run(['tag', '--model', 'pos', 'the gull sees a net']))).toBe(
      '[the|DET] [gull|NOUN] [sees|VERB] [a|DET] [net|NOUN]\n',
    );
    expect(succeeded(await run(['tag', '--model', 'pos', '--format', 'conll', 'the gull sees']))).toBe(
      'the DET\ngull NOUN\nsees VERB\n\n',
    );
    const columns = ['tag', '--model', 'pos', '--input', 'conll', '--format', 'conll'];
    expect(succeeded(await run(columns, 'the X\ngull Y\n'))).toBe('the X DET\ngull Y NOUN\n\n');
    expect(succeeded(await run(['tag', '--model', 'dna', 'ACG']))).toBe('[A|exon][C|exon][G|intron]\n');
    const { entities } = JSON.parse(succeeded(await run(['tag', '--model', 'dna', '--format', 'json', 'CT'])));
    expect(entities).toMatchObject([
      { text: 'C', label: 'exon', start: 0, end: 1 },
      { text: 'T', label: 'intron', start: 1, end: 2 },
    ]);
  });

  test('what tag writes is read again as plain tags', async () => {
    const input = partsOfSpeech(12, 1).replace(/\t\w+/g, '');
    const columns = succeeded(await run(['tag', '--model', 'pos', '--input', 'conll', '--format', 'conll'], input));
    writeFileBelow(home(), 'tagged.conll', columns);
    const args = ['tagged.conll', '--to', 'huggingface', '-o', '-', '--quiet'];
    const [record] = succeeded(await run(['convert', ...args]))
      .split('\n')
      .slice(1);
    expect(JSON.parse(record)).toMatchObject({ ner_tags: expect.arrayContaining([expect.anything()]) });
    expect(JSON.parse((await run(['check', '--json', 'tagged.conll'])).stdout).ledgers[0].scheme).toBe('plain');
  });

  test('serve: the API, its alias, and the page', async () => {
    const server = startOnomast(['serve', '--port', '0'], { home: home() });
    try {
      await server.says('(Ctrl-C ends it)');
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
      const post = async (path: string, body: object) =>
        (
          await fetch(url + path, {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'Content-Type': 'application/json' },
          })
        ).json();
      const { entities, tokens } = await post('/api/tag', { text: 'the gull sees', include: ['tokens'], model: 'pos' });
      expect(entities.map(({ text, label }: { text: string; label: string }) => `${text} ${label}`)).toEqual([
        'the DET',
        'gull NOUN',
        'sees VERB',
      ]);
      expect(tokens.map(({ tag }: { tag: string }) => tag)).toEqual(['DET', 'NOUN', 'VERB']);
      const batch = await post('/api/tag', { tokens: [['A', 'C'], ['G']], include: ['tokens'], model: 'dna@1' });
      expect(batch.results.map((result: { tokens: { tag: string }[] }) => result.tokens.map(({ tag }) => tag))).toEqual(
        [['exon', 'exon'], ['intron']],
      );
      // The active model: the one that was trained last.
      const alias = { inputs: 'AG', parameters: { aggregation_strategy: 'none' } };
      expect(await post('/api/hf/token-classification', alias)).toMatchObject([
        { entity: 'exon', word: 'A' },
        { entity: 'intron', word: 'G' },
      ]);
      const page = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ text: 'the gull sees', model: 'pos@1' }),
        headers: { Accept: 'text/html' },
      });
      const html = await page.text();
      for (const label of ['DET', 'NOUN', 'VERB']) expect(html).toContain(`data-label="${label}"`);
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
    }
  });
});
