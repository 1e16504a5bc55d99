import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed, newHome, onomast, sharedHome, startOnomast, succeeded, trainTiny, writeFileBelow } from './helpers.js';

/** A model and a project with one accepted document. */
const source = sharedHome(async (path) => {
  await trainTiny(path);
  writeFileBelow(path, 'b.jsonl', '{"text":"The Fram sank","entities":[[4,8,"SHIP"]]}\n');
  succeeded(await onomast(['import', 'b.jsonl', '--project', 'Ships'], { home: path }));
  succeeded(await onomast(['backup', 'saved'], { home: path }));
}, 120_000);

const exported = async (home: string) =>
  succeeded(await onomast(['export', '--project', 'Ships', '--to', 'jsonl'], { home }));
const saved = () => join(source(), 'saved');
const copied = (): string => {
  const place = join(newHome(), 'saved');
  cpSync(saved(), place, { recursive: true });
  return place;
};

describe('backup and restore', () => {
  test('projects and models come back in an empty home, byte for byte', async () => {
    const home = newHome();
    expect(succeeded(await onomast(['restore', saved()], { home }))).toMatch(
      /^The database is restored, with tiny@1; \d+\.\d MB\.\n$/,
    );
    expect(await exported(home)).toBe(await exported(source()));
    const weights = 'models/tiny/weights.safetensors';
    expect(readFileSync(join(home, weights)).equals(readFileSync(join(source(), weights)))).toBe(true);
    const findings = JSON.parse(succeeded(await onomast(['doctor', '--json'], { home })));
    expect(findings.filter(({ state }: { state: string }) => state === 'error')).toEqual([]);
    expect(findings.map(({ what }: { what: string }) => what)).toContain('model tiny@1');
  });

  test('a server that runs goes on with what was restored, and what was there is kept', async () => {
    const home = newHome();
    succeeded(await onomast(['restore', saved()], { home }));
    const server = startOnomast(['serve', '--port', '0'], { home });
    await server.says('(Ctrl-C ends it)');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
    const projects = async () =>
      ((await (await fetch(`${url}/api/projects`)).json()) as { projects: unknown[] }).projects;
    const body = JSON.stringify({ name: 'Later', labels: ['X'] });
    await fetch(`${url}/api/projects`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    expect(await projects()).toHaveLength(2);
    expect(failed(await onomast(['restore', saved()], { home }), 1)).toContain('there is a database already; --force');
    succeeded(await onomast(['restore', saved(), '--force'], { home }));
    expect(await projects()).toHaveLength(1);
    expect(existsSync(join(home, 'data/local/onomast.sqlite.before-restore'))).toBe(true);
    succeeded(await onomast(['backup', 'while-running'], { home }));
    server.child.kill('SIGTERM');
    expect((await server.ended).status).toBe(0);
  });

  test.each([
    [
      'a file that was altered',
      (place: string) => appendFileSync(join(place, 'onomast.sqlite'), 'x'),
      /expected \d+ bytes/,
    ],
    [
      'a file with a flipped byte',
      (place: string) => {
        const file = join(place, 'models/tiny@1/weights.safetensors');
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] ^= 1;
        writeFileSync(file, bytes);
      },
      /its hash differs/,
    ],
    ['a file that is missing', (place: string) => rmSync(join(place, 'models/tiny@1/meta.json')), /meta\.json: ENOENT/],
    ['a backup that was cut off', (place: string) => rmSync(join(place, 'manifest.json')), /was the backup cut off\?/],
    [
      'a name that leads out of it',
      (place: string) => {
        const file = join(place, 'manifest.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('models/tiny@1/meta.json', 'models/../../meta.json'));
      },
      /names a file that no backup has/,
    ],
    [
      'a list of another form',
      (place: string) => writeFileSync(join(place, 'manifest.json'), '{"format":"x"}'),
      /expected a list of the form/,
    ],
  ])('%s is refused before anything is changed', async (_, harm, message) => {
    const [place, home] = [copied(), newHome()];
    harm(place);
    expect(failed(await onomast(['restore', place], { home }), 1)).toMatch(message);
    expect(existsSync(join(home, 'data'))).toBe(false);
  });

  test('neither is written over', async () => {
    expect(failed(await onomast(['backup', 'saved'], { home: source() }), 1)).toContain(
      'expected no directory, or an empty one',
    );
    expect(failed(await onomast(['backup', 'x'], { home: newHome() }), 1)).toContain('there is no database to back up');
    expect(failed(await onomast(['restore', 'nowhere'], { home: newHome() }), 1)).toContain('found nothing');
  });
});

describe('doctor', () => {
  test('tells what is wrong and what mends it, and fails', async () => {
    const home = newHome();
    succeeded(await onomast(['restore', saved()], { home }));
    rmSync(join(home, 'models/tiny/weights.safetensors'));
    const lost = await onomast(['doctor'], { home });
    expect(lost.status).toBe(1);
    expect(lost.stdout).toMatch(/^error {4}model tiny@1: .*weights\.safetensors is missing.*`onomast restore`/m);
    writeFileSync(
      join(home, 'data/local/onomast.sqlite'),
      'no database at all, but long enough to be looked at as one',
    );
    const broken = await onomast(['doctor'], { home });
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(/^error {4}database: .*file is not a database/m);
  });

  test('finds nothing wrong with a new home', async () => {
    expect(succeeded(await onomast(['doctor'], { home: newHome() }))).toContain('ok       database: there is none yet');
  });
});
