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
])('what is found has the score it is found with (temperature %d, CRF %s)', (temperature, crf) => {
  const tagger = taggerWith(temperature, crf);
  const sentences = [WORDS, ['Ana'], WORDS.toReversed()];
  const tagged = tagger.tagWords(sentences);
  const asked = tagged.flatMap(({ entities }, i) =>
    entities.map(({ label, tokenStart, tokenEnd, score }) => ({
      words: sentences[i],
      span: { label, startToken: tokenStart, endToken: tokenEnd },
      score,
    })),
  );
  expect(asked.length).toBeGreaterThan(0);
  tagger.spanScores(asked).forEach((score, i) => {
    expect(score).toBeCloseTo(asked[i].score, 9);
  });
});

test('of every span the score is that of all the ways to tag the sentence that hold it', () => {
  const tagger = taggerWith();
  const all = tagger.nBest(['Ana', 'met'], 1000);
  for (const label of tagger.labels)
    for (const [startToken, endToken] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ]) {
      const [score] = tagger.spanScores([{ words: ['Ana', 'met'], span: { label, startToken, endToken } }]);
      const holding = all.filter(({ spans }) =>
        spans.some((span) => span.label === label && span.startToken === startToken && span.endToken === endToken),
      );
      expect(score).toBeCloseTo(
        holding.reduce((sum, { probability }) => sum + probability, 0),
        9,
      );
    }
});

test('over a border there is no name', () => {
  const span = { label: taggerWith().labels[0], startToken: 0, endToken: 2 };
  expect(taggerWith().spanScores([{ words: WORDS, span, borders: [1] }])).toEqual([expect.closeTo(0, 12)]);
});

test('a label the model does not know and a span outside are refused', () => {
  const ask = (label: string, endToken: number) =>
    thrownBy(() => taggerWith().spanScores([{ words: WORDS, span: { label, startToken: 1, endToken } }])).message;
  expect(ask('SHIP', 2)).toMatch(/^span: expected a label of the model \(.*\), found "SHIP"$/);
  for (const end of [1, 5])
    expect(ask(taggerWith().labels[0], end)).toBe(
      `span: expected words within the 4 of the sentence, found [1, ${end})`,
    );
});
