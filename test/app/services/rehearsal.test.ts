import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { chooseRehearsal } from '#app/services/rehearsal.js';
import { createRandom } from '#base/random.js';
import { thrownBy } from '../../helpers/thrown-by.js';

/** `word/TAG` by word; no tag is O. */
function sentence(text: string): LabelledSentence {
  const pairs = text.split(' ').map((pair) => pair.split('/'));
  return {
    words: pairs.map(([word]) => word),
    tags: pairs.map(([, tag]) => tag ?? 'O'),
    document: 0,
    source: { file: 'text', line: 1 },
  };
}
const choose = (old: readonly string[], train: readonly string[]) =>
  chooseRehearsal(
    { name: 'old.conll', sentences: old.map(sentence) },
    { train: train.map(sentence), random: createRandom(1) },
  );
const textsOf = ({ sentences }: { sentences: readonly LabelledSentence[] }): string[] =>
  sentences.map(({ words }) => words.join(' '));

describe('chooseRehearsal', () => {
  test('leaves out sentences with a name whose label the new ones lack', () => {
    const old = ['Ana/B-PER sleeps', 'Ana/B-PER left Oslo/B-LOC', 'nobody came'];
    expect(textsOf(choose(old, ['Bo/B-PER ran', 'Cy/B-PER sat', 'rain fell']))).toEqual(['Ana sleeps', 'nobody came']);
  });

  test('and those where a word tagged O may be a name with a label that only the new ones have', () => {
    const old = [
      'Ana/B-PER sleeps',
      'Then Ana/B-PER sleeps',
      'Ana/B-PER likes Friday',
      'Ana/B-PER likes B12',
      'Ana/B-PER likes physics',
      'Ana/B-PER and I sleep',
    ];
    const train = ['Bo/B-PER learns physics/B-FIELD', ...Array.from({ length: 9 }, () => 'Cy/B-PER sat')];
    expect(textsOf(choose(old, train))).toEqual(['Ana sleeps', 'Then Ana sleeps', 'Ana and I sleep']);
  });

  test('a common word that is in some new name tells nothing', () => {
    const train = ['the/B-BAND band/I-BAND of Bo/B-PER', ...Array.from({ length: 9 }, () => 'the rain')];
    expect(textsOf(choose(['Ana/B-PER saw the sea', 'Ana/B-PER saw a band'], train))).toEqual(['Ana saw the sea']);
  });

  test('takes no more sentences than there are new ones, the same for the same seed', () => {
    const old = Array.from({ length: 20 }, (_, i) => `Ana/B-PER ${'o'.repeat(i + 1)}`);
    const chosen = choose(old, ['Bo/B-PER ran', 'Cy/B-PER sat', 'rain fell']);
    expect(chosen).toMatchObject({ usable: 20, of: 20 });
    expect(chosen.sentences).toHaveLength(3);
    expect(choose(old, ['Bo/B-PER ran', 'Cy/B-PER sat', 'rain fell'])).toEqual(chosen);
  });

  test.each([
    [
      'no label in common',
      ['Ana/B-PER sleeps'],
      ['Bo/B-X ran'],
      '--rehearse: expected a label in old.conll that --train has too, found PER there and X in --train; --map OLD=NEW renames those of --train',
    ],
    [
      'nothing that is sound',
      ['Ana/B-PER likes Oslo/B-LOC'],
      ['Bo/B-PER ran'],
      '--rehearse: expected sentences with names in old.conll that teach nothing wrong beside the labels of --train, found none in 1 sentence',
    ],
  ])('refuses %s', (_, old, train, message) => {
    expect(thrownBy(() => choose(old, train))).toMatchObject({ code: 'invalid_argument', message });
  });
});
