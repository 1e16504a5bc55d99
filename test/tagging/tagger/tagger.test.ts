import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { MAX_SENTENCE_TOKENS } from '#annotation/text/sentence-splitter.js';
import type { Token } from '#annotation/text/token.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import type { Entity, TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenize, tokenizer } from '../../helpers/tokenizer.js';

const IDENTITY = { id: 'tiny', version: 3, sha256: 'a'.repeat(64) };

/** Random weights find names everywhere, which is what these tests need. */
function taggerOf(config: Partial<ModelConfig> = {}): Tagger {
  const model = tinyModel({ config, seed: 4 });
  model.network.parameters.get('output.bias').values[0] = -1; // O is less likely than its rivals
  return createTagger(model, IDENTITY, { tokenizer });
}
const tagger = taggerOf();

const TEXTS = {
  plain: 'Ana met Li Wei at Ford in Oslo. Oslo listened; Ana sang.',
  emoji: '😀 Ana 👩‍💻 met 🇳🇴 Oslo 😀😀. José sang 𝔘𝔫𝔦.',
  crlf: 'Ana\r\nmet Oslo.\r\n\r\nLi Wei\r\nsang at Ford.\r\n',
  nul: 'Ana\0met\0Oslo. \0',
  'lone surrogates': 'Ana \ud800 met \udc00Oslo\ud83d. \ude00',
  'combining marks': 'Jose\u0301 met Zu\u0308rich. A\u030angstro\u0308m',
  'no spaces': '安娜在东京见到李伟。東京は雨だった。',
  'right to left': 'آنا التقت لي وي في أوسلو.',
  empty: '',
  blank: ' \t\r\n\u00a0\u3000',
  'one word': 'Ana',
  markup: '<script>alert("Ana")</script> & Oslo',
};

/** What must hold for any answer to any text. Counted rather than expected one by one: a megabyte has many tokens. */
function expectSound({ text: echo, tokens, entities }: TaggedText, text: string): void {
  expect(echo).toBe(text);
  const isPlaced = (part: Token, i: number, all: readonly Token[]): boolean =>
    text.slice(part.start, part.end) === part.text && part.start >= (i === 0 ? 0 : all[i - 1].end);
  const isProbability = (score: number): boolean => score > 0 && score <= 1;
  expect(tokens.filter((token, i) => !isPlaced(token, i, tokens) || !isProbability(token.score))).toEqual([]);
  expect(entities.filter((entity, i) => !isPlaced(entity, i, entities) || !isProbability(entity.score))).toEqual([]);
  const isOnTokens = ({ start, end, tokenStart, tokenEnd, source }: Entity): boolean =>
    start === tokens[tokenStart].start && end === tokens[tokenEnd - 1].end && source === 'model';
  expect(entities.filter((entity) => !isOnTokens(entity))).toEqual([]);
  const spans = entities.map(({ label, tokenStart, tokenEnd }) => ({
    label,
    startToken: tokenStart,
    endToken: tokenEnd,
  }));
  expect(spans).toEqual(spansFromIob2(tokens.map(({ tag }) => tag)));
}

describe('tag', () => {
  test.each(Object.entries(TEXTS))('%s: every offset points at its text', (_, text) => {
    const result = tagger.tag(text);
    expectSound(result, text);
    expect(result.tokens.map(({ text: token, start, end }) => ({ text: token, start, end }))).toEqual(tokenize(text));
  });

  test('any text at all', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 60 });
    const words = fc
      .array(fc.constantFrom('Ana', 'Oslo', '. ', ' ', '😀', '\ud800', '\r\n', '\0', "'s", 'é'))
      .map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(anything, words), (text) => expectSound(tagger.tag(text), text)));
  });

  test('finds names in the plain text, so that the tests above test something', () => {
    expect(tagger.tag(TEXTS.plain).entities.length).toBeGreaterThan(3);
    expect(tagger.tag(TEXTS.emoji).entities.length).toBeGreaterThan(3);
  });

  test.each(['empty', 'blank'] as const)('%s text has neither tokens nor names', (key) => {
    expect(tagger.tag(TEXTS[key])).toEqual({ text: TEXTS[key], tokens: [], entities: [] });
  });

  test('says the same each time, whatever came between', () => {
    const first = tagger.tag(TEXTS.plain);
    tagger.tag(TEXTS.emoji);
    expect(tagger.tag(TEXTS.plain)).toEqual(first);
  });

  test('of a word repeated a thousand times without a full stop, every part', () => {
    const text = 'Ana '.repeat(3 * MAX_SENTENCE_TOKENS);
    const result = tagger.tag(text);
    expectSound(result, text);
    expect(result.tokens.length).toBe(3 * MAX_SENTENCE_TOKENS);
  });
});

test('a text of a megabyte: the last line is tagged as it is alone, and memory is that of a few sentences', () => {
  const kernels = createReferenceKernels('float32');
  const model = tinyModel({
    kernels,
    config: { hidden_size: 2, look_ahead: 0, affix_dimension: 0, word_dimension: 2 },
  });
  const large = createTagger(model, IDENTITY, { tokenizer });
  const line = 'Yesterday Ana met Li Wei at Ford in Oslo.\n\n';
  const text = line.repeat(Math.ceil(2 ** 20 / line.length)) + line;
  const result = large.tag(text);
  expectSound(result, text);
  const alone = large.tag(line);
  const offset = text.length - line.length;
  const perLine = alone.tokens.length;
  expect(result.tokens.slice(-perLine)).toEqual(
    alone.tokens.map((token) => ({ ...token, start: token.start + offset, end: token.end + offset })),
  );
  expect(kernels.arena.peakBytes).toBeLessThan(2 ** 20);
});

