import assert from 'node:assert/strict';
import { startTagger } from './main.js';

const tagger = startTagger();
const texts = Array.from({ length: 200 }, (_, i) => `Letter ${i}. Ada Lovelace met José in Zürich.`);
let turns = 0;
const ticking = setInterval(() => turns++, 1);
const found = await Promise.all(texts.map((text) => tagger.tag(text)));
clearInterval(ticking);
assert.ok(turns > 5, 'this thread goes on while the other one tags');
found.forEach((entities, i) => {
  const names = entities.map(({ start, end }) => texts[i].slice(start, end));
  assert.deepEqual(names, ['Ada Lovelace', 'José', 'Zürich']);
});
await assert.rejects(tagger.tag(8), { code: 'invalid_argument' });
await tagger.close();
await assert.doesNotReject(async () => tagger.close());
console.log('worker: as expected');
