import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT, type Running, sharedHome, startOnomast, trainTiny } from './helpers.js';

const NAME = /\b(?:onomast|process|nodejs)_[a-z0-9_]+\b/g;
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number };
}
const DASHBOARD: { readonly panels: readonly Panel[] } = JSON.parse(
  readFileSync(join(PROJECT, 'deploy', 'grafana-dashboard.json'), 'utf8'),
);

let server: Running;
sharedHome(async (home) => {
  await trainTiny(home);
  server = startOnomast(['serve', '--port', '0'], { home });
  await server.says('(Ctrl-C ends it)');
});

/** Names of the time series that a server tells after one request. */
async function served(): Promise<Set<string>> {
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output().stderr)!;
  const body = JSON.stringify({ text: 'Nobody saw Wei on day 8' });
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${url}/api/tag`, { method: 'POST', headers, body })).status).toBe(200);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toMatch(/^onomast_tokens_total [1-9]\d*$/m);
  expect(text).toMatch(/^onomast_trainings_running 0$/m);
  return new Set(Array.from(text.matchAll(/^([a-z]\w*)/gm), ([, name]) => name));
}

describe('/metrics has', () => {
  test('whatever the dashboard asks for, and every series of our own is on it', async () => {
    const names = await served();
    const asked = new Set<string>(JSON.stringify(DASHBOARD.panels).match(NAME));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);
    const own = [...names]
      .filter((name) => name.startsWith('onomast_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    const shown = new Set([...asked].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect([...new Set(own)].filter((name) => !shown.has(name))).toEqual([]);
  });

  test('whatever operation.md tells of', async () => {
    const names = await served();
    const section = /### Watching it\n([\s\S]*?)\n### /.exec(
      readFileSync(join(PROJECT, 'docs', 'operation.md'), 'utf8'),
    )![1];
    const told = [...new Set(section.match(NAME))];
    expect(told.length).toBeGreaterThan(8);
    expect(told.filter((name) => !names.has(name) && !names.has(`${name}_bucket`))).toEqual([]);
  });
});

test('each panel of the dashboard has a title, a query and a place of its own', () => {
  const places = DASHBOARD.panels.map(({ title, targets, gridPos }: Panel) => {
    expect(title).not.toBe('');
    for (const { expr } of targets) expect(expr).toContain('{job="$job"}');
    return `${gridPos.x},${gridPos.y}`;
  });
  expect(new Set(places).size).toBe(places.length);
});
