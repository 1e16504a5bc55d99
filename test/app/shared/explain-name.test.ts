import { expect, test } from 'vitest';
import { explainName } from '#app/shared/explain-name.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const TEXT = 'It rained. Then Ana met Li Wei there.';
const tagger = createTagger(tinyModel({ config: {} }), { id: 'm', version: 0, sha256: '' }, { tokenizer });

test('what each word carries is what the score loses when it is left out', () => {
  const { words, label, score, withoutLeft, alone } = explainName(tagger, TEXT, { start: 16, end: 19 });
  expect(words.map(({ text }) => text)).toEqual(['Then', 'met', 'Li', 'Wei', 'there', '.']);
  const scoreIn = (sentence: string[], at: number) =>
    tagger.spanScores([{ words: sentence, span: { label, startToken: at, endToken: at + 1 } }])[0];
  expect(score).toBeCloseTo(scoreIn(['Then', 'Ana', 'met', 'Li', 'Wei', 'there', '.'], 1), 12);
  expect(words[0].effect).toBeCloseTo(score - scoreIn(['Ana', 'met', 'Li', 'Wei', 'there', '.'], 0), 12);
  expect(words[2].effect).toBeCloseTo(score - scoreIn(['Then', 'Ana', 'met', 'Wei', 'there', '.'], 1), 12);
  expect(withoutLeft).toBeCloseTo(score - words[0].effect, 12);
  expect(alone).toBeCloseTo(scoreIn(['Ana'], 0), 12);
});

test('every label has its probability, and they add up with that of no name', () => {
  const { labels, noName, score, label } = explainName(tagger, TEXT, { start: 24, end: 30 });
  expect(labels.map((one) => one.label).sort()).toEqual([...tagger.labels].sort());
  expect(labels.find((one) => one.label === label)!.score).toBe(score);
  expect(labels.reduce((sum, one) => sum + one.score, noName)).toBeCloseTo(1, 9);
});

test('part of a word stands for the word; whether it is found, and by memory, is told', () => {
  const fake = fakeTagger();
  expect(explainName(fake, 'So Ada came.', { start: 4, end: 5 })).toMatchObject({
    text: 'Ada',
    start: 3,
    end: 6,
    label: 'PER',
    score: 0.75,
    isFound: true,
    isRemembered: false,
  });
  expect(explainName(fake, 'So Lind came.', { start: 3, end: 7 }).isRemembered).toBe(true);
  expect(explainName(fake, 'So Ada came.', { start: 7, end: 11 })).toMatchObject({
    isFound: false,
    score: 0,
    noName: 1,
  });
});

test.each([
  [' ', 10, 11],
  ['rained.  Then', 3, 16],
])('no word, or words of two sentences: %j is refused', (found, start, end) => {
  const error = thrownBy(() => explainName(tagger, TEXT.replace('. T', '.  T'), { start, end }));
  expect(error).toMatchObject({ code: 'invalid_request' });
  expect(error.message).toBe(`start, end: expected some words of one sentence, found ${JSON.stringify(found)}`);
});

test('a sentence of thousands of words is read around the name only', () => {
  const text = `${'word '.repeat(5000)}Ana ${'word '.repeat(5000)}`;
  const { words, text: name } = explainName(tagger, text, { start: 25_000, end: 25_003 });
  expect(name).toBe('Ana');
  expect(words).toHaveLength(60);
});
