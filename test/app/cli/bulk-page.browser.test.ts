import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { newHome, onomast, type Running, sharedHome, startOnomast, trainTiny, writeFileBelow } from './helpers.js';

const home = sharedHome(trainTiny);
/** Long enough to be looked at while it is done. */
const TEXTS = Array.from({ length: 60_000 }, (_, i) => `Ana Souza met number ${i} in Oslo.`).join('\n');

let server: Running;
let url: string;
let work: string;
beforeAll(async () => {
  work = newHome();
  writeFileBelow(work, 'few.txt', 'Ana met Wei\nOslo\n');
  writeFileBelow(work, '<b>many.txt', TEXTS);
  server = startOnomast(['serve', '--port', '0'], { home: home() });
  await server.says('(Ctrl-C ends it)');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
}, 60_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
});

const argsFor = (input: string, output: string): string[] => {
  const [path, folder] = [join(work, input), join(work, output)];
  return ['bulk', path, '--input', 'lines', '--output', folder, '--workers', '1'];
};
const jobs = async () => (await (await fetch(`${url}/api/bulk`)).json()).jobs;
const page = async (): Promise<string> => (await fetch(`${url}/runs`)).text();

describe('bulk jobs in the page', () => {
  test('are not spoken of where there are none', async () => {
    expect(await jobs()).toEqual([]);
    expect(await page()).not.toContain('Bulk jobs');
  });

  test('one that is done, in the page and in JSON', async () => {
    expect((await onomast(argsFor('few.txt', 'few'), { home: home() })).status).toBe(0);
    expect(await jobs()).toMatchObject([
      {
        state: 'finished',
        inputs: [join(work, 'few.txt')],
        output: join(work, 'few'),
        model: 'tiny@1',
        queue: false,
        texts: 2,
        failed: 0,
        share: 1,
        texts_per_second: expect.any(Number),
        seconds_left: null,
      },
    ]);
    const html = await page();
    for (const part of ['Bulk jobs', 'few.txt', 'finished', '100 %', 'tiny@1']) expect(html).toContain(part);
  });

  test('one that is killed was interrupted, and is finished when it went on', async () => {
    const running = startOnomast(argsFor('<b>many.txt', 'many'), { home: home() });
    await expect.poll(async () => (await jobs())[0].state, { timeout: 20_000 }).toBe('running');
    await expect.poll(async () => (await jobs())[0].texts, { timeout: 20_000 }).toBeGreaterThan(0);
    running.child.kill('SIGKILL');
    await running.ended;
    const [killed] = await jobs();
    expect(killed).toMatchObject({ state: 'interrupted', seconds_left: null });
    expect(killed.share).toBeLessThan(1);
    const html = await page();
    expect(html).toContain('&lt;b&gt;many.txt');
    expect(html).not.toContain('<b>many');
    expect((await onomast(argsFor('<b>many.txt', 'many'), { home: home() })).status).toBe(0);
    expect(await jobs()).toMatchObject([{ state: 'finished', texts: 60_000 }, { state: 'finished' }]);
  });

  test('a home that cannot be written to is no reason not to tag, and said', async () => {
    const closed = newHome();
    mkdirSync(join(closed, 'data', 'local'), { recursive: true });
    writeFileBelow(closed, join('data', 'local', 'bulk'), 'a file in the place of the folder');
    const args = [...argsFor('few.txt', 'elsewhere'), '--model', join(home(), 'models', 'tiny')];
    const ended = await onomast(args, { home: closed });
    expect([ended.status, ended.stderr]).toEqual([0, expect.stringContaining('2 texts')]);
    expect(ended.stderr).toContain('the page of runs will not show this job: ');
  });
});

describe.skipIf(!BROWSER)('in a browser', () => {
  const open = browserForTests();

  test('a running job goes on by itself to its end, without a fault', async () => {
    const running = startOnomast(argsFor('<b>many.txt', 'again'), { home: home() });
    await expect.poll(async () => (await jobs())[0].state, { timeout: 20_000 }).toBe('running');
    const { page: shown, complaints } = await open(`${url}/runs`);
    const cell = (name: string) => shown.locator(`#bulk-jobs tbody tr:first-child [data-cell="${name}"]`);
    const first = await cell('texts').textContent();
    await expect.poll(() => cell('texts').textContent(), { timeout: 20_000 }).not.toBe(first);
    await expect.poll(() => cell('state').textContent(), { timeout: 60_000 }).toBe('finished');
    await running.ended;
    expect(await accessibilityFaults(shown)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)('the page is whole at %i pixels', async (width, colorScheme) => {
    const { page: shown } = await open(`${url}/runs`, { viewport: { width, height: 800 }, colorScheme });
    expect(await accessibilityFaults(shown)).toEqual([]);
    expect(await shown.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
