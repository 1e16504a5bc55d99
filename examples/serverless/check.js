import assert from 'node:assert/strict';
import handler from './main.js';

const call = (body, method = 'POST') =>
  handler.fetch(new Request('http://localhost/', { method, ...(method === 'POST' && { body }) }));

const answers = await Promise.all(['Ada Lovelace met José in Zürich.', 'nobody came', ''].map((text) => call(text)));
assert.deepEqual(
  answers.map(({ status }) => status),
  [200, 200, 200],
);
const [{ names }, nobody, nothing] = await Promise.all(answers.map((response) => response.json()));
assert.deepEqual(
  names.map(({ name, label }) => [label, name]),
  [
    ['PER', 'Ada Lovelace'],
    ['PER', 'José'],
    ['LOC', 'Zürich'],
  ],
);
assert.deepEqual([nobody, nothing], [{ names: [] }, { names: [] }]);
assert.equal((await call(undefined, 'GET')).status, 405);
assert.equal((await call('a'.repeat(20_001))).status, 413);
console.log('serverless: as expected');
