import { expect, test } from 'vitest';
import { copyAs } from '#app/browser/copy-result.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';

const tagged = fakeTagger().tag('Ada met José. 😀 London.');

test('as JSON with offsets and scores', () => {
  const { text, entities } = JSON.parse(copyAs('json', tagged)) as typeof tagged;
  expect(text).toBe(tagged.text);
  expect(entities.map(({ start, end, label, score }) => [text.slice(start, end), label, score])).toEqual([
    ['Ada', 'PER', 0.75],
    ['José', 'PER', 0.75],
    ['London', 'LOC', 0.75],
  ]);
});

test('as CoNLL, a word and its tag a line, a blank line between sentences', () => {
  const lines = copyAs('conll', tagged).split('\n');
  expect(lines.filter((line) => /^(Ada|José|London|met)\s/.test(line)).map((line) => line.split(/\s/))).toEqual([
    ['Ada', 'B-PER'],
    ['met', 'O'],
    ['José', 'B-PER'],
    ['London', 'B-LOC'],
  ]);
  expect(lines.filter((line) => line === '').length).toBeGreaterThan(1);
});

test('inline', () => {
  expect(copyAs('inline', tagged)).toContain('[Ada|PER] met [José|PER].');
});

test('a name that begins within a word is cut out of it', () => {
  const entity = { text: 'land', label: 'LOC', start: 2, end: 6, score: 1 };
  expect(copyAs('conll', { text: 'Inland', entities: [entity] })).toMatch(/^In\s+O\nland\s+B-LOC$/m);
});
