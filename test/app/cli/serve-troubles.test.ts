import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  databaseOf,
  newHome,
  onomast,
  type Running,
  SMALL,
  sharedHome,
  startOnomast,
  succeeded,
  trainTiny,
} from './helpers.js';

const TEXT = 'Nobody saw Wei on day 8';

interface Served {
  readonly running: Running;
  readonly url: string;
  ask(method: string, path: string, body?: object, accept?: string): Promise<{ status: number; text: string }>;
  /** Names that it finds in a text, and the milliseconds it took. */
  tags(): Promise<{ names: string[]; ms: number }>;
}

async function serve(home: string, ...args: string[]): Promise<Served> {
  const running = startOnomast(['serve', '--port', '0', ...args], { home });
  await running.says('(Ctrl-C ends it)');
  await running.says('Tagging in');
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(running.output().stderr)!;
  const ask: Served['ask'] = async (method, path, body, accept = 'application/json') => {
    const response = await fetch(url + path, {
      method,
      headers: { Accept: accept, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  return {
    running,
    url,
    ask,
    async tags() {
      const startMs = performance.now();
      const { status, text } = await ask('POST', '/api/tag', { text: TEXT });
      expect({ status, text }).toMatchObject({ status: 200 });
      const names = JSON.parse(text).entities.map((entity: { text: string }) => entity.text);
      return { names, ms: performance.now() - startMs };
    },
  };
}

const markOf = (home: string): string => join(dirname(databaseOf(home)), 'server.lock');

describe('two servers on one home', () => {
  const home = sharedHome(trainTiny);

  test('the second says who was there before; what one saves the other shows, and no decision is lost', async () => {
    const first = await serve(home());
    expect(first.running.output().stderr).not.toContain('another server');
    const second = await serve(home());
    expect(second.running.output().stderr).toMatch(
      new RegExp(
        `^onomast: another server, process ${first.running.child.pid} on \\S+, has served this home since \\S+; both work on its ` +
          'database, and what one saves the other shows\\. If there is no such process any more, delete ".*server\\.lock"$',
        'm',
      ),
    );
    const { id } = JSON.parse((await first.ask('POST', '/api/projects', { name: 'Both', labels: ['PER'] })).text);
    await first.ask('POST', `/api/projects/${id}/uploads`, { text: TEXT, format: 'text', keep: true });
    const document = `/api/projects/${id}/documents/1`;
    const { version } = JSON.parse((await second.ask('GET', document)).text);
    const decision = (label: string, start: number) => ({
      ...{ version, kind: 'mark', status: 'draft', spans: [{ start, end: start + 3, label }] },
    });
    const answers = await Promise.all([
      first.ask('PUT', document, decision('PER', 0)),
      second.ask('PUT', document, decision('PER', 7)),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const kept = JSON.parse((await first.ask('GET', document)).text);
    expect(kept.spans[0].start).toBe(answers[0].status === 200 ? 0 : 7);

    second.running.child.kill('SIGTERM');
    await second.running.ended;
    expect(existsSync(markOf(home()))).toBe(true);
    first.running.child.kill('SIGTERM');
    await first.running.ended;
    expect(existsSync(markOf(home()))).toBe(false);
  });

  test('one that was killed is not taken for a server', async () => {
    const first = await serve(home());
    first.running.child.kill('SIGKILL');
    await first.running.ended;
    const next = await serve(home());
    expect(next.running.output().stderr).not.toContain('another server');
    expect(JSON.parse(readFileSync(markOf(home()), 'utf8')).pid).toBe(next.running.child.pid);
  });
});

/** A database in trouble while a server runs: one sentence for who needs it, and names for everybody. */
async function inTrouble(cause: (path: string) => void): Promise<{ served: Served; id: number }> {
  const home = newHome();
  await trainTiny(home);
  const served = await serve(home);
  const { id } = JSON.parse((await served.ask('POST', '/api/projects', { name: 'Kept', labels: ['PER'] })).text);
  await served.ask('POST', `/api/projects/${id}/uploads`, { text: TEXT, format: 'text', keep: true });
  expect((await served.tags()).names).toEqual(['Wei']);
  await served.ask('GET', '/', undefined, 'text/html');
  cause(databaseOf(home));
  return { served, id };
}

const DECISION = { kind: 'mark', status: 'draft', spans: [{ start: 11, end: 14, label: 'PER' }] };

describe('a database in trouble', () => {
  test('locked by another program: writing is refused soon, tagging and reading go on', async () => {
    let release = (): void => {};
    const { served, id } = await inTrouble((path) => {
      const other = new Sqlite(path);
      other.exec('BEGIN IMMEDIATE');
      release = () => void other.close();
      onTestFinished(release);
    });
    const document = `/api/projects/${id}/documents/1`;
    const change = { ...DECISION, version: JSON.parse((await served.ask('GET', document)).text).version };
    const [written, beside] = await Promise.all([served.ask('PUT', document, change), served.tags()]);
    expect(written.status).toBe(503);
    expect(JSON.parse(written.text)).toMatchObject({
      code: 'database_busy',
      error: expect.stringMatching(/: another program is writing; try again$/),
    });
    expect(beside.names).toEqual(['Wei']);
    expect(beside.ms).toBeLessThan(3000); // not the five seconds that a program waits for which nobody else waits
    expect((await served.ask('GET', document)).status).toBe(200);
    release();
    expect((await served.ask('PUT', document, change)).status).toBe(200);
  });

  test('damaged: pages and API say so in a sentence, and names are found with the model that was active', async () => {
    const { served, id } = await inTrouble((path) => {
      const other = new Sqlite(path).unsafeMode();
      other.pragma('writable_schema = ON');
      other.exec("UPDATE sqlite_schema SET rootpage = 99999 WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
      other.pragma(`schema_version = ${Number(other.pragma('schema_version', { simple: true })) + 1}`);
      other.close();
    });
    await new Promise((resolve) => setTimeout(resolve, 300)); // the server looks for the active model ten times a second
    for (const path of ['/api/projects', `/api/projects/${id}/documents/1`]) {
      const { status, text } = await served.ask('GET', path);
      expect([path, status]).toEqual([path, 503]);
      expect(JSON.parse(text)).toMatchObject({
        code: 'database_error',
        error: expect.stringMatching(/^registry: .+$/),
      });
    }
    const page = await served.ask('GET', '/projects', undefined, 'text/html');
    expect(page.status).toBe(503);
    expect(page.text).toContain('registry: ');
    expect(page.text).not.toMatch(/\n\s+at /);
    for (let again = 0; again < 3; again++) expect((await served.tags()).names).toEqual(['Wei']);
    const front = await served.ask('GET', '/', undefined, 'text/html');
    expect(front.status).toBe(200);
    expect(served.running.output().stderr).toContain('tagging goes on with the models that are known');
  });
});

describe('a model that goes while it is needed', () => {
  const home = sharedHome(async (path) => {
    await trainTiny(path);
    const files = ['--train', 'tiny.conll', '--dev', 'tiny-dev.conll', '--output', 'models/other', '--no-activate'];
    succeeded(await onomast(['train', ...files, '--quiet', ...SMALL], { home: path }));
  });

  test('a queue that is full while another model becomes active: an answer of one of the two, or 503 at once', async () => {
    const served = await serve(home());
    const text = `${TEXT}. `.repeat(700); // slower to tag than to send, so that the queue is full
    const statuses: Record<number, number> = {};
    const models = new Set<string>();
    const burst = Array.from({ length: 600 }, async () => {
      const { status, text: answer } = await served.ask('POST', '/api/tag', { text });
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) models.add(JSON.parse(answer).model.id);
    });
    for (const spec of ['other@1', 'tiny@1', 'other@1', 'tiny@1']) {
      const swap = await served.ask('POST', `/api/models/${spec}/activate`, { force: true, reason: 'a trial' });
      expect(swap.status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await Promise.all(burst);
    expect(Object.keys(statuses).sort()).toEqual(['200', '503']);
    for (const model of models) expect(['tiny', 'other']).toContain(model);
    expect((await served.tags()).names).toEqual(['Wei']);
  });

  test('one that is deleted while it answers: that answer is whole, the next is told that there is none', async () => {
    const served = await serve(home());
    const long = `${TEXT}. `.repeat(20_000);
    const answering = served.ask('POST', '/api/tag', { text: long, model: 'other@1', include: [] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await served.ask('DELETE', '/api/models/other@1')).status).toBe(200);
    expect(existsSync(join(home(), 'models', 'other'))).toBe(false);
    const { status, text } = await answering;
    expect(status).toBe(200);
    expect(JSON.parse(text).model).toMatchObject({ id: 'other', version: 1 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const next = await served.ask('POST', '/api/tag', { text: TEXT, model: 'other@1' });
    expect(next.status).toBe(404);
    expect(JSON.parse(next.text)).toMatchObject({ code: 'unknown_model', error: 'model: there is no model "other@1"' });
    expect((await served.tags()).names).toEqual(['Wei']);
  });
});

/** A disk of some megabytes, or undefined where none can be made. */
function smallDisk(): string | undefined {
  const path = newHome();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', path]));
  return path;
}

test('a full disk: what would be saved is refused in a sentence, and names are found; with room again it is saved', async (context) => {
  const disk = smallDisk();
  if (disk === undefined) return context.skip('no small disk can be mounted here');
  const home = newHome();
  await trainTiny(home);
  mkdirSync(join(disk, 'data', 'local'), { recursive: true });
  cpSync(join(home, 'data'), join(disk, 'data'), { recursive: true });
  cpSync(join(home, 'models'), join(disk, 'models'), { recursive: true });
  const served = await serve(disk);
  const { id } = JSON.parse((await served.ask('POST', '/api/projects', { name: 'Kept', labels: ['PER'] })).text);
  const filler = join(disk, 'filler');
  const room = Buffer.alloc(4096);
  const file = openSync(filler, 'w');
  expect(() => {
    for (;;) writeSync(file, room);
  }).toThrow(/ENOSPC/);
  closeSync(file);
  const upload = { text: `${TEXT}. `.repeat(20_000), format: 'text', keep: true };
  const refused = await served.ask('POST', `/api/projects/${id}/uploads`, upload);
  expect(JSON.parse(refused.text)).toMatchObject({
    code: 'disk_full',
    error: expect.stringMatching(/: the disk is full$/),
  });
  expect(refused.status).toBe(503);
  expect((await served.tags()).names).toEqual(['Wei']);
  expect((await served.ask('GET', '/api/projects')).status).toBe(200);
  rmSync(filler);
  const small = { text: TEXT, format: 'text', keep: true };
  expect((await served.ask('POST', `/api/projects/${id}/uploads`, small)).status).toBe(200);
  expect(JSON.parse((await served.ask('GET', `/api/projects/${id}/documents`)).text).documents).toHaveLength(1);
});
