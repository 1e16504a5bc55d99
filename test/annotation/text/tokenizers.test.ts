import { describe, expect, test } from 'vitest';
import { MAX_SENTENCE_TOKENS } from '#annotation/text/sentence-splitter.js';
import { chooseTokenizer, createDefaultTokenizer, findTokenizer } from '#annotation/text/tokenizers.js';
import { AppError } from '#base/errors.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const cut = (id: string, text: string): string[] =>
  findTokenizer({ id, version: 1 }, 'x')
    .tokenize(text)
    .map((token) => token.text);
const sentences = (id: string, text: string): string[] => {
  const tokenizer = findTokenizer({ id, version: 1 }, 'x');
  return tokenizer
    .sentences(text, tokenizer.tokenize(text))
    .map((tokens) => text.slice(tokens[0].start, tokens[tokens.length - 1].end));
};

describe('the tokenizer that a model names', () => {
  test.each(['onomast', 'characters', 'graphemes'])('%s is known in its first version', (id) => {
    expect(findTokenizer({ id, version: 1 }, 'x').id).toBe(id);
  });

  test.each([
    { id: 'wordpiece', version: 1 },
    { id: 'onomast', version: 99 },
    { id: 'onomast', version: 0 },
    { id: 'onomast', version: '1' },
    { id: 'onomast' },
    {},
    null,
    undefined,
    'onomast',
  ])('%j is refused in one sentence', (named) => {
    const error = thrownBy(() => findTokenizer(named, 'm/meta.json')) as AppError;
    expect(error).toBeInstanceOf(AppError);
    expect(error.code).toBe('incompatible_model');
    expect(error.message).toMatch(/^m\/meta\.json: expected the tokenizer "onomast" \d.*, found .*; /);
    expect(error.message).not.toContain('\n');
  });
});

describe('characters', () => {
  test.each([
    ['王芳在上海工作。', '王 芳 在 上 海 工 作 。'],
    ['王芳在IBM工作3年', '王 芳 在 IBM 工 作 3 年'],
    ['ガ゙とか\u3099', 'ガ゙ と か\u3099'],
    ['สมชาย', 'ส ม ช า ย'],
    ["Mina's dog", "Mina 's dog"],
    ['𠮷野', '𠮷 野'],
  ])('%s', (text, tokens) => {
    expect(cut('characters', text)).toEqual(tokens.split(' '));
  });

  test('sentences end as in words', () => {
    expect(sentences('characters', '王芳来了。她走了！')).toEqual(['王芳来了。', '她走了！']);
  });
});

describe('graphemes', () => {
  test.each([
    ['Ab 12', 'A b 1 2'],
    ['e\u0301a', 'e\u0301 a'],
    ['王IBM', '王 I B M'],
    ['👩‍🚀x', '👩‍🚀 x'],
  ])('%s', (text, tokens) => {
    expect(cut('graphemes', text)).toEqual(tokens.split(' '));
  });

  test('abbreviations end no sentence, though their letters are tokens', () => {
    expect(sentences('graphemes', 'Dr. Who came. He left.')).toEqual(['Dr. Who came.', 'He left.']);
  });

  test('no sentence is longer than a network is made for', () => {
    const tokenizer = findTokenizer({ id: 'graphemes', version: 1 }, 'x');
    const text = 'ACGT'.repeat(1000);
    const tokens = tokenizer.tokenize(text);
    const parts = tokenizer.sentences(text, tokens);
    expect(Math.max(...parts.map((part) => part.length))).toBe(MAX_SENTENCE_TOKENS);
    expect(parts.flat()).toEqual(tokens);
  });
});

describe('the tokenizer for a corpus', () => {
  const chosenFor = (text: string, times = 10): string =>
    chooseTokenizer(Array.from({ length: times }, () => ({ words: text.split(' ') }))).id;

  test.each([
    ['Mina Roy left Oslo in May .', 'onomast'],
    ['I am B 2 U', 'onomast'],
    ['王芳 在 上海 工作 了 。', 'onomast'],
    ['王 芳 在 上 海 工 作 。', 'characters'],
    ['王 芳 在 IBM 工 作 。', 'characters'],
    ['王 芳 在 I B M 工 作 。', 'graphemes'],
    ['A C G T T A', 'graphemes'],
  ])('%s: %s', (text, id) => {
    expect(chosenFor(text)).toBe(id);
  });

  test('a few words tell nothing', () => {
    expect(chosenFor('王 芳', 1)).toBe(createDefaultTokenizer().id);
  });
});
