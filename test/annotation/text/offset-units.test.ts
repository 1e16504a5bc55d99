import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOffsetConverter, OFFSET_UNITS, type OffsetUnit } from '#annotation/text/offset-units.js';
import { AppError } from '#base/errors.js';
import { tokenize } from '../../helpers/tokenizer.js';
import { anyText } from './arbitrary-text.js';

/** Lone surrogates become U+FFFD. */
const encode = (text: string): Buffer => Buffer.from(text, 'utf8');

/** The same slice, taken in the way of each unit's own language. */
const SLICE: Record<OffsetUnit, (text: string, start: number, end: number) => string> = {
  utf16: (text, start, end) => text.slice(start, end),
  codepoint: (text, start, end) => [...text].slice(start, end).join(''),
  utf8: (text, start, end) => encode(text).subarray(start, end).toString('utf8'),
};
const LENGTH: Record<OffsetUnit, (text: string) => number> = {
  utf16: (text) => text.length,
  codepoint: (text) => [...text].length,
  utf8: (text) => encode(text).length,
};

function failureOf(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('expected an AppError, nothing was thrown');
}

describe.each(OFFSET_UNITS)('createOffsetConverter for %s', (unit) => {
  test('slices every token alike and finds its way back', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (short, isLong) => {
        const text = isLong ? short.repeat(9) : short; // longer than a block of the table
        const converter = createOffsetConverter(text, unit);
        expect(converter.unit).toBe(unit);
        expect(converter.length).toBe(LENGTH[unit](text));
        expect(converter.fromUtf16(text.length)).toBe(converter.length);
        expect(converter.toUtf16(converter.length)).toBe(text.length);
        for (const token of tokenize(text)) {
          const start = converter.fromUtf16(token.start);
          const end = converter.fromUtf16(token.end);
          const expected = unit === 'utf8' ? encode(token.text).toString('utf8') : token.text;
          expect(SLICE[unit](text, start, end)).toBe(expected);
          expect([converter.toUtf16(start), converter.toUtf16(end)]).toEqual([token.start, token.end]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([-1, 1.5, Number.NaN, 99])('refuses the offset %d', (offset) => {
    for (const text of ['ab', 'ä😀']) {
      const converter = createOffsetConverter(text, unit);
      expect(failureOf(() => converter.fromUtf16(offset))).toEqual({
        code: 'invalid_argument',
        message: `offset: expected a utf16 offset from 0 to ${text.length}, found ${offset}`,
      });
      expect(failureOf(() => converter.toUtf16(offset))).toEqual({
        code: 'invalid_argument',
        message: `offset: expected a ${unit} offset from 0 to ${converter.length}, found ${offset}`,
      });
    }
  });

  test('refuses to go from between the halves of a character', () => {
    expect(failureOf(() => createOffsetConverter('a😀', unit).fromUtf16(2))).toEqual({
      code: 'invalid_argument',
      message: 'offset: expected a utf16 offset between two characters, found 2, which is inside one',
    });
  });
});

describe('createOffsetConverter', () => {
  test('knows characters of every width, on both sides of each block of its table', () => {
    for (const padding of [0, 61, 62, 63, 64, 65, 127, 128]) {
      const text = `${'x'.repeat(padding)}aé€😀b`;
      const utf8 = createOffsetConverter(text, 'utf8');
      const codepoint = createOffsetConverter(text, 'codepoint');
      const from = [0, 1, 2, 3, 5, 6].map((offset) => padding + offset);
      expect(from.map(utf8.fromUtf16)).toEqual([0, 1, 3, 6, 10, 11].map((offset) => padding + offset));
      expect(from.map(codepoint.fromUtf16)).toEqual([0, 1, 2, 3, 4, 5].map((offset) => padding + offset));
      expect(from.map(utf8.fromUtf16).map(utf8.toUtf16)).toEqual(from);
      expect(from.map(codepoint.fromUtf16).map(codepoint.toUtf16)).toEqual(from);
    }
  });

  test.each([
    ['utf8', 2],
    ['utf8', 4],
    ['utf8', 9],
    ['utf16', 4],
  ] as const)('refuses the %s offset %d inside a character', (unit, offset) => {
    expect(failureOf(() => createOffsetConverter('aé€😀', unit).toUtf16(offset))).toEqual({
      code: 'invalid_argument',
      message: `offset: expected a ${unit} offset between two characters, found ${offset}, which is inside one`,
    });
  });

  test('counts a lone surrogate as one code point and three bytes', () => {
    const text = '\ude00a\ud83d';
    expect(createOffsetConverter(text, 'codepoint').length).toBe(3);
    expect(createOffsetConverter(text, 'utf8').length).toBe(7);
    expect(createOffsetConverter(text, 'utf8').fromUtf16(2)).toBe(4);
  });

  test('refuses an unknown unit', () => {
    expect(failureOf(() => createOffsetConverter('', 'bytes' as OffsetUnit))).toEqual({
      code: 'invalid_argument',
      message: 'unit: expected utf16, codepoint, utf8, found "bytes"',
    });
  });

  test('is quick on a long text', () => {
    const text = '😀é'.repeat(300_000);
    const converter = createOffsetConverter(text, 'utf8');
    for (let offset = 0; offset <= text.length; offset += 3) {
      expect(converter.fromUtf16(offset)).toBe(offset * 2);
    }
    expect(converter.toUtf16(converter.length)).toBe(text.length);
  });
});
