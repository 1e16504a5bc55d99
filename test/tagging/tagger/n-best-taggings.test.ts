import { expect, test } from 'vitest';
import { createTagger } from '#tagging/tagger/tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const WORDS = ['Ana', 'met', 'Li', 'Wei'];
const taggerWith = (temperature = 1, crf = false) =>
  createTagger(tinyModel({ config: { crf } }), { id: 'm', version: 0, sha256: '' }, { tokenizer, temperature });

test.each([
  [1, false],
  [2.5, true],
])('the first reading is what is tagged, the others follow by probability (temperature %d, CRF %s)', (t, crf) => {
  const tagger = taggerWith(t, crf);
  const taggings = tagger.nBest(WORDS, 5);
  const found = tagger.tagWords([WORDS])[0].entities;
  expect(taggings[0].spans).toEqual(
    found.map(({ label, tokenStart, tokenEnd }) => ({ label, startToken: tokenStart, endToken: tokenEnd })),
  );
  const probabilities = taggings.map(({ probability }) => probability);
  expect(probabilities).toEqual([...probabilities].sort((left, right) => right - left));
  expect(new Set(taggings.map(({ spans }) => JSON.stringify(spans))).size).toBe(5);
});

test('all taggings of a word together are certain, and its score is that of the taggings that hold it', () => {
  const tagger = taggerWith(1.7);
  const all = tagger.nBest(['Ana'], 100);
  expect(all).toHaveLength(4); // no name, or a name of one of three labels
  expect(all.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  for (const { label, score } of tagger.tagWords([['Ana']])[0].entities)
    expect(all.find(({ spans }) => spans[0]?.label === label)!.probability).toBeCloseTo(score, 9);
});

test('a sentence without words has one reading; n is checked', () => {
  expect(taggerWith().nBest([], 3)).toEqual([{ spans: [], probability: 1 }]);
  expect(thrownBy(() => taggerWith().nBest(WORDS, 0)).message).toBe('"n" must be a whole number from 1, found 0');
});

test('the former name still answers', () => {
  const tagger = taggerWith();
  expect(tagger.readings(WORDS, 2)).toEqual(tagger.nBest(WORDS, 2));
});
