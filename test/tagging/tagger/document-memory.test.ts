import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTagSet } from '#annotation/tags/tag-set.js';
import { createRandom } from '#base/random.js';
import { createDocumentMemory, createTextReader, MOST_REMEMBERED } from '#tagging/tagger/document-memory.js';
import type { TaggedText, TagStream } from '#tagging/tagger/entity.js';
import { createTagger, type ModelTagger } from '#tagging/tagger/tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const tagSet = createTagSet(['LOC', 'PER'], 'bio');
const k = tagSet.tags.length;

/** Emissions (1, K) that make the tag as likely as told, the others alike. */
function emissionsOf(tag: string, probability: number): Float64Array {
  const emissions = new Float64Array(k).fill(Math.log((1 - probability) / (k - 1)));
  emissions[tagSet.id(tag)] = Math.log(probability);
  return emissions;
}

describe('createDocumentMemory', () => {
  const seen = (weight: number, ...times: readonly [string, number][]) => {
    const memory = createDocumentMemory(tagSet, weight);
    for (const [tag, probability] of times) {
      memory.remember([memory.impressionOf('Lind', emissionsOf(tag, probability), 0)!]);
    }
    const emissions = new Float64Array(k);
    memory.lean('Lind', emissions, 0);
    return (tag: string): number => emissions[tagSet.id(tag)];
  };

  test('a word leans on the mean of what it was, the more the oftener it was seen', () => {
    const once = seen(0.8, ['B-PER', 0.9]);
    const label = 0.9 + 0.1 / (k - 1);
    expect(once('B-PER')).toBeCloseTo(0.8 * 0.5 * Math.log(label), 10);
    expect(once('O')).toBeCloseTo(0.8 * 0.5 * Math.log(0.1 / (k - 1)), 10);
    const thrice = seen(0.8, ['B-PER', 0.9], ['B-PER', 0.9], ['B-PER', 0.9]);
    expect(thrice('B-PER')).toBeCloseTo(0.8 * 0.75 * Math.log(label), 10);
  });

  test('a full name lends its label to its parts, wherever they stand in it', () => {
    const inside = seen(1, ['I-PER', 0.9]);
    expect(inside('B-PER')).toBe(inside('I-PER'));
    expect(inside('B-PER')).toBeGreaterThan(inside('B-LOC'));
  });

  test('a label never seen of a word is unlikely, not impossible', () => {
    expect(seen(1, ['B-PER', 1])('B-LOC')).toBeCloseTo(0.5 * Math.log(0.001), 10);
  });

  test.each(['lind', '1999', ',', '李', 'L'.repeat(61)])('%s is not remembered', (word) => {
    expect(createDocumentMemory(tagSet, 1).impressionOf(word, emissionsOf('B-PER', 0.9), 0)).toBeUndefined();
  });

  test('of a text without end only the latest words are remembered', () => {
    const memory = createDocumentMemory(tagSet, 1);
    const meet = (word: string): void => memory.remember([memory.impressionOf(word, emissionsOf('B-PER', 0.9), 0)!]);
    const knows = (word: string): boolean => memory.lean(word, new Float64Array(k), 0);
    for (let i = 0; i <= MOST_REMEMBERED; i++) {
      meet(`Word${i}`);
      if (i > 0) meet('Again');
    }
    expect([knows('Word0'), knows('Word1'), knows('Word2'), knows('Again')]).toEqual([false, false, true, true]);
  });
});

describe('createTextReader', () => {
  const words = ['Lind'];
  const reader = () => createTextReader(createDocumentMemory(tagSet, 1));

  test('the first sentence leans on nothing, a later one on it', () => {
    const { read } = reader();
    expect(read(1, words, emissionsOf('B-PER', 0.9))).toBeUndefined();
    const own = emissionsOf('O', 0.5);
    const before = [...own];
    expect(read(1, words, own)).not.toEqual(own);
    expect([...own]).toEqual(before);
  });

  test('another text knows nothing of it', () => {
    const { read } = reader();
    read(1, words, emissionsOf('B-PER', 0.9));
    expect(read(2, words, emissionsOf('O', 0.5))).toBeUndefined();
  });

  test('a word twice in one sentence does not lean on itself', () => {
    expect(reader().read(1, ['Lind', 'Lind'], new Float64Array(2 * k))).toBeUndefined();
  });
});

const IDENTITY = { id: 'tiny', version: 3, sha256: 'a'.repeat(64) };
const WORDS = ['Ana', 'met', 'Li', 'Wei', 'at', 'Ford', 'in', 'Oslo', ',', 'Éva'];

