import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { expect, test } from 'vitest';
import { loadModule } from '#engine/kernels/simd/load-module.js';
import { createSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { findChromium, visit } from '../../helpers/chromium.js';
import { fillCosine } from '../../helpers/cosine.js';

const DIST = new URL('../../../dist', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const browser = findChromium();
if (browser === undefined) console.log('kernels in a browser: skipped, there is no Chromium (set CHROMIUM)');

/** A product, its tanh and a softmax, as the page computes them with the built files and nothing else. */
const PAGE = `<!doctype html><title>kernels</title><pre id="out"></pre>
<script type="importmap">{"imports": {"#base/": "/base/", "#engine/": "/engine/"}}</script><script type="module">
import { createSimdKernels } from '/engine/kernels/simd/simd-kernels.js';
const response = await fetch('/engine/kernels/simd/simd-unshared.wasm');
const module = await WebAssembly.compile(await response.arrayBuffer());
const kernels = createSimdKernels({ name: 'simd', module, shared: false });
const fill = (values, shift) => { for (let i = 0; i < values.length; i++) values[i] = Math.cos(0.3 * i + shift); };
const [a, b, out] = [kernels.floats(5 * 7), kernels.floats(7 * 6), kernels.floats(5 * 6)];
fill(a, 0.1); fill(b, 0.2);
kernels.matmul(out, a, b, 5, 6, 7, false);
kernels.tanh(out, out, 30);
kernels.softmax(out, out, 5, 6);
document.getElementById('out').textContent = JSON.stringify([...out]);
</script>`;

test.skipIf(browser === undefined)('the module of the build computes the same bits in a browser', async () => {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') return response.setHeader('content-type', 'text/html').end(PAGE);
    const type = TYPES[extname(path)];
    if (type === undefined) return response.writeHead(404).end();
    return response.setHeader('content-type', type).end(readFileSync(new URL(`${DIST}${path}`)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const { dom, console: complaints } = await visit(`http://127.0.0.1:${port}/`, { browser: browser! });
    expect(complaints).toEqual([]);
    expect(JSON.parse(/<pre id="out">(.*?)<\/pre>/.exec(dom)![1])).toEqual(inNode());
  } finally {
    server.close();
  }
});

function inNode(): number[] {
  const loaded = loadModule('simd', { shared: false });
  if (!('module' in loaded)) throw new Error(loaded.reason);
  const kernels = createSimdKernels({ name: 'simd', module: loaded.module, shared: false });
  const [a, b, out] = [kernels.floats(35), kernels.floats(42), kernels.floats(30)];
  fillCosine(a, 1, 0.3, 0.1);
  fillCosine(b, 1, 0.3, 0.2);
  kernels.matmul(out, a, b, 5, 6, 7, false);
  kernels.tanh(out, out, 30);
  kernels.softmax(out, out, 5, 6);
  return [...out];
}
