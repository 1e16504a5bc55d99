import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { median } from './median.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(PROJECT, 'dist', 'app', 'cli', 'main.js');
const KINDS = { esm: 'tagger.mjs', onnx: 'tagger.onnx', archive: 'tagger.tgz' } as const;

export interface ExportBench {
  /** Bytes of all files of a kind. */
  readonly bytes: Readonly<Record<string, number>>;
  /** In Node: until a model is there, and tokens a second on the bundled development part, texts of seven sentences. */
  readonly node: Readonly<Record<string, { readonly loadMs: number; readonly tokensPerSecond: number }>>;
  /** In a browser that was just started: from the import of the module to the names of the first text. */
  readonly coldBrowserMs: { readonly median: number; readonly best: number; readonly fetchedMs: number } | null;
}

/** What exported models weigh, and how fast they are. */
export async function benchExports({ rounds }: { readonly rounds: number }): Promise<ExportBench> {
  const folder = mkdtempSync(join(tmpdir(), 'onomast-export-bench-'));
  try {
    for (const [kind, file] of Object.entries(KINDS)) {
      const args = [MAIN, 'export', join(PROJECT, 'models', 'names-en'), '--to', kind, '-o', join(folder, kind, file)];
      mkdirSync(join(folder, kind));
      execFileSync(process.execPath, args, { stdio: 'pipe' });
    }
    const sizeOf = (...files: string[]): number =>
      files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    writeFileSync(join(folder, 'measure.mjs'), MEASURE);
    return {
      bytes: {
        esm: sizeOf('esm/tagger.mjs'),
        onnx: sizeOf('onnx/tagger.onnx', 'onnx/tagger.json', 'onnx/tagger.mjs'),
        archive: sizeOf('archive/tagger.tgz'),
      },
      node: Object.fromEntries(['program', 'esm', 'onnx'].map((way) => [way, inNode(way, folder, rounds)])),
      coldBrowserMs: await inBrowser(join(folder, 'esm', 'tagger.mjs'), rounds),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Run in a process of its own, so that nothing is warm. */
const MEASURE = `
  import { readFileSync } from 'node:fs';
  const [way, project, folder] = process.argv.slice(2);
  const sentences = readFileSync(project + '/data/names/dev.conll', 'utf8').split(/\\n\\s*\\n/)
    .map((block) => block.split('\\n').map((row) => row.split(/\\s/)[0]).filter((word) => word !== '' && word !== '-DOCSTART-'))
    .filter((words) => words.length > 0);
  const begun = performance.now();
  let tag;
  if (way === 'onnx') {
    const ort = await import(project + '/node_modules/onnxruntime-web/dist/ort.node.min.mjs');
    const { createOnnxTagger } = await import(folder + '/onnx/tagger.mjs');
    const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(folder + '/onnx/tagger.onnx')));
    const description = JSON.parse(readFileSync(folder + '/onnx/tagger.json', 'utf8'));
    const { tagWords } = createOnnxTagger(description, { session, Tensor: ort.Tensor });
    tag = async () => { for (const words of sentences) await tagWords(words); };
    await tagWords(['Ada']);
  } else {
    const { loadTagger } = await import(way === 'esm' ? folder + '/esm/tagger.mjs' : project + '/dist/index.js');
    const tagger = await loadTagger(way === 'esm' ? undefined : project + '/models/names-en');
    tag = async () => tagger.tagWords(sentences);
    tagger.tag('Ada');
  }
  const loadMs = performance.now() - begun;
  await tag();
  const times = [];
  for (let i = 0; i < 3; i++) { const from = performance.now(); await tag(); times.push(performance.now() - from); }
  const tokens = sentences.reduce((sum, words) => sum + words.length, 0);
  console.log(JSON.stringify({ loadMs, tokensPerSecond: (1000 * tokens) / Math.min(...times) }));
`;

function inNode(way: string, folder: string, rounds: number): { loadMs: number; tokensPerSecond: number } {
  const runs = Array.from({ length: rounds }, () => {
    const args = [join(folder, 'measure.mjs'), way, PROJECT.replace(/\/$/, ''), folder];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Record<string, number>;
  });
  return {
    loadMs: median(runs.map(({ loadMs }) => loadMs)),
    tokensPerSecond: median(runs.map(({ tokensPerSecond }) => tokensPerSecond)),
  };
}

const PAGE = `<!doctype html><title>cold</title><link rel="icon" href="data:,"><script type="module">
  const begun = performance.now();
  const { loadTagger } = await import('/tagger.mjs');
  const fetched = performance.now() - begun;
  const tagger = await loadTagger();
  const names = tagger.tag('Ada Lovelace met José in Zürich.').entities.length;
  window.measured = { ms: performance.now() - begun, fetched, names };
</script>`;

async function inBrowser(module: string, rounds: number): Promise<ExportBench['coldBrowserMs']> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (statSync(executablePath, { throwIfNoEntry: false }) === undefined) return null;
  const server = createServer((request, response) => {
    const isModule = request.url === '/tagger.mjs';
    response.setHeader('content-type', isModule ? 'text/javascript' : 'text/html');
    response.end(isModule ? readFileSync(module) : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const found: { ms: number; fetched: number; names: number }[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction('window.measured !== undefined');
      found.push(await page.evaluate('window.measured'));
      await browser.close();
    }
  } finally {
    server.close();
  }
  if (found.some(({ names }) => names !== 3)) throw new Error('the module did not find the names in the browser');
  const all = found.map(({ ms }) => ms);
  return { median: median(all), best: Math.min(...all), fetchedMs: median(found.map(({ fetched }) => fetched)) };
}
