import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTagSet } from '#annotation/tags/tag-set.js';
import { createRandom } from '#base/random.js';
import type { CausalNetwork } from '#tagging/model/causal-network.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { goingOnTags } from '#tagging/tagger/decode.js';
import type { StreamedToken, StreamUpdate, Tagger, TagStream } from '#tagging/tagger/entity.js';
import { createFixedLagDecoder } from '#tagging/tagger/fixed-lag.js';
import { createStream } from '#tagging/tagger/stream.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const IDENTITY = { id: 'tiny', version: 3, sha256: 'a'.repeat(64) };
const WORDS = ['Ana', 'met', 'Li', 'Wei', 'at', 'Ford', 'in', 'Oslo', '.', 'x1', 'Éva', '😀'];

/** Large random weights find names everywhere and change their mind with every word, which is what these tests need. */
function taggerOf(config: Partial<ModelConfig> = {}, seed = 4): Tagger {
  const model = tinyModel({ config, seed });
  const random = createRandom(seed);
  for (const { name, values } of model.network.parameters.list) {
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++) values[i] += name.endsWith('running_var') ? 0 : 0.5 * draws.gaussian();
  }
  return createTagger(model, IDENTITY, { tokenizer, isFinal: true });
}

const CONFIGS: readonly [string, Partial<ModelConfig>][] = [
  ['the default', {}],
  ['no look-ahead', { look_ahead: 0 }],
  ['no look-ahead, BIO', { look_ahead: 0, tag_format: 'bio' }],
  ['look-ahead 3, LSTM, CRF', { look_ahead: 3, rnn_type: 'lstm', crf: true }],
  [
    'look-ahead 1, two layers of GRU',
    { look_ahead: 1, rnn_type: 'gru', layers: 2, residual: true, normalization: 'layer' },
  ],
  ['ReLU, BIO, CRF, batch normalisation', { rnn_type: 'relu', tag_format: 'bio', crf: true, normalization: 'batch' }],
];

const pushAll = (stream: TagStream, words: readonly string[]): StreamUpdate[] => words.map((word) => stream.push(word));
const tagsOf = (tokens: readonly StreamedToken[]): string[] => tokens.map(({ tag }) => tag);
const isWellFormed = (tags: readonly string[]): boolean =>
  tags.every(
    (tag, i) => !tag.startsWith('I-') || (i > 0 && tags[i - 1] !== 'O' && tags[i - 1].slice(2) === tag.slice(2)),
  );

/** All tags of a sentence pushed word by word. */
function streamed(tagger: Tagger, words: readonly string[]): StreamedToken[] {
  const stream = tagger.stream();
  return [...pushAll(stream, words).flatMap(({ certain }) => certain), ...stream.end().certain];
}

