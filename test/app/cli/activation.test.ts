import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRegistry } from '#app/store/registry.js';
import {
  corpusText,
  databaseOf,
  failed,
  LEARNS,
  newHome,
  onomast,
  SMALL,
  sharedHome,
  succeeded,
  trainTiny,
  writeFileBelow,
} from './helpers.js';

const TEXT = 'Nobody saw Wei on day 8';
const TAGGED = 'Nobody saw [Wei|PER] on day 8\n';

/** A home whose active model, tiny@1, tags without a mistake. */
const home = sharedHome(async (path) => {
  await trainTiny(path);
  writeFileBelow(path, 'few.conll', corpusText(15));
});
const train = (...args: string[]) =>
  onomast(['train', '--train', 'few.conll', '--dev', 'tiny-dev.conll', '--quiet', ...args], { home: home() });
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
const activeModel = async (path = home()) =>
  JSON.parse(succeeded(await onomast(['tag', '--format', 'json', 'Ana'], { home: path }))).model;

describe('a new model becomes active', () => {
  test('when there is no other', async () => {
    const rows = JSON.parse(succeeded(await onomast(['models', '--json'], { home: home() })));
    expect(rows).toMatchObject([{ id: 'tiny', version: 1, active: true }]);
  });

  test('not when it is worse; the last line says so, and --json too', async () => {
    expect(lastLine(succeeded(await train(...SMALL)))).toMatch(
      /^few@1 is not active: dev F1 \d+\.\d\d, tiny@1 has 100\.00 on the same sentences; tiny@1 stays; `onomast models activate few@1` makes it so\.$/,
    );
    const done = JSON.parse(lastLine(succeeded(await train('--json', ...SMALL)))!);
    expect(done).toMatchObject({
      type: 'done',
      version: 2,
      active: false,
      activation: expect.stringContaining('tiny@1 stays'),
    });
    expect(await activeModel()).toMatchObject({ id: 'tiny', version: 1 });
  });

  test('when it is told to, and never when it is told not to', async () => {
    expect(lastLine(succeeded(await train('--activate', ...SMALL)))).toBe('few@3 is active: as --activate asks.');
    expect(await activeModel()).toMatchObject({ id: 'few', version: 3 });
    const learned = ['--train', 'tiny.conll', '--no-activate', ...LEARNS];
    expect(lastLine(succeeded(await train(...learned)))).toMatch(
      /^few@4 is not active: as --no-activate asks; few@3 stays/,
    );
    expect(await activeModel()).toMatchObject({ id: 'few', version: 3 });
  });

  test('when it is better', async () => {
    expect(lastLine(succeeded(await train('--train', 'tiny.conll', ...LEARNS)))).toMatch(
      /^few@5 is active: dev F1 100\.00, few@3 has \d+\.\d\d on the same sentences\.$/,
    );
    expect(await activeModel()).toMatchObject({ id: 'few', version: 5 });
  });

  test('not when a pin breaks with it, unless it is told to', async () => {
    const registry = openRegistry(databaseOf(home()));
    const project = registry.projects.create('Pinned', [{ label: 'PER', key: '1', look: 0 }]);
    registry.pins.add(project, { text: TEXT, spans: [{ start: 11, end: 14, label: 'PER', must: false }] });
    const broken = '“Wei” must not be found as PER, found PER “Wei”';
    const learned = ['--train', 'tiny.conll', ...LEARNS];
    expect(lastLine(succeeded(await train(...learned)))).toContain(`few@6 is not active: ${broken}; few@5 stays; `);
    expect(lastLine(succeeded(await train('--activate', ...learned)))).toBe(
      `few@7 is active: as --activate asks, though ${broken}.`,
    );
    registry.projects.remove(project);
    registry.models.activate({ name: 'few', version: 5 }, 'for the tests that follow');
    registry.close();
  });

  test.each([[[]], [['--activate']]])('never when it finds nothing, which is a failure: %j', async (args) => {
    writeFileBelow(home(), 'strange.conll', 'Ana\tB-NOBODY\nslept\tO\n');
    const ended = await onomast(
      ['train', '--train', 'few.conll', '--dev', 'strange.conll', '--output', 'models/strange', ...SMALL, ...args],
      { home: home() },
    );
    expect(ended.status).toBe(1);
    expect(lastLine(ended.stdout)).toMatch(
      /^strange@\d is not active: it finds none of the 1 names of dev; few@5 stays\.$/,
    );
    expect(await activeModel()).toMatchObject({ id: 'few', version: 5 });
  });
});

describe('the same --output twice', () => {
  test('keeps both versions; each can be chosen, the newest has the directory', async () => {
    const own = newHome();
    await trainTiny(own);
    const [before] = JSON.parse(succeeded(await onomast(['models', '--json'], { home: own })));
    const args = [
      '--train',
      'tiny.conll',
      '--output',
      'models/tiny',
      '--no-activate',
      '--quiet',
      '--seed',
      '9',
      ...SMALL,
    ];
    succeeded(await onomast(['train', ...args], { home: own }));
    const [second, first] = JSON.parse(succeeded(await onomast(['models', '--json'], { home: own })));
    expect(second).toMatchObject({ version: 2, active: false, path: before.path });
    expect(first).toMatchObject({ version: 1, active: true, sha256: before.sha256 });
    expect(first.path).toContain('tiny.versions');
    for (const model of [[], ['--model', 'tiny@1']])
      expect(succeeded(await onomast(['tag', ...model, TEXT], { home: own }))).toBe(TAGGED);
    expect(await activeModel(own)).toMatchObject({ version: 1, sha256: before.sha256 });
    // As after a kill between putting the old one aside and putting the new one in its place.
    rmSync(before.path, { recursive: true });
    for (const model of [[], ['--model', 'models/tiny']])
      expect(succeeded(await onomast(['tag', ...model, TEXT], { home: own }))).toBe(TAGGED);
  });
});

describe('a registry that cannot be read', () => {
  test('stops no one who names a directory, and says so where there is no other model', async () => {
    const own = newHome();
    await trainTiny(own);
    writeFileSync(databaseOf(own), 'not a database, but long enough to look like one to who reads no more'.repeat(9));
    for (const model of [
      ['--model', 'models/tiny'],
      ['--model', join(own, 'models', 'tiny')],
    ])
      expect(succeeded(await onomast(['tag', ...model, TEXT], { home: own }))).toBe(TAGGED);
    expect(failed(await onomast(['tag', TEXT], { home: own }), 1)).toMatch(
      /the file is not a database \[database_error\]$/,
    );
    expect(readFileSync(databaseOf(own), 'utf8')).toMatch(/^not a database/);
  });
});
