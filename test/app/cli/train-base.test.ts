import { describe, expect, test } from 'vitest';
import {
  corpusText,
  failed,
  onomast,
  sharedHome,
  startOnomast,
  succeeded,
  trainTiny,
  writeFileBelow,
} from './helpers.js';

/** tiny@1 knows LOC, ORG and PER; the new sentences call places PORT, mark no firms, and are twelve. */
const home = sharedHome(async (path) => {
  await trainTiny(path);
  const ports = (text: string): string => text.replaceAll('B-LOC', 'B-PORT').replaceAll('B-ORG', 'O');
  writeFileBelow(path, 'ports.conll', ports(corpusText(12)));
  // Names of people alone, beside which nothing could be a port.
  writeFileBelow(path, 'known.conll', corpusText(200, 500).replaceAll(/^.*\t[BI]-(LOC|ORG)$/gm, 'home\tO'));
  writeFileBelow(path, 'ports-dev.conll', ports(corpusText(30, 300)));
}, 120_000);

const train = (...args: string[]) =>
  onomast(['train', '--train', 'ports.conll', '--dev', 'ports-dev.conll', '--no-activate', ...args], {
    home: home(),
  });

describe('train --base', () => {
  test('goes on from a model: says what is kept, learned anew and forgotten, and finds what it knew', async () => {
    const { status, stderr } = await train('--base', 'tiny', '--output', 'on', '--set', 'max_epochs=8');
    expect(status).toBe(0);
    expect(stderr).toContain('Goes on from tiny@1: keeps PER; learns anew PORT.');
    expect(stderr).toContain('It will forget LOC, ORG: no sentence marks them.');
    const [, before, after] = /From tiny@1 to now, F1 on dev: PER ([\d.]+) -> ([\d.]+)\./.exec(stderr)!;
    expect(Number(before)).toBeGreaterThan(90);
    expect(Number(after)).toBeGreaterThan(80);
    // Words that these sentences never had are still known.
    const tagged = succeeded(
      await onomast(['tag', '--model', 'on', '--format', 'json', corpusWords(301)], { home: home() }),
    );
    expect(JSON.parse(tagged).entities.map(({ label }: { label: string }) => label)).toContain('PER');
  });

  test('the same sentences alone teach less in the same number of epochs', async () => {
    const alone = succeeded(
      await train(
        '--quiet',
        '--output',
        'alone',
        '--set',
        'max_epochs=8',
        '--recipe',
        'names',
        '--set',
        'hidden_size=16',
      ),
    );
    expect(Number(/micro avg +[\d.]+ +[\d.]+ +([\d.]+)/.exec(alone)?.[1] ?? 0)).toBeLessThan(60);
  });

  test('the same seed gives the same bytes', async () => {
    const hashOf = async (output: string) =>
      /SHA-256 ([0-9a-f]{64})/.exec(
        succeeded(await train('--quiet', '--base', 'tiny', '--output', output, '--set', 'max_epochs=1')),
      )![1];
    expect(await hashOf('one')).toBe(await hashOf('two'));
  });

  test('what was forgotten is listed, by label and by name, as text and as JSON', async () => {
    const args = ['--base', 'tiny', '--set', 'max_epochs=2'];
    const { stderr } = await train(...args, '--rehearse', 'known.conll', '--output', 'listed');
    expect(stderr).toMatch(/Rehearses 12 sentences of known\.conll, out of \d+ of \d+ that teach nothing wrong/);
    expect(stderr).toMatch(
      /(Nothing of tiny@1 was forgotten: F1 on|Forgotten of tiny@1, F1 on) a tenth of known\.conll \(\d+ sentences\):\s+PER [\d.]+ -> [\d.]+/,
    );
    const lines = succeeded(await train(...args, '--rehearse', 'known.conll', '--output', 'as-json', '--json'));
    const reports = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const report = reports.find(({ type }) => type === 'forgetting');
    expect(report).toMatchObject({ base: 'tiny@1', corpus: 'a tenth of known.conll', lost_count: expect.any(Number) });
    expect(Object.keys(report.labels)).toEqual(['PER']);
    expect(report.labels.PER.before).toBeGreaterThan(0.9);
  });

  test('labels renamed onto those of the base keep what it knows of them', async () => {
    const { stderr } = await train(
      '--base',
      'tiny',
      '--map',
      'PORT=LOC',
      '--output',
      'renamed',
      '--set',
      'max_epochs=4',
    );
    expect(stderr).toContain('Goes on from tiny@1: keeps LOC, PER.');
    const [, before, after] = /From tiny@1 to now, F1 on dev: LOC ([\d.]+) -> ([\d.]+), PER/.exec(stderr)!;
    expect(Number(before)).toBeGreaterThan(90);
    expect(Number(after)).toBeGreaterThan(90);
  });

  test.each([
    [
      ['--base', 'tiny', '--map', 'HARBOUR=LOC'],
      2,
      '--map: expected a label of the files, found "HARBOUR"; after renaming they have PER, PORT',
    ],
    [['--rehearse'], 2, '--rehearse: expected --base beside it, whose data that are, found none'],
    [
      ['--base', 'tiny', '--rehearse', '--map', 'PORT=A', 'PER=B'],
      2,
      '--rehearse: expected a label in train of the bundled corpus that --train has too',
    ],
    [['--base', 'nobody'], 1, '--model: there is no model directory and no registered model "nobody"'],
    [['--base', 'tiny', '--set', 'hidden_size=7'], 2, 'start from "tiny@1": its "'],
    [['--base', 'tiny', '--set', 'layers=2'], 2, 'start from "tiny@1": its network has no "'],
    [['--base', 'ports.conll'], 1, 'ports.conll'],
  ])('refuses %j in a sentence', async (args, status, sentence) => {
    expect(failed(await train(...args, '--quiet', '--output', 'refused'), status)).toContain(sentence);
  });
});

test('a project trains on from a model, chosen among the recipes of its page', async () => {
  succeeded(await onomast(['import', 'ports.conll', 'ports-dev.conll', '--project', 'Ports'], { home: home() }));
  const server = startOnomast(['serve', '--port', '0'], { home: home() });
  await server.says('(Ctrl-C ends it)');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
  expect(await (await fetch(`${url}/projects/1`)).text()).toContain('<option value="from tiny@1">from tiny@1: goes on');
  const body = new URLSearchParams({ recipe: 'from tiny@1', activation: 'never', watch: '' });
  const begun = await fetch(`${url}/projects/1/train`, { method: 'POST', body, redirect: 'manual' });
  expect(begun.status).toBe(303);
  const page = async () => (await fetch(url + begun.headers.get('location')!)).text();
  await expect.poll(page, { timeout: 60_000 }).toMatch(/Done after \d+ epochs/);
  const done = await page();
  expect(done).toContain('Recipe from tiny@1');
  expect(done).toContain('Goes on from tiny@1: keeps PER; learns anew PORT.');
  expect(done).toMatch(/From tiny@1 to now, F1 on dev: PER [\d.]+ -&gt; [\d.]+\./);
  server.child.kill('SIGTERM');
  await server.ended;
});

function corpusWords(sentence: number): string {
  return corpusText(3, sentence)
    .split('\n\n')
    .map((block) =>
      block
        .split('\n')
        .map((line) => line.split('\t')[0])
        .join(' '),
    )
    .join('\n');
}