describe.each(CONFIGS)('%s', (_, config) => {
  const tagger = taggerOf(config);
  const k = config.look_ahead ?? 2;
  const sentences = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 14 });

  test('a tag is certain as soon as the words under the look-ahead are known, and not before', () => {
    const stream = tagger.stream();
    expect(stream.lookAhead).toBe(k);
    pushAll(stream, WORDS).forEach(({ certain, tentative, recomputed }, i) => {
      expect(certain.map(({ index }) => index)).toEqual(i >= k ? [i - k] : []);
      expect(tentative.map(({ index }) => index)).toEqual(
        Array.from({ length: Math.min(i + 1, k) }, (_, j) => Math.max(0, i + 1 - k) + j),
      );
      expect(recomputed).toBe(Math.min(i, k) + 1);
    });
    expect(stream.length).toBe(WORDS.length);
  });

  test('the end makes certain what was tentative, and runs nothing', () => {
    fc.assert(
      fc.property(sentences, (words) => {
        const stream = tagger.stream();
        const last = pushAll(stream, words).at(-1)!;
        expect(stream.end()).toEqual({ certain: last.tentative, tentative: [], recomputed: 0 });
        expect(stream.length).toBe(0);
      }),
    );
  });

  test('certain tags together are well-formed, with probabilities, and so are they with the tentative ones', () => {
    fc.assert(
      fc.property(sentences, (words) => {
        const stream = tagger.stream();
        const certain: StreamedToken[] = [];
        for (const update of pushAll(stream, words)) {
          certain.push(...update.certain);
          const all = [...certain, ...update.tentative];
          expect(isWellFormed(tagsOf(all))).toBe(true);
          expect(all.every(({ score }) => score > 0 && score <= 1)).toBe(true);
        }
      }),
    );
  });

  test('whatever is typed and edited: certain tags stay, and all is as if the words had come one after the other', () => {
    const edits = fc.oneof(
      { weight: 3, arbitrary: fc.record({ push: fc.constantFrom(...WORDS) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          words: fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 20 }), (sequence) => {
        const stream = tagger.stream();
        let words: string[] = [];
        let said: StreamedToken[] = [];
        for (const edit of sequence) {
          let update: StreamUpdate;
          let holds = said.length;
          if ('push' in edit) {
            words.push(edit.push);
            update = stream.push(edit.push);
          } else {
            const index = Math.round(edit.at * words.length);
            words = [...words.slice(0, index), ...edit.words];
            update = stream.replaceFrom(index, edit.words);
            holds = Math.max(0, index - k);
            expect(update.recomputed).toBeLessThanOrEqual(Math.max(k, edit.words.length * (k + 1)));
          }
          const certain = [...said.slice(0, holds), ...update.certain];
          expect(certain.map(({ index }) => index)).toEqual(certain.map((_, i) => i));
          expect(certain.length).toBe(Math.max(0, words.length - k));
          expect([...certain, ...update.tentative]).toEqual(streamed(tagger, words));
          said = certain;
        }
        expect([...said, ...stream.end().certain]).toEqual(streamed(tagger, words));
      }),
      { numRuns: 60 },
    );
  });

  test('two streams and a text at the same time do not disturb each other', () => {
    const alone = [streamed(tagger, WORDS), streamed(tagger, WORDS.toReversed())];
    const [left, right] = [tagger.stream(), tagger.stream()];
    const found: StreamedToken[][] = [[], []];
    WORDS.forEach((word, i) => {
      found[0].push(...left.push(word).certain);
      tagger.tag(`Ana ${word} Oslo`);
      found[1].push(...right.push(WORDS[WORDS.length - 1 - i]).certain);
    });
    expect([...found[0], ...left.end().certain]).toEqual(alone[0]);
    expect([...found[1], ...right.end().certain]).toEqual(alone[1]);
  });
});

describe('against a whole sentence', () => {
  test('a sentence that fits under the look-ahead is tagged as a whole', () => {
    const tagger = taggerOf({ look_ahead: 5 });
    for (const words of [['Ana'], ['Ana', 'met'], ['Li', 'Wei', 'met', 'Ana', 'Oslo']]) {
      const [{ tokens }] = tagger.tagWords([words]);
      expect(streamed(tagger, words).map(({ text, start, end, tag }) => ({ text, start, end, tag }))).toEqual(
        tokens.map(({ text, start, end, tag }) => ({ text, start, end, tag })),
      );
    }
  });
});

describe('offsets', () => {
  const tagger = taggerOf();

  test('of bare words count into the words joined by one space, over the ends of sentences', () => {
    const stream = tagger.stream();
    pushAll(stream, ['Ana', '😀', '.']);
    const first = stream.end().certain;
    pushAll(stream, ['Li', 'Wei']);
    const second = stream.end().certain;
    expect([...first, ...second].map(({ text, start, end, index }) => [text, start, end, index])).toEqual([
      ['😀', 4, 6, 1],
      ['.', 7, 8, 2],
      ['Li', 9, 11, 0],
      ['Wei', 12, 15, 1],
    ]);
  });

  test('of tokens are their own', () => {
    const stream = tagger.stream();
    stream.push({ text: 'Ana', start: 100, end: 103 });
    const { tentative } = stream.push('met');
    expect(tentative.map(({ start, end }) => [start, end])).toEqual([
      [100, 103],
      [104, 107],
    ]);
  });

  test('follow an edit', () => {
    const stream = tagger.stream();
    pushAll(stream, ['Ana', 'met', 'Li']);
    const { certain, tentative } = stream.replaceFrom(1, ['greeted', 'Wei']);
    expect([...certain, ...tentative].map(({ text, start, end }) => [text, start, end])).toEqual([
      ['Ana', 0, 3],
      ['greeted', 4, 11],
      ['Wei', 12, 15],
    ]);
  });
});