/** Large random weights find names everywhere and change their mind with every word. */
function taggerOf(memory: number): ModelTagger {
  const model = tinyModel({ seed: 4 });
  const random = createRandom(4);
  for (const { name, values } of model.network.parameters.list) {
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++) values[i] += 0.5 * draws.gaussian();
  }
  return createTagger(model, IDENTITY, { tokenizer, isFinal: true, memory });
}
const tagger = taggerOf(2);
const TEXT = 'Ana met Li Wei at Ford. In Oslo Wei met Ana. Ford met Li. Wei in Oslo. Ana at Oslo.';
const tagsOf = ({ tokens }: TaggedText): string[] => tokens.map(({ tag }) => tag);

describe('tagging whole texts', () => {
  test('later sentences lean on earlier ones, and their names say so', () => {
    const [leaning, alone] = [tagger.tag(TEXT), tagger.tag(TEXT, { memory: false })];
    expect(tagsOf(leaning)).not.toEqual(tagsOf(alone));
    expect(leaning.entities.some(({ source }) => source === 'memory')).toBe(true);
    const keyOf = ({ start, end, label }: { start: number; end: number; label: string }) => `${start} ${end} ${label}`;
    const found = new Set(alone.entities.map(keyOf));
    for (const entity of leaning.entities) expect(found.has(keyOf(entity))).toBe(entity.source === 'model');
    expect(alone.entities.every(({ source }) => source === 'model')).toBe(true);
  });

  test('without memory, and of weight 0, all is as it was', () => {
    expect(tagger.tag(TEXT, { memory: false })).toEqual(taggerOf(0).tag(TEXT));
    expect(tagger.withMemory(0).tag(TEXT)).toEqual(taggerOf(0).tag(TEXT));
  });

  test('every text of a batch has a memory of its own', () => {
    const texts = [TEXT, 'Wei met Oslo.', TEXT, 'Ana in Oslo. Oslo met Ana.'];
    expect(tagger.tagAll(texts)).toEqual(texts.map((text) => tagger.tag(text)));
  });

  test('words lean on each other where they are said to be of one document', () => {
    const sentences = TEXT.split('. ').map((sentence) => sentence.replace('.', '').split(' '));
    const tags = (options: object): string[] => tagger.tagWords(sentences, options).flatMap(tagsOf);
    const alone = tags({ memory: false });
    expect(tags({})).toEqual(alone);
    expect(tags({ documents: sentences.map((_, i) => i) })).toEqual(alone);
    const documents = sentences.map(() => 7);
    expect(tags({ documents })).not.toEqual(alone);
    expect(tags({ documents, memory: false })).toEqual(alone);
    expect(thrownBy(() => tags({ documents: [1] }))).toMatchObject({
      code: 'invalid_argument',
      message: `tagWords: "documents" must hold a number for each of the ${sentences.length} sentences, found 1`,
    });
  });

  test.each([-0.1, 2.1, Number.NaN])('a weight of %d is refused', (weight) => {
    expect(thrownBy(() => tagger.withMemory(weight))).toMatchObject({
      code: 'invalid_argument',
      message: `tagger: "memory" must be a number from 0 to 2, found ${weight}`,
    });
  });
});

describe('tagging word by word', () => {
  const sentence = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 });
  const streamed = (stream: TagStream, words: readonly string[]): [string, number][] => [
    ...words.flatMap((word) => stream.push(word).certain).map(({ tag, score }): [string, number] => [tag, score]),
    ...stream.end().certain.map(({ tag, score }): [string, number] => [tag, score]),
  ];

  test('a sentence of one word is tagged as in a whole text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }), (words) => {
        const sentences = words.map((word) => [word]);
        const batch = tagger.tagWords(sentences, { documents: sentences.map(() => 0) });
        const stream = tagger.stream();
        sentences.forEach((one, i) => {
          const [[tag, score]] = streamed(stream, one);
          expect(tag).toBe(batch[i].tokens[0].tag);
          expect(score).toBeGreaterThanOrEqual(batch[i].tokens[0].score - 1e-6);
        });
      }),
    );
  });

  test('what an edit takes back is not remembered', () => {
    fc.assert(
      fc.property(sentence, sentence, sentence, fc.nat(), (first, mistaken, next, place) => {
        const edited = tagger.stream();
        for (const word of first) edited.push(word);
        const index = place % (first.length + 1);
        edited.replaceFrom(index, mistaken);
        edited.replaceFrom(index, first.slice(index));
        edited.end();
        const straight = tagger.stream();
        streamed(straight, first);
        expect(streamed(edited, next)).toEqual(streamed(straight, next));
      }),
    );
  });

  test('off where it is turned off', () => {
    const [off, none] = [tagger.stream({ memory: false }), taggerOf(0).stream()];
    for (const words of [['Ana', 'met', 'Wei'], ['Wei'], ['Ana', 'in', 'Oslo']]) {
      expect(streamed(off, words)).toEqual(streamed(none, words));
    }
  });
});
