import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadTagger as loadFromDirectory } from '#tagging/tagger/load-tagger.js';
import { findChromium, visit } from '../../helpers/chromium.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const MODEL = join(PROJECT, 'models', 'names-en');
/** What `onomast/browser` is, as the build bundles it. */
const { loadTagger } = (await import(
  /* @vite-ignore */ join(PROJECT, 'dist', 'browser.bundle.js')
)) as typeof import('../../../src/browser.js');
const TEXT = 'Ada Lovelace met José in Zürich. He said, Teddy bears are on sale.';

const files = (): Record<string, Uint8Array> =>
  Object.fromEntries(readdirSync(MODEL).map((name) => [name, new Uint8Array(readFileSync(join(MODEL, name)))]));
const spansOf = (entities: readonly { start: number; end: number; label: string }[]): unknown =>
  entities.map(({ start, end, label }) => [start, end, label]);
const browser = findChromium();
if (browser === undefined) console.log('onomast/browser in a browser: skipped, there is no Chromium (set CHROMIUM)');

describe('onomast/browser', () => {
  test('tags as the program does, from bytes and from an address', async () => {
    const expected = (await loadFromDirectory(MODEL, { kernels: 'simd' })).tag(TEXT).entities;
    const fromBytes = await loadTagger(files());
    expect(spansOf(fromBytes.tag(TEXT).entities)).toEqual(spansOf(expected));
    expect(fromBytes.model).toMatchObject({ id: 'names-en', version: 0 });
    const asked: string[] = [];
    const fetchFile = async (url: string): Promise<Response> => {
      asked.push(url);
      return new Response(new Uint8Array(readFileSync(join(MODEL, url.replace('/models/en/', '')))));
    };
    const identity = { id: 'mine', version: 3 };
    const fetched = await loadTagger('/models/en', { fetch: fetchFile, identity });
    expect(spansOf(fetched.tag(TEXT).entities)).toEqual(spansOf(expected));
    expect(fetched.model).toMatchObject(identity);
    expect(asked.sort()).toEqual(
      ['config.json', 'meta.json', 'vectors.safetensors', 'vocab.json', 'weights.safetensors'].map(
        (name) => `/models/en/${name}`,
      ),
    );
  });

  test.each(['config.json', 'vocab.json', 'weights.safetensors', 'vectors.safetensors'])(
    'notices a changed byte of %s',
    async (name) => {
      const changed = files();
      changed[name][changed[name].length - 3] ^= 1;
      await expect(loadTagger(changed)).rejects.toMatchObject({ code: 'damaged_model' });
    },
  );

  test('says what is missing or cannot be fetched', async () => {
    const { 'vocab.json': _left, ...rest } = files();
    await expect(loadTagger(rest)).rejects.toThrow('expected the bytes of vocab.json in "model", found none');
    for (const wrong of [undefined, null, 8, {}])
      await expect(loadTagger(wrong as never)).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(loadTagger('')).rejects.toThrow('"model" must be an address, found ""');
    const missing = { fetch: async () => new Response('no', { status: 404 }) };
    await expect(loadTagger('/models/en/', missing)).rejects.toMatchObject({
      code: 'io_error',
      message: 'loadTagger: /models/en/meta.json was answered with the status 404',
    });
    const offline = { fetch: () => Promise.reject(new TypeError('Failed to fetch')) };
    await expect(loadTagger('/models/en/', offline)).rejects.toThrow('/models/en/meta.json cannot be fetched: Failed');
  });

  test.skipIf(browser === undefined)('tags in a browser, from the address of a directory', async () => {
    const page = `<!doctype html><title>browser</title><link rel="icon" href="data:,"><pre id="out"></pre><script type="module">
      import { loadTagger } from '/onomast.js';
      const tagger = await loadTagger('/models/names-en/');
      const names = tagger.tag('Ada Lovelace met José in Zürich.').entities.map(({ text }) => text);
      document.getElementById('out').textContent = JSON.stringify(names);
    </script>`;
    const server = createServer((request, response) => {
      const url = request.url ?? '';
      response.setHeader(
        'content-type',
        url === '/' ? 'text/html; charset=utf-8' : url.endsWith('.js') ? 'text/javascript' : 'application/octet-stream',
      );
      if (url === '/') response.end(page);
      else if (url === '/onomast.js') response.end(readFileSync(join(PROJECT, 'dist', 'browser.bundle.js')));
      else response.end(readFileSync(join(MODEL, url.replace('/models/names-en/', ''))));
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