describe('a long stream', () => {
  const random = createRandom(2);
  const words = Array.from({ length: 3000 }, () => WORDS[Math.floor(random.next() * WORDS.length)]);

  test('costs the same for every word, and an edit near its end as much as one near its beginning', () => {
    const stream = taggerOf().stream();
    expect(
      new Set(
        pushAll(stream, words)
          .slice(2)
          .map(({ recomputed }) => recomputed),
      ),
    ).toEqual(new Set([3]));
    const short = taggerOf().stream();
    pushAll(short, words.slice(0, 5));
    for (const [edited, length] of [
      [stream, 3000],
      [short, 5],
    ] as const) {
      expect(edited.replaceFrom(length - 2, ['Oslo', '.']).recomputed).toBe(6);
      expect(edited.replaceFrom(length - 1, []).recomputed).toBe(2);
    }
  });

  test('keeps as many words as its history, and tells what is too far back', () => {
    const tagger = taggerOf();
    const stream = tagger.stream({ history: 20 });
    pushAll(stream, words);
    expect(thrownBy(() => stream.replaceFrom(2979, ['Ana']))).toMatchObject({
      code: 'invalid_argument',
      message: 'stream: word 2979 of 3000 is further back than the history of 20 words that is kept',
    });
    const edited = [...words.slice(0, 2980), 'Ana', 'Wei', 'in'];
    const { certain, tentative } = stream.replaceFrom(2980, ['Ana', 'Wei', 'in']);
    expect([...certain, ...tentative]).toEqual(streamed(tagger, edited).slice(2978));
    // What has been given up once stays given up: the places of words 2978 to 2979 hold later words by now.
    expect(() => stream.replaceFrom(2979, [])).toThrow('further back');
  });

  test('a new sentence can be edited from its first word again', () => {
    const stream = taggerOf().stream({ history: 3 });
    pushAll(stream, words.slice(0, 50));
    stream.end();
    pushAll(stream, ['Ana', 'met']);
    expect(stream.replaceFrom(0, ['Li']).tentative.map(({ text }) => text)).toEqual(['Li']);
  });

  test('takes no more memory the longer it gets', () => {
    let arrays = 0;
    const tagSet = createTagSet(['PER'], 'bioes');
    const network: CausalNetwork = {
      refresh: () => {},
      forward: () => expect.fail('a stream runs no batch'),
      stateSize: 4,
      inputSize: 4,
      tagCount: tagSet.tags.length,
      createArray: (length) => {
        arrays++;
        return new Float32Array(length);
      },
      addInput: () => {},
      step: () => {},
    };
    const decoder = createFixedLagDecoder(tagSet, legalTransitions(tagSet));
    const stream = createStream({ network, decoder, lookAhead: 2, goingOn: goingOnTags(tagSet) }, { history: 30 });
    pushAll(stream, words.slice(0, 100));
    const before = arrays;
    pushAll(stream, words);
    expect(arrays).toBe(before);
    expect(arrays).toBeLessThanOrEqual(30 + 10);
  });
});

describe('misuse', () => {
  test.each<[Partial<ModelConfig>, string]>([
    [
      { bidirectional: true },
      'it reads every sentence right to left too (bidirectional), so no tag is certain before its end',
    ],
    [{ attention: 'sentence' }, 'its attention sees the whole sentence, so no tag is certain before its end'],
    [{ attention: 'causal' }, 'its attention looks back at every word so far, so no word would have a constant cost'],
  ])('%j is refused', (config, reason) => {
    expect(thrownBy(() => taggerOf(config).stream())).toMatchObject({
      code: 'invalid_argument',
      message: `stream: model "tiny" cannot tag word by word: ${reason}`,
    });
  });

  test.each([0, -1, 1.5, Number.NaN])('a history of %d is refused', (history) => {
    expect(thrownBy(() => taggerOf().stream({ history }))).toMatchObject({
      code: 'invalid_argument',
      message: `stream: "history" must be a whole number from 1, found ${history}`,
    });
  });

  test.each([-1, 3, 0.5, Number.NaN])('replacing from word %d of two is refused', (index) => {
    const stream = taggerOf().stream();
    pushAll(stream, ['Ana', 'met']);
    expect(thrownBy(() => stream.replaceFrom(index, ['Li']))).toMatchObject({
      code: 'invalid_argument',
      message: `stream: "index" must be a whole number from 0 to 2, found ${index}`,
    });
  });

  test.each([[5], [null], [{}]])('%j is no word, and leaves the stream as it was', (word) => {
    const tagger = taggerOf();
    const stream = tagger.stream();
    pushAll(stream, ['Ana', 'met']);
    expect(thrownBy(() => stream.replaceFrom(0, ['Li', word as unknown as string]))).toMatchObject({
      code: 'invalid_argument',
      message: `stream: expected a word or a token, found ${JSON.stringify(word)}`,
    });
    expect(stream.push('Li').certain[0].text).toBe('Ana');
    expect(stream.length).toBe(3);
  });

  test('the end of nothing is nothing', () => {
    expect(taggerOf().stream().end()).toEqual({ certain: [], tentative: [], recomputed: 0 });
  });
});
