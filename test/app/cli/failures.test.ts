import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import {
  corpusText,
  databaseOf,
  failed,
  newHome,
  onomast,
  type Running,
  SMALL,
  sharedHome,
  startOnomast,
  succeeded,
  trainTiny,
  writeFileBelow,
} from './helpers.js';

const prepared = sharedHome(trainTiny);

/** A copy of the prepared home, to be spoilt. */
function spoilableHome(): string {
  const home = newHome();
  cpSync(prepared(), home, { recursive: true });
  return home;
}
const TEXT = 'Nobody saw Wei on day 8';
const MARKED = 'Nobody saw [Wei|PER] on day 8\n';
const TRAIN = ['train', '--train', 'tiny.conll', '--output', 'other', '--quiet', ...SMALL];

async function addressOf(running: Running): Promise<string> {
  await running.says('(Ctrl-C ends it)');
  return /http:\/\/127\.0\.0\.1:\d+/.exec(running.output().stderr)![0];
}

describe.concurrent('a model directory', () => {
  test.each([
    [
      'whose weights are cut off',
      (path: string) => truncateSync(join(path, 'weights.safetensors'), 999),
      /weights has SHA-256 /,
    ],
    ['whose weights are altered', (path: string) => alter(join(path, 'weights.safetensors')), /weights has SHA-256 /],
    ['whose vocabulary is altered', (path: string) => alter(join(path, 'vocab.json')), /vocab has SHA-256 /],
    ['whose settings are altered', (path: string) => alter(join(path, 'config.json')), /config has SHA-256 /],
    ['whose description is cut off', (path: string) => truncateSync(join(path, 'meta.json'), 40), /not valid JSON/],
  ])('%s is told, by tag, evaluate and the server, which goes on', async (_, damage, expected) => {
    const home = spoilableHome();
    damage(join(home, 'models', 'tiny'));
    for (const args of [
      ['tag', TEXT],
      ['tag', '--model', 'tiny@1', TEXT],
      ['evaluate', '--model', 'models/tiny', 'tiny-dev.conll'],
    ]) {
      const line = failed(await onomast(args, { home }), 1);
      expect(line).toMatch(expected);
      expect(line).toMatch(/ \[damaged_model\]$/);
    }
    const serving = startOnomast(['serve', '--port', '0'], { home });
    const url = await addressOf(serving);
    const response = await fetch(`${url}/api/tag`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: TEXT }),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'damaged_model', error: expect.stringMatching(expected) });
    expect((await fetch(`${url}/healthz`)).ok).toBe(false);
    serving.child.kill('SIGINT');
    expect((await serving.ended).status).toBe(0);
  });

  test('that lacks a file is told', async () => {
    const home = spoilableHome();
    rmSync(join(home, 'models', 'tiny', 'vocab.json'));
    expect(failed(await onomast(['tag', '--model', 'models/tiny', TEXT], { home }), 1)).toMatch(
      /models\/tiny: the file vocab\.json is missing; this is no complete model \[damaged_model\]$/,
    );
  });

  test('that was trained to again keeps both versions', async () => {
    const home = spoilableHome();
    succeeded(await onomast([...TRAIN.slice(0, 3), '--output', 'models/tiny', '--quiet', ...SMALL], { home }));
    for (const model of ['tiny@1', 'tiny@2', 'models/tiny'])
      succeeded(await onomast(['tag', '--model', model, TEXT], { home }));
  });
});

describe.concurrent('a registry that is locked', () => {
  test('costs a training its record, no more; tagging and serving go on', async () => {
    const home = spoilableHome();
    const lock = lockedDatabase(home);
    const training = startOnomast(TRAIN, { home });
    const tagging = onomast(['tag', TEXT], { home });
    const activating = onomast(['models', 'activate', 'tiny@1'], { home });
    const serving = startOnomast(['serve', '--port', '0'], { home });
    const url = await addressOf(serving);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(succeeded(await tagging)).toBe(MARKED);
    expect(failed(await activating, 1)).toMatch(/another program is writing; try again \[database_busy\]$/);

    await training.says('not recorded');
    lock.close();
    const { status, stdout, stderr } = await training.ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^onomast: not recorded: registry: .*: another program is writing; try again\n$/);
    expect(stdout).toMatch(/ \(version 1\), weights SHA-256 /); // told once more at the end, when the lock was gone
    expect(JSON.parse(succeeded(await onomast(['models', '--json'], { home })))[0]).toMatchObject({ id: 'other' });
    serving.child.kill('SIGINT');
    expect((await serving.ended).status).toBe(0);
  });

  test('and holds a run that died can still be read', async () => {
    const home = spoilableHome();
    const database = new Sqlite(databaseOf(home));
    database
      .prepare("UPDATE runs SET status = 'running', finished_at = NULL, resumed_at = '2001-01-01T00:00:00Z'")
      .run();
    database.close();
    const lock = lockedDatabase(home);
    expect(succeeded(await onomast(['tag', TEXT], { home }))).toBe(MARKED);
    lock.close();
  });
});

describe.concurrent('a registry that cannot be one', () => {
  test.each([
    ['garbage', (file: string) => writeFileSync(file, 'no database at all, but long enough to be one'.repeat(99))],
    ['the database of another program', foreignDatabase],
  ])('%s: one line; training and --model do without it', async (_, spoil) => {
    const home = spoilableHome();
    for (const suffix of ['', '-wal', '-shm']) rmSync(databaseOf(home) + suffix, { force: true });
    spoil(databaseOf(home));
    const before = readFileSync(databaseOf(home));
    for (const args of [['tag', TEXT], ['models']]) {
      expect(failed(await onomast(args, { home }), 1)).toMatch(
        /^registry: .*onomast\.sqlite: .* \[database_error\]$|is the database of another program; .* \[database_error\]$/,
      );
    }
    expect(succeeded(await onomast(['tag', '--model', 'models/tiny', TEXT], { home }))).toBe(MARKED);
    const trained = await onomast(TRAIN, { home });
    expect(trained).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^onomast: the run will not be recorded: registry: .*\n$/),
    });
    expect(existsSync(join(home, 'other', 'weights.safetensors'))).toBe(true);
    expect(readFileSync(databaseOf(home)).equals(before)).toBe(true);
  });

  test('a home below a file: training says that it cannot record, then that it cannot write', async () => {
    const home = newHome();
    const train = writeFileBelow(home, 'tiny.conll', corpusText(30));
    const environment = { ONOMAST_HOME: join(train, 'home') };
    const { status, stdout, stderr } = await onomast(['train', '--train', train, '--quiet', ...SMALL], {
      home,
      environment,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^onomast: the run will not be recorded: .*\nonomast: .*cannot make this directory: .* \[io_error\]\n$/,
    );
  });
});

/** A write lock until it is closed. */
function lockedDatabase(home: string): Sqlite.Database {
  const database = new Sqlite(databaseOf(home));
  database.exec('BEGIN IMMEDIATE');
  return database;
}

function foreignDatabase(file: string): void {
  const database = new Sqlite(file);
  database.exec('CREATE TABLE recipes (name TEXT)');
  database.close();
}

/** One byte in the middle. */
function alter(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}
