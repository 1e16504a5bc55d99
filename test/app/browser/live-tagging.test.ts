import { expect, test } from 'vitest';
import { createLiveTagging } from '#app/browser/live-tagging.js';
import { createRandom } from '#base/random.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const WORDS = ['Ana', 'met', 'Li', 'Wei.', 'Then', 'it', 'rained.', '😀', 'Zoë', 'saw', 'nobody'];
const oneWay = (lookAhead: number): Tagger =>
  createTagger(
    tinyModel({ config: { bidirectional: false, look_ahead: lookAhead } }),
    { id: 'm', version: 0, sha256: '' },
    { tokenizer },
  );
const bothWays: Tagger = createTagger(
  tinyModel({ config: { bidirectional: true } }),
  { id: 'm', version: 0, sha256: '' },
  { tokenizer },
);
const spansOf = (entities: readonly { start: number; end: number; label: string }[]) =>
  entities.map(({ start, end, label }) => [start, end, label]);

test.each([
  ['one-way, without look-ahead', oneWay(0)],
  ['one-way, two words ahead', oneWay(2)],
  ['both ways', bothWays],
])('after any keys the names are those of each sentence anew: %s', (_, tagger) => {
  const live = createLiveTagging(tagger);
  const random = createRandom(7);
  let text = '';
  let before: string[] = [];
  for (let key = 0; key < 150; key++) {
    const at = Math.floor(random.next() * (text.length + 1));
    const word = ` ${WORDS[Math.floor(random.next() * WORDS.length)]}`;
    const kind = random.next();
    if (kind < 0.6) text += word;
    else if (kind < 0.8) text = text.slice(0, at) + word + text.slice(at);
    else text = text.slice(0, at) + text.slice(at + 5);
    const { entities, words } = live.update(text);
    const whole = tagger.tag(text, { memory: false });
    expect(words).toBe(whole.tokens.length);
    const sentences = tagger.tokenizer.sentences(text, tagger.tokenizer.tokenize(text));
    const now = sentences.map((tokens) => tokens.map((token) => token.text).join(' '));
    const differs = now.findIndex((sentence, i) => sentence !== before[i]);
    const edited = differs === -1 ? now.length - 1 : differs;
    before = now;
    const expected = sentences.flatMap((tokens, i) => {
      const [from, to] = [tokens[0].start, tokens.at(-1)!.end];
      // As if the sentence had been typed in one go.
      const anew = () => createLiveTagging(tagger).update(`${' '.repeat(from)}${text.slice(from, to)}`).entities;
      const inside = whole.entities.filter(({ start }) => start >= from && start < to);
      return spansOf(i === edited ? anew() : inside);
    });
    expect(spansOf(entities), text).toEqual(expected);
  }
});

test('a key at the end computes the window only, and marks what it may still change', () => {
  const live = createLiveTagging(oneWay(2));
  live.update('Ana met Li Wei and then nobody');
  const { recomputed, tentative, entities } = live.update('Ana met Li Wei and then nobody came');
  expect(tentative).toBe(2);
  expect(recomputed).toBeLessThanOrEqual(6);
  const certain = live.update('Ana met Li Wei and then nobody came').words - 2;
  for (const { start, isTentative } of entities)
    expect(isTentative).toBe(
      'Ana met Li Wei and then nobody came'.slice(0, start).split(' ').length - 1 >= certain - 1,
    );
});

test('a change in an earlier sentence computes that one only, and leaves nothing tentative', () => {
  const live = createLiveTagging(fakeTagger());
  const last = live.update('Ada left. José stayed.');
  expect(spansOf(last.entities)).toEqual([
    [0, 3, 'PER'],
    [10, 14, 'PER'],
  ]);
});

test('a sentence changed further back than the stream remembers is begun anew', () => {
  const tagger = oneWay(1);
  const live = createLiveTagging(tagger);
  const long = Array.from({ length: 900 }, (_, i) => (i % 7 === 0 ? 'Ana' : 'met')).join(' ');
  live.update(long);
  expect(spansOf(live.update(`Li ${long}`).entities)).toEqual(
    spansOf(tagger.tag(`Li ${long}`, { memory: false }).entities),
  );
});

test('an empty text has no names', () => {
  const live = createLiveTagging(oneWay(0));
  live.update('Ana');
  expect(live.update(' ')).toEqual({ entities: [], words: 0, tentative: 0, recomputed: 0 });
});