describe('several texts', () => {
  const texts = Object.values(TEXTS);

  test.each<[string, Partial<ModelConfig>]>([
    ['the default network', {}],
    ['GRU', { rnn_type: 'gru' }],
    [
      'bidirectional LSTM with attention and CRF',
      { rnn_type: 'lstm', bidirectional: true, attention: 'sentence', crf: true },
    ],
  ])('get the same answers together as one by one, in their order: %s', (_, config) => {
    const one = taggerOf(config);
    expect(one.tagAll(texts, { alternatives: true })).toEqual(
      texts.map((text) => one.tag(text, { alternatives: true })),
    );
  });

  test('more than a group of sentences', () => {
    const many = Array.from({ length: 700 }, (_, i) => `${'Ana '.repeat(1 + (i % 7))}${i}`);
    const results = tagger.tagAll(many);
    expect(results.map(({ text }) => text)).toEqual(many);
    for (const i of [0, 255, 256, 699]) expect(results[i]).toEqual(tagger.tag(many[i]));
  });

  test('none', () => {
    expect(tagger.tagAll([])).toEqual([]);
    expect(tagger.tagWords([])).toEqual([]);
  });
});

describe('threshold', () => {
  const { entities } = tagger.tag(TEXTS.plain);
  const scores = entities.map(({ score }) => score).sort((x, y) => x - y);
  const middle = scores[Math.floor(scores.length / 2)];

  test('leaves out names with a lower score, and no others', () => {
    expect(tagger.tag(TEXTS.plain, { threshold: middle }).entities).toEqual(
      entities.filter(({ score }) => score >= middle),
    );
    expect(entities.filter(({ score }) => score < middle).length).toBeGreaterThan(0);
  });

  test('0 keeps all, 1 hardly any; the tokens stay as they are', () => {
    expect(tagger.tag(TEXTS.plain, { threshold: 0 }).entities).toEqual(entities);
    const strict = tagger.tag(TEXTS.plain, { threshold: 1 });
    expect(strict.entities).toEqual([]);
    expect(strict.tokens).toEqual(tagger.tag(TEXTS.plain).tokens);
  });
});

describe('alternatives', () => {
  test('are the other labels of the same span, likeliest first; together at most 1', () => {
    for (const { label, score, alternatives } of tagger.tag(TEXTS.plain, { alternatives: true }).entities) {
      expect(alternatives!.map((other) => other.label).sort()).toEqual(
        tagger.labels.filter((other) => other !== label),
      );
      const others = alternatives!.map((other) => other.score);
      expect(others).toEqual([...others].sort((x, y) => y - x));
      expect(others.reduce((sum, other) => sum + other, score)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test('are absent unless asked for', () => {
    for (const entity of tagger.tag(TEXTS.plain).entities) expect(entity).not.toHaveProperty('alternatives');
  });
});

describe('tagWords', () => {
  test('counts offsets into the words joined by one space', () => {
    const sentences = [['Ana', 'met', "O'Brien", '.'], [], ['New York', '😀', 'Oslo']];
    const results = tagger.tagWords(sentences);
    expect(results.map(({ text }) => text)).toEqual(["Ana met O'Brien .", '', 'New York 😀 Oslo']);
    results.forEach((result, i) => {
      expectSound(result, sentences[i].join(' '));
      expect(result.tokens.map(({ text }) => text)).toEqual(sentences[i]);
    });
    expect(results[0].tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [4, 7],
      [8, 15],
      [16, 17],
    ]);
  });

  test('a row is one sentence, however long and whatever its punctuation', () => {
    const words = [...'Ana sang . Oslo listened . '.repeat(100).trim().split(' ')];
    expect(tagger.tagWords([words])[0].tokens.map(({ text }) => text)).toEqual(words);
  });

  test('agrees with tag where the tokens and sentences do', () => {
    const text = 'Ana met Li Wei at Ford in Oslo';
    expect(tagger.tagWords([text.split(' ')])[0]).toEqual(tagger.tag(text));
  });

  test('obeys the options', () => {
    const [{ entities }] = tagger.tagWords([['Ana', 'Oslo']], { threshold: 1 });
    expect(entities).toEqual([]);
  });
});

test('says which model it is and what it can find', () => {
  expect(tagger.model).toBe(IDENTITY);
  expect(tagger.labels).toEqual(['LOC', 'ORG', 'PER']);
});

test('keeps what it makes of words when the model is final, and says the same', () => {
  const model = tinyModel({ seed: 4 });
  const [changing, final] = [
    createTagger(model, IDENTITY, { tokenizer }),
    createTagger(model, IDENTITY, { tokenizer, isFinal: true }),
  ];
  for (const text of [TEXTS.plain, TEXTS.emoji, TEXTS.plain]) expect(final.tag(text)).toEqual(changing.tag(text));
});

test('sees weights that change between two calls, the scores between tags too', () => {
  const model = tinyModel({ config: { crf: true } });
  const changing = createTagger(model, IDENTITY, { tokenizer });
  const before = changing.tag(TEXTS.plain).tokens.map(({ score }) => score);
  const { values } = model.network.parameters.get('crf.transitions');
  values.fill(1, 0, model.tagSet.tags.length);
  expect(changing.tag(TEXTS.plain).tokens.map(({ score }) => score)).not.toEqual(before);
});
