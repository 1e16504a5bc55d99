import assert from 'node:assert/strict';
import { createApp } from './main.js';

const server = (await createApp()).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
try {
  assert.equal(await (await fetch(url)).text(), 'PER Ada Lovelace\nPER José\nLOC Zürich\n');
  const post = (body) =>
    fetch(`${url}/names/api/tag`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { entities } = await (await post({ text: 'Ada Lovelace met José in Zürich.' })).json();
  assert.deepEqual(
    entities.map(({ text, start, end }) => [text, start, end]),
    [
      ['Ada Lovelace', 0, 12],
      ['José', 17, 21],
      ['Zürich', 25, 31],
    ],
  );
  const refused = await post({ text: 8 });
  assert.equal(refused.status, 400);
  assert.equal((await refused.json()).code, 'invalid_request');
} finally {
  server.close();
}
console.log('express-app: as expected');
