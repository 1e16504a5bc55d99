import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { exportModule } from '#app/export/export-module.js';
import type { Entity } from '#tagging/tagger/entity.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { findChromium, visit } from '../../helpers/chromium.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const MODEL = join(PROJECT, 'models', 'names-en');
const IDENTITY = { id: 'names-en', version: 0 };
const folder = mkdtempSync(join(tmpdir(), 'onomast-export-'));
const file = join(folder, 'tagger.mjs');
let text = '';
let texts: string[] = [];
let expected: unknown;

/** What the names of a text are, scores left to the tolerance of the module's own check. */
const spansOf = (entities: readonly Entity[]): unknown =>
  entities.map(({ start, end, label, text: name }) => [start, end, label, name]);
const browser = findChromium();
if (browser === undefined)
  console.log('the exported module in a browser: skipped, there is no Chromium (set CHROMIUM)');

beforeAll(async () => {
  ({ text } = await exportModule(MODEL, IDENTITY));
  writeFileSync(file, text);
  const { sentences } = await readCorpusFile(join(PROJECT, 'data', 'names', 'dev.conll'));
  texts = sentences.map(({ words }) => words.join(' '));
  const tagger = await loadTagger(MODEL, { kernels: 'simd' });
  expected = texts.map((one) => spansOf(tagger.tag(one).entities));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints that has the module and nothing else: no package, no file of this project. */
function run(program: string, module = file): unknown {
  const script = join(folder, 'use.mjs');
  writeFileSync(script, program.replaceAll('MODULE', JSON.stringify(`file://${module}`)));
  return JSON.parse(
    execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 }),
  );
}

describe('a model as one ES module', () => {
  test('finds in Node what the program finds, with the same offsets', () => {
    writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
    const found = run(`
      import { readFileSync } from 'node:fs';
      import { loadTagger } from MODULE;
      const tagger = await loadTagger();
      const texts = JSON.parse(readFileSync('texts.json', 'utf8'));
      console.log(JSON.stringify(texts.map((one) => tagger.tag(one).entities.map(({ start, end, label, text }) => [start, end, label, text]))));`);
    expect(found).toEqual(expected);
  });

  test('streams word by word, and says what it is', () => {
    const found = run(`
      import { check, loadTagger } from MODULE;
      const tagger = await loadTagger();
      const stream = tagger.stream();
      const certain = ['Ada', 'Lovelace', 'met', 'José', '.'].flatMap((word) => stream.push(word).certain);
      console.log(JSON.stringify({ tags: [...certain, ...stream.end().certain].map(({ tag }) => tag), model: tagger.model.id, wrong: check(tagger) }));`);
    expect(found).toEqual({ tags: ['B-PER', 'I-PER', 'O', 'B-PER', 'O'], model: 'names-en', wrong: [] });
  });

  test('where no code may be compiled, plain loops find the same', () => {
    const found = run(`
      WebAssembly.Module = class { constructor() { throw new EvalError('code generation is not allowed here'); } };
      const { loadTagger } = await import(MODULE);
      const tagger = await loadTagger();
      console.log(JSON.stringify(tagger.tag('Ada Lovelace met José in Zürich.').entities.map(({ text }) => text)));`);
    expect(found).toEqual(['Ada Lovelace', 'José', 'Zürich']);
  });

  test('a module that does not find what its test vector says throws when it is loaded', () => {
    const damaged = join(folder, 'damaged.mjs');
    writeFileSync(damaged, text.replace('"entities":[{"start":0,"end":12', '"entities":[{"start":0,"end":11'));
    const found = run(
      'import { loadTagger } from MODULE; console.log(JSON.stringify(await loadTagger().catch((error) => error.message)));',
      damaged,
    );
    expect(found).toMatch(/names-en: the test vector of this module fails here: "Ada Lovelace met/);
  });

  test('is smaller than 9 MB, imports nothing, and names the licence of the model', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(9e6);
    expect(text).not.toMatch(/^\s*import\s[^(]*from/m);
    expect(text.slice(0, 200)).toContain('Licence of the model');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test.skipIf(browser === undefined)('tags in a browser', async () => {
    const page = `<!doctype html><title>module</title><link rel="icon" href="data:,"><pre id="out"></pre><script type="module">
      const begun = performance.now();
      const { loadTagger } = await import('/tagger.mjs');
      const tagger = await loadTagger();
      const names = tagger.tag('Ada Lovelace met José in Zürich.').entities.map(({ text }) => text);
      document.getElementById('out').textContent = JSON.stringify(names);
    </script>`;
    const server = createServer((request, response) => {
      const isModule = request.url === '/tagger.mjs';
      response.setHeader('content-type', isModule ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
      response.end(isModule ? readFileSync(file) : page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { dom, console: complaints } = await visit(`http://127.0.0.1:${port}/`, { browser: browser! });
      expect(complaints).toEqual([]);
      expect(JSON.parse(/<pre id="out">(.*?)<\/pre>/.exec(dom)![1])).toEqual(['Ada Lovelace', 'José', 'Zürich']);
    } finally {
      server.close();
    }
  });
});
