import assert from 'node:assert/strict';
import { echo, withoutNames } from './main.js';

const chain = await withoutNames(echo);
const questions = [
  'Ada Lovelace met José in Zürich.',
  'José wrote to Ada Lovelace, ada@example.org, again.',
  'Nobody came.',
];
for (const question of questions) assert.equal(await chain.invoke(question), `You wrote: ${question}`);
assert.deepEqual(echo.asked, [
  '<PER_1> met <PER_2> in <LOC_1>.',
  '<PER_2> wrote to <PER_1>, <EMAIL_ADDRESS_1>, again.',
  'Nobody came.',
]);
// Questions at the same time do not get each other's names.
const many = Array.from({ length: 20 }, (_, i) => `Mina Roy asks for letter ${i}.`);
assert.deepEqual(
  await Promise.all(many.map((question) => chain.invoke(question))),
  many.map((question) => `You wrote: ${question}`),
);
console.log('redaction-filter: as expected');
