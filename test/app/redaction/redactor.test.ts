import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decrypted, type Operator } from '#app/redaction/operators.js';
import { createRedactor, type RedactionOptions, restoreText } from '#app/redaction/redactor.js';
import { AppError } from '#base/errors.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';

const TEXT = 'Ada Lovelace met José in Zürich. José left London.';
const redact = (text: string, options: RedactionOptions = {}) => createRedactor(fakeTagger(), options).redact(text);
const all = (operator: Operator): RedactionOptions => ({ operators: { DEFAULT: operator } });
const SECRET = 'correct horse battery';

describe('operators', () => {
  test.each<[string, Operator, string]>([
    ['replace, by default with the label', { type: 'replace' }, '<PER> met <PER> in <LOC>. <PER> left <LOC>.'],
    ['replace with a text', { type: 'replace', newValue: 'X' }, 'X met X in X. X left X.'],
    ['redact', { type: 'redact' }, ' met  in .  left .'],
    ['mask, white space stays', { type: 'mask' }, '*** ******** met **** in ******. **** left ******.'],
    [
      'mask the first two',
      { type: 'mask', charsToMask: 2, maskingChar: '#' },
      '##a Lovelace met ##sé in ##rich. ##sé left ##ndon.',
    ],
    [
      'mask from the end',
      { type: 'mask', charsToMask: 3, fromEnd: true },
      'Ada Lovel*** met J*** in Zür***. J*** left Lon***.',
    ],
    [
      'pseudonym: the same words, the same number',
      { type: 'pseudonym' },
      '<PER_1> met <PER_2> in <LOC_1>. <PER_2> left <LOC_2>.',
    ],
    ['keep', { type: 'keep' }, TEXT],
  ])('%s', (_, operator, expected) => {
    expect(redact(TEXT, all(operator)).text).toBe(expected);
  });

  test('hash: the same words give the same hash, another secret another one', () => {
    const first = redact('José José', { operators: { PER: { type: 'hash', secret: SECRET } } }).text;
    const again = redact('José', { operators: { PER: { type: 'hash', secret: SECRET } } }).text;
    const other = redact('José', { operators: { PER: { type: 'hash', secret: `${SECRET}!` } } }).text;
    expect(again).toMatch(/^[0-9a-f]{64}$/);
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(again);
    // Neighbours of one label are one name here.
    expect(first).not.toContain('José');
  });

  test('encrypt: never the same twice, and only the secret opens it', () => {
    const [one, two] = [0, 1].map(() => redact('Ada', all({ type: 'encrypt', secret: SECRET })).text);
    expect(one).toMatch(/^<PER:[\w-]+>$/);
    expect(one).not.toBe(two);
    expect(restoreText(one, { secret: SECRET })).toBe('Ada');
    expect(() => restoreText(one, { secret: 'another secret, long' })).toThrow(/secret: expected the one that hid/);
    expect(() => restoreText(one, {})).toThrow(/found none/);
  });

  test('what was encrypted and then changed is not opened', () => {
    const { text } = redact('Ada', all({ type: 'encrypt', secret: SECRET }));
    const payload = text.slice(5, -1);
    const flipped = `${payload.startsWith('A') ? 'B' : 'A'}${payload.slice(1)}`;
    expect([decrypted(payload, SECRET), decrypted(flipped, SECRET), decrypted('short', SECRET)]).toEqual([
      'Ada',
      undefined,
      undefined,
    ]);
  });

  test('each label has its own, DEFAULT is for the others', () => {
    const operators = { PER: { type: 'mask' }, DEFAULT: { type: 'redact' } } as const;
    expect(redact('Ada in London', { operators }).text).toBe('*** in ');
  });

  test.each<[Operator, RegExp]>([
    [{ type: 'mask', maskingChar: 'ab' }, /maskingChar: expected one character, found "ab"/],
    [{ type: 'mask', charsToMask: -1 }, /charsToMask: expected a whole number from 0, found -1/],
    [{ type: 'hash', secret: 'short' }, /secret: expected at least 16 characters, found "5 of them"/],
    [{ type: 'encrypt' } as unknown as Operator, /secret: expected at least 16 characters/],
    [{ type: 'shred' } as unknown as Operator, /type: expected one of replace, .*, found "shred"/],
  ])('%j is refused in a sentence', (operator, message) => {
    expect(() => createRedactor(fakeTagger(), all(operator))).toThrow(message);
  });
});

