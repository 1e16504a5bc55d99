import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { appOfEveryRoute, routesOf } from '../../helpers/every-route.js';
import { startTestApp } from '../../helpers/test-app.js';
import { corpusText, type Running, sharedHome, startOnomast, trainTiny } from './helpers.js';

interface State {
  /** What is at the address, where that is not told by the address. */
  readonly name?: string;
  readonly path: string;
  /** Sent as a form of the page sends it. */
  readonly form?: Readonly<Record<string, string>>;
  /** There when the page is ready. */
  readonly wait?: string;
}

const home = sharedHome(trainTiny, 120_000);
let server: Running;
let url: string;
let ids: { project: string; document: string; job: string; run: string };

beforeAll(async () => {
  server = startOnomast(['serve', '--port', '0'], { home: home() });
  await server.says('(Ctrl-C ends it)');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)![0];
  ids = await content();
}, 120_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
});

/** A project with accepted, suggested and rejected documents, a pin, and a training that has ended. */
async function content(): Promise<typeof ids> {
  const json = async (path: string, body?: object) => {
    const request = { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
    return (await (await fetch(url + path, body && request)).json()) as { [name: string]: never };
  };
  const { id } = await json('/api/projects', { name: 'Letters', labels: ['PER', 'LOC', 'ORG'] });
  await json(`/api/projects/${id}/uploads`, {
    name: '',
    text: corpusText(40),
    format: 'conll',
    checked: true,
    keep: true,
  });
  const text = 'Ana Souza met number 7 in Oslo.\n\nNobody saw Wei on day 8.';
  await json(`/api/projects/${id}/uploads`, { name: '', text, format: 'text', checked: false, keep: true });
  const spans = [{ start: 11, end: 14, label: 'PER', must: false }];
  await json(`/api/projects/${id}/pins`, { text: 'Nobody saw Wei on day 8', spans });
  const { documents } = (await json(`/api/projects/${id}/documents?status=new`)) as unknown as {
    documents: readonly { id: number }[];
  };
  const form = { method: 'POST', redirect: 'manual' } as const;
  const started = await fetch(`${url}/projects/${id}/train`, {
    ...form,
    body: new URLSearchParams({ recipe: 'tiny', activation: 'never', watch: 'Nobody saw Wei on day 8' }),
  });
  const job = /j_\w+/.exec(started.headers.get('location')!)![0];
  const page = async (path: string): Promise<string> => (await fetch(url + path)).text();
  while (!(await page(`/trainings/${job}`)).includes('Done after'))
    await new Promise((resolve) => setTimeout(resolve, 200));
  const [, run] = /href="\/runs\/(r[^"/]+)"/.exec(await page('/models/tiny%401'))!;
  return { project: String(id), document: String(documents[0].id), job, run };
}

