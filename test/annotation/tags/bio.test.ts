import { describe, expect, test } from 'vitest';
import { assertLabel, formatTag, isLabel, parseTag, tryParseTag } from '#annotation/tags/bio.js';
import { AppError } from '#base/errors.js';

describe('parseTag', () => {
  test.each([
    ['O', { prefix: 'O', label: null }],
    ['B-PER', { prefix: 'B', label: 'PER' }],
    ['I-creative-work', { prefix: 'I', label: 'creative-work' }],
    ['S--', { prefix: 'S', label: '-' }],
    ['U-人名', { prefix: 'U', label: '人名' }],
    ['L-O', { prefix: 'L', label: 'O' }],
    ['E-😀', { prefix: 'E', label: '😀' }],
  ])('reads %s, and formatTag writes it back', (tag, expected) => {
    expect(parseTag(tag)).toEqual(expected);
    expect(formatTag(parseTag(tag))).toBe(tag);
  });

  test.each([
    '',
    'PER',
    'B',
    'B-',
    'b-PER',
    'o',
    'M-PER',
    'B_PER',
    'B-a b',
    'B-a\tb',
    'B-\u0000',
    '-PER',
    '_',
    '0',
    ' O',
  ])('refuses %j', (tag) => {
    expect(tryParseTag(tag)).toBeNull();
    expect(() => parseTag(tag)).toThrow(
      new AppError('invalid_tag', `expected a tag such as O, B-PER or I-PER, found ${JSON.stringify(tag)}`),
    );
  });

  test('shortens what it quotes', () => {
    expect(() => parseTag('x'.repeat(1000))).toThrow(/found "x{79}…"$/);
  });
});

describe('labels', () => {
  test('have 1 to 64 characters, counted as code points', () => {
    expect(isLabel('x'.repeat(64))).toBe(true);
    expect(isLabel('😀'.repeat(64))).toBe(true);
    expect(isLabel('x'.repeat(65))).toBe(false);
    expect(isLabel('')).toBe(false);
  });

  test.each([' ', 'a b', 'a\u00a0b', 'a\n', '\u007f', '\ud83d'])('may not hold %j', (label) => {
    expect(() => assertLabel(label)).toThrow(
      'expected a label of 1 to 64 characters without white space or control characters, found ',
    );
  });

  test('may hold markup, which is the business of whoever prints it', () => {
    expect(isLabel('<b>LOC')).toBe(true);
  });
});
