import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadTagger } from 'onomast/browser';

const MODEL = join(dirname(createRequire(import.meta.url).resolve('onomast/package.json')), 'models', 'names-en');
const MOST_CHARACTERS = 20_000;

/** Once an instance, when the first request comes; one that fails is tried again. */
let loading;
function getTagger() {
  // Where there are no files, an edge host for one, this is `loadTagger('https://…/names-en/')`.
  loading ??= readModel().then(loadTagger);
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

async function readModel() {
  const names = ['meta.json', 'config.json', 'vocab.json', 'weights.safetensors', 'vectors.safetensors'];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(MODEL, name))])));
}

/** `POST` with a text as its body; the names as JSON. The shape that Deno, Bun, Cloudflare and others call. */
const handler = {
  async fetch(request) {
    if (request.method !== 'POST') return answer(405, { error: 'expected POST with a text' });
    const text = await request.text();
    if (text.length > MOST_CHARACTERS) return answer(413, { error: `expected at most ${MOST_CHARACTERS} characters` });
    const { entities } = (await getTagger()).tag(text);
    return answer(200, { names: entities.map(({ text: name, label, start, end }) => ({ name, label, start, end })) });
  },
};
export default handler;

function answer(status, body) {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}

if (process.argv[1] === import.meta.filename) {
  const request = new Request('http://localhost/', { method: 'POST', body: 'Ada Lovelace met José in Zürich.' });
  console.log(await (await handler.fetch(request)).json());
}