/** Every page by its route, each with the states that a reader can bring it into. */
function pages(): Readonly<Record<string, readonly State[]>> {
  const { project, document, job, run } = ids;
  const here = `/projects/${project}`;
  const text = 'Ana Souza met number 7 in Oslo.';
  return {
    '/': [
      { path: '/' },
      { name: 'with names', path: '/', form: { text }, wait: '#tagged mark' },
      { name: 'an unknown model', path: '/', form: { text, model: 'nobody@1' } },
    ],
    '/api': [{ path: '/api' }],
    '/redact': [{ path: '/redact' }, { name: 'redacted', path: '/redact', form: { text } }],
    '/runs': [{ path: '/runs' }],
    '/runs/curves': [{ path: `/runs/curves?run=${run}` }, { name: 'none', path: '/runs/curves' }],
    '/runs/:id': [{ path: `/runs/${run}` }, { name: 'that is not there', path: '/runs/nothing' }],
    '/models/compare': [
      { path: '/models/compare' },
      { name: 'a text', path: '/models/compare', form: { left: 'tiny', right: 'tiny', text } },
      { name: 'accepted', path: `/models/compare?left=tiny&right=tiny&project=${project}` },
      { name: 'dev', path: `/models/compare?left=tiny&right=tiny&project=${project}&part=dev` },
      { name: 'an unknown model', path: '/models/compare', form: { left: 'nobody', right: 'tiny', text } },
    ],
    '/models/:model': [
      { path: '/models/tiny%401' },
      { name: 'not sure', path: '/models/tiny%401', form: { action: 'remove' } },
      { name: 'a wrong name', path: '/models/tiny%401', form: { action: 'rename', name: 'a b' } },
      { name: 'nowhere to roll back', path: '/models/tiny%401', form: { action: 'rollback' } },
    ],
    '/learn': [{ path: '/learn' }],
    '/learn/:id': [{ path: '/learn/averages', wait: '.says' }], // each has its own test, learn.browser
    '/projects': [
      { path: '/projects' },
      { name: 'a name that is taken', path: '/projects', form: { name: 'Letters', labels: 'PER' } },
    ],
    '/projects/:project': [
      { path: here },
      { name: 'filtered to nothing', path: `${here}?status=skipped` },
      { name: 'a ledger', path: `${here}/upload`, form: { text: 'Ada\tB-PER\n', format: 'conll', action: 'look' } },
      { name: 'a bad upload', path: `${here}/upload`, form: { text: '{', format: 'jsonl', action: 'look' } },
      { name: 'a label in use', path: `${here}/labels`, form: { label: 'PER', action: 'remove' } },
      { name: 'that is not there', path: '/projects/99' },
    ],
    '/projects/:project/pins': [
      { path: `${here}/pins` },
      { name: 'a bad pin', path: `${here}/pins`, form: { action: 'add', written: 'nothing' } },
    ],
    '/projects/:project/next': [{ path: `${here}/next?by=order`, wait: '#words' }],
    '/projects/:project/documents/:document': [
      { path: `${here}/documents/${document}`, wait: '#words' },
      { name: 'that is not there', path: `${here}/documents/99999` },
    ],
    '/projects/:project/mistakes': [{ path: `${here}/mistakes` }],
    '/trainings/:job': [{ path: `/trainings/${job}` }, { name: 'that is not there', path: '/trainings/j_0' }],
  };
}

/** What is no page: the JSON interface, files, streams, and what machines ask. */
const NO_PAGES =
  /^\/(api\/|healthz|readyz|metrics|models\/:model\/(archive|files)|projects\/:project\/export|trainings\/:job\/events)/;

async function open(page: Page, { path, form, wait }: State): Promise<void> {
  if (form === undefined) await page.goto(url + path);
  else {
    await page.goto(`${url}/learn`);
    await Promise.all([
      page.waitForEvent('domcontentloaded'),
      page.evaluate(
        ([action, fields]) => {
          const sent = document.createElement('form');
          Object.assign(sent, { method: 'post', action });
          for (const [name, value] of Object.entries(fields)) {
            const field = document.createElement('textarea');
            Object.assign(field, { name, value });
            sent.append(field);
          }
          document.body.append(sent);
          sent.submit();
        },
        [url + path, form] as const,
      ),
    ]);
  }
  if (wait !== undefined) await page.locator(wait).first().waitFor();
}

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;

async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const width of WIDTHS)
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const found = await accessibilityFaults(page);
      if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width)
        found.push('wider than the window');
      faults.push(...found.map((fault) => `${width}, ${colorScheme}: ${fault}`));
    }
  return faults;
}

test('every page of the program is among those that are looked at', () => {
  const routes = routesOf(appOfEveryRoute()).filter(({ method, path }) => method === 'GET' && !NO_PAGES.test(path));
  expect(Object.keys(pages()).sort()).toEqual(routes.map(({ path }) => path).sort());
});

describe.skipIf(BROWSER === undefined)('axe-core finds nothing wrong, wide or narrow, light or dark', () => {
  const openPage = browserForTests();

  test('with any page in any of its states', { timeout: 300_000 }, async () => {
    const { page, complaints } = await openPage(`${url}/learn`);
    const faults: string[] = [];
    for (const [route, states] of Object.entries(pages()))
      for (const state of states) {
        await open(page, state);
        faults.push(...(await faultsOf(page)).map((fault) => `${route} ${state.name ?? ''} ${fault}`));
      }
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('nor with the page that asks for a token', async () => {
    const { url: guarded } = await startTestApp({ access: { scopeOf: () => undefined } });
    const { page, complaints } = await openPage(guarded);
    await page.locator('#token').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