describe('items', () => {
  test('say where each replacement stands, and where the words stood', () => {
    const { text, items } = redact(TEXT, all({ type: 'pseudonym' }));
    expect(items.map(({ start, end }) => text.slice(start, end))).toEqual([
      '<PER_1>',
      '<PER_2>',
      '<LOC_1>',
      '<PER_2>',
      '<LOC_2>',
    ]);
    expect(items.map(({ source }) => TEXT.slice(source.start, source.end))).toEqual([
      'Ada Lovelace',
      'José',
      'Zürich',
      'José',
      'London',
    ]);
  });

  test('a text without names comes back as it is', () => {
    expect(redact('Nothing here.')).toEqual({ text: 'Nothing here.', items: [] });
    expect(redact('')).toEqual({ text: '', items: [] });
  });
});

describe('thresholds', () => {
  test('a name that scores less stays', () => {
    expect(redact('Ada Lovelace met José', { threshold: 0.5 }).text).toBe('Ada Lovelace met <PER>');
  });

  test('a word threshold hides words that are likely names though the best reading has none', () => {
    // The words that are no name have 0.75 or more on O here, so a quarter is left for a name.
    expect(redact('he met José', { wordThreshold: 0.25, kinds: [] }).text).toBe('<NAME> <PER>');
    expect(redact('he met José', { wordThreshold: 0.3, kinds: [] }).text).toBe('he met <PER>');
  });

  test.each([-0.1, 1.1, Number.NaN])('%d is refused', (threshold) => {
    expect(() => createRedactor(fakeTagger(), { threshold })).toThrow(/threshold: expected a number from 0 to 1/);
    expect(() => createRedactor(fakeTagger(), { wordThreshold: threshold })).toThrow(/wordThreshold/);
  });
});

describe('pseudonyms', () => {
  test('go on counting in the next text, and in the next process that has the key', () => {
    const redactor = createRedactor(fakeTagger(), all({ type: 'pseudonym' }));
    expect(redactor.redact('Ada in London').text).toBe('<PER_1> in <LOC_1>');
    expect(redactor.redact('José in London').text).toBe('<PER_2> in <LOC_1>');
    const key = JSON.parse(JSON.stringify(redactor.key()));
    const later = createRedactor(fakeTagger(), { ...all({ type: 'pseudonym' }), key });
    expect(later.redact('Lovelace and José').text).toBe('<PER_3> and <PER_2>');
  });

  test('a placeholder that the text holds already is hidden too, so that restoring cannot mix them up', () => {
    const redactor = createRedactor(fakeTagger(), all({ type: 'pseudonym' }));
    const { text } = redactor.redact('Ada wrote <PER_1>.');
    expect(text).toBe('<PER_1> wrote <TEXT_1>.');
    expect(restoreText(text, { key: redactor.key() })).toBe('Ada wrote <PER_1>.');
  });

  test('whatever the text, what was hidden comes back', () => {
    const word = fc.constantFrom(
      'Ada',
      'José',
      'London',
      'Swissair',
      '<PER_1>',
      '<LOC_2>',
      '<',
      '>',
      '_1',
      ' ',
      '\n',
      '😀',
      'a@b.org',
    );
    const operator = fc.constantFrom<Operator>({ type: 'pseudonym' }, { type: 'encrypt', secret: SECRET });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), operator, (words, one) => {
        const text = words.join('');
        const redactor = createRedactor(fakeTagger(), all(one));
        const redacted = redactor.redact(text).text;
        expect(restoreText(redacted, { key: redactor.key(), secret: SECRET })).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('a placeholder that the key does not hold is an error that names it', () => {
    expect(() => restoreText('Hello <PER_9>', {})).toThrow(/key: expected the words of <PER_9>, found none/);
  });

  test.each([
    [null],
    [{}],
    [{ version: 2, words: {} }],
    [{ version: 1, words: { PER: 'Ada' } }],
    [{ version: 1, words: { PER_1: 1 } }],
  ])('the key %j is refused', (key) => {
    expect(() => restoreText('', { key: key as never })).toThrow(AppError);
  });
});

describe('overlaps', () => {
  test('what any of them covers is hidden, under the label of what is sure by its form', () => {
    expect(redact('write to Ada@example.org').text).toBe('write to <EMAIL_ADDRESS>');
    expect(redact('see example.org/Ada today').text).toBe('see <URL> today');
  });
});
