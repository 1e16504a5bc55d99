import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { median } from './median.js';
import { started } from './started.js';

/** Milliseconds. */
interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface WorkbenchBench {
  /** Pages and answers of a project of so many documents of 300 words each. */
  readonly project: { readonly documents: number } & Readonly<Record<string, Spread | number>>;
  /** From a key to the frame after the one in which its names were drawn; null where there is no browser. */
  readonly typing: Readonly<Record<string, Spread & { readonly keysPerSecond: number }>> | null;
}

const WORDS_OF_DOCUMENT = 300;
const ROUNDS = 15;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SENTENCES = [
  'Ada Lovelace met Jose Martinez at the University of Zurich before she flew home to London',
  'Nokia engineers said on Tuesday that the ferry to Tallinn was late again',
  'In Nairobi Wangari Maathai planted trees with the women of the Green Belt Movement',
  'nobody at Siemens had heard of the harbour in Gdansk until the storm came',
];

/** How long a reader waits in the page, measured from outside: over HTTP, and in a browser that is typed into. */
export async function benchWorkbench({
  words,
  documents,
}: {
  readonly words: number;
  readonly documents: number;
}): Promise<WorkbenchBench> {
  const home = mkdtempSync(join(tmpdir(), 'onomast-workbench-bench-'));
  const server = await started(['dist/app/cli/main.js', 'serve', '--port', '0'], {
    pattern: /127\.0\.0\.1:(\d+)/,
    home,
  });
  try {
    const url = `http://127.0.0.1:${server.port}`;
    return { project: await benchProject(url, documents), typing: await benchTyping(url, words) };
  } finally {
    server.child.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

async function benchProject(url: string, documents: number): Promise<WorkbenchBench['project']> {
  const post = async (path: string, body: object): Promise<{ readonly id: number }> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { readonly id: number };
  };
  const { id } = await post('/api/projects', { name: 'Many', labels: ['PER', 'LOC', 'ORG'] });
  const text = Array.from({ length: documents }, (_, i) => textOf(WORDS_OF_DOCUMENT, i)).join('\n\n');
  await post(`/api/projects/${id}/uploads`, { name: '', text, format: 'text', checked: false, keep: true });
  const here = `/projects/${id}`;
  const first = await time(url, `${here}/documents/1`);
  return {
    documents,
    'first document, which loads the model': first,
    list: await spreadOf(() => time(url, here)),
    'a document with suggestions': await spreadOf((i) => time(url, `${here}/documents/${2 + i}`)),
    'next by order': await spreadOf((i) => time(url, `${here}/next?by=order&after=${1 + i}`)),
    'next by uncertainty': await spreadOf((i) => time(url, `${here}/next?by=uncertainty&after=${1 + i}`)),
    'next by what differs most': await spreadOf((i) => time(url, `${here}/next?by=diversity&after=${1 + i}`)),
  };
}

/** Sentences in an order of its own, with a word of its own: no two texts are alike. */
function textOf(words: number, turn: number): string {
  const all: string[] = [];
  for (let i = turn; all.length < words; i++)
    all.push(...`${SENTENCES[(i * 7 + turn) % SENTENCES.length]} on day ${turn}-${i} .`.split(' '));
  return all.slice(0, words).join(' ');
}

async function time(url: string, path: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(url + path, { redirect: 'manual', headers: { Accept: 'text/html' } });
  await response.arrayBuffer();
  if (response.status >= 400) throw new Error(`${path}: ${response.status}`);
  return performance.now() - begin;
}

async function spreadOf(run: (round: number) => Promise<number>): Promise<Spread> {
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round++) all.push(await run(round));
  return spread(all);
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return {
    count: sorted.length,
    p50: tenth(median(sorted)),
    p99: tenth(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]),
    most: tenth(sorted.at(-1)!),
  };
}

async function benchTyping(url: string, words: number): Promise<WorkbenchBench['typing']> {
  const browser = await chromium
    .launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    .catch(() => undefined);
  if (browser === undefined) return null;
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.click('#live-switch');
    await page.getByText('is in this page').waitFor();
    const bare = await browser.newPage();
    await bare.setContent('<textarea id="text" rows="10" cols="80"></textarea>');
    return {
      'ten keys a second': await typed(page, textOf(words, 0), 100),
      'ten words a second': await typed(page, textOf(words, 1), 0),
      'ten words a second into a bare field': await typed(bare, textOf(words, 1), 0),
    };
  } finally {
    await browser.close();
  }
}

/** @param pauseMs Between keys; 0 for as many as make ten words a second. */
async function typed(page: Page, text: string, pauseMs: number): Promise<Spread & { readonly keysPerSecond: number }> {
  const pause = pauseMs || 1000 / (10 * (text.length / text.split(' ').length));
  await page.bringToFront();
  await page.fill('#text', '');
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    const waits: number[] = [];
    Object.assign(window, { waits });
    const field = document.querySelector('#text')!;
    // In capture: before whatever the page does with the key. A task after the next frame runs when that was painted.
    field.addEventListener(
      'keydown',
      (event) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => waits.push(performance.now() - event.timeStamp);
        requestAnimationFrame(() => channel.port2.postMessage(0));
      },
      true,
    );
  });
  const begin = performance.now();
  await page.focus('#text');
  for (const [i, key] of [...text].entries()) {
    const early = begin + i * pause - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await page.keyboard.press(key === ' ' ? 'Space' : key);
  }
  const seconds = (performance.now() - begin) / 1000;
  const waits = await page.evaluate(() => (window as unknown as { waits: number[] }).waits);
  return { ...spread(waits), keysPerSecond: Math.round((waits.length / seconds) * 10) / 10 };
}
