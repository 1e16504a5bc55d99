import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SHAPE_LENGTH, normalizeWord, wordShape } from '#annotation/text/word-shape.js';

describe('wordShape, normalizeWord', () => {
  test.each([
    ['Paris', 'Xx', 'paris'],
    ['NATO', 'X', 'nato'],
    ['I', 'X', 'i'],
    ['rome', 'x', 'rome'],
    ['McDonald', 'XxXx', 'mcdonald'],
    ['iPhone', 'xXx', 'iphone'],
    ['J.R.R.', 'X.X.X.', 'j.r.r.'],
    ['U.S.-led', 'X.X.-x', 'u.s.-led'],
    ['Jean-Claude', 'Xx-Xx', 'jean-claude'],
    ['Paris-based', 'Xx-x', 'paris-based'],
    ["O'Brien", "X'Xx", "o'brien"],
    ['O’Brien', "X'Xx", "o'brien"],
    ['2nd', 'dx', '0nd'],
    ['1,000.50', 'd,d.d', '0,000.00'],
    ['AT&T', 'X&X', 'at&t'],
    ['@Joe_B', '@Xx_X', '@joe_b'],
    ['#mh17', '#xd', '#mh00'],
    ['élan', 'x', 'élan'],
    ['E\u0301lan', 'Xx', 'élan'],
    ['東京', 'o', '東京'],
    ['ǅ', 'X', 'ǆ'],
    ['𝟗١', 'd', '00'],
    ['½', 'd', '½'],
    ['😀!?', 's', '😀!?'],
    ['\ud83dA', 'sX', '\ud83da'],
    ['', '', ''],
    ['a-b-c-d-e-f-g', 'x-x-x-x-x-', 'a-b-c-d-e-f-g'],
  ])('%s', (word, shape, normal) => {
    expect(wordShape(word)).toBe(shape);
    expect(normalizeWord(word)).toBe(normal);
  });
});

describe('on any word', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );

  test('normalizeWord changes nothing the second time and is in NFC', () => {
    fc.assert(
      fc.property(word, (text) => {
        const normal = normalizeWord(text);
        expect(normalizeWord(normal)).toBe(normal);
        expect(normal.normalize('NFC')).toBe(normal);
        expect(normal).not.toMatch(/[1-9A-Z]/);
      }),
      { numRuns: 1000 },
    );
  });

  test('normalizeWord takes no notice of how a letter is composed', () => {
    fc.assert(
      fc.property(word, (text) => {
        expect(normalizeWord(text.normalize('NFD'))).toBe(normalizeWord(text.normalize('NFC')));
      }),
      { numRuns: 1000 },
    );
  });

  test('wordShape is short, has no equal neighbours and a small alphabet', () => {
    fc.assert(
      fc.property(word, (text) => {
        const shape = wordShape(text);
        expect(shape.length).toBeLessThanOrEqual(MAX_SHAPE_LENGTH);
        expect(shape).toMatch(/^[Xxods.,'&@#/_:-]*$/);
        expect(shape).not.toMatch(/(.)\1/);
      }),
    );
  });
});
