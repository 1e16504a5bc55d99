import assert from 'node:assert/strict';
import { server } from './main.js';

server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
try {
  assert.match(await (await fetch(url)).text(), /import { loadTagger } from '\/onomast\.js'/);
  // The same file that the page imports, with the same addresses.
  const { loadTagger } = await import('onomast/browser');
  assert.equal((await fetch(`${url}/onomast.js`)).headers.get('content-type'), 'text/javascript');
  const tagger = await loadTagger(`${url}/model/`);
  const names = tagger.tag('Ada Lovelace met José in Zürich.').entities.map(({ text }) => text);
  assert.deepEqual(names, ['Ada Lovelace', 'José', 'Zürich']);
  assert.equal((await fetch(`${url}/model/../../package.json`)).status, 404);
} finally {
  server.close();
}
console.log('browser-page: as expected');
