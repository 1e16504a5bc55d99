import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { casePattern, MAX_SHAPE_LENGTH, normalizeWord, wordShape } from '#annotation/text/word-shape.js';

describe('wordShape, normalizeWord, casePattern', () => {
  test.each([
    ['Paris', 'Xx', 'paris', 'title'],
    ['NATO', 'X', 'nato', 'upper'],
    ['I', 'X', 'i', 'upper'],
    ['rome', 'x', 'rome', 'lower'],
    ['McDonald', 'XxXx', 'mcdonald', 'mixed'],
    ['iPhone', 'xXx', 'iphone', 'mixed'],
    ['J.R.R.', 'X.X.X.', 'j.r.r.', 'upper'],
    ['U.S.-led', 'X.X.-x', 'u.s.-led', 'title'],
    ['Jean-Claude', 'Xx-Xx', 'jean-claude', 'title'],
    ['Paris-based', 'Xx-x', 'paris-based', 'title'],
    ["O'Brien", "X'Xx", "o'brien", 'title'],
    ['O’Brien', "X'Xx", "o'brien", 'title'],
    ['2nd', 'dx', '0nd', 'lower'],
    ['1,000.50', 'd,d.d', '0,000.00', 'none'],
    ['AT&T', 'X&X', 'at&t', 'upper'],
    ['@Joe_B', '@Xx_X', '@joe_b', 'title'],
    ['#mh17', '#xd', '#mh00', 'lower'],
    ['élan', 'x', 'élan', 'lower'],
    ['E\u0301lan', 'Xx', 'élan', 'title'],
    ['東京', 'o', '東京', 'none'],
    ['ǅ', 'X', 'ǆ', 'upper'],
    ['𝟗١', 'd', '00', 'none'],
    ['½', 'd', '½', 'none'],
    ['😀!?', 's', '😀!?', 'none'],
    ['\ud83dA', 'sX', '\ud83da', 'upper'],
    ['', '', '', 'none'],
    ['a-b-c-d-e-f-g', 'x-x-x-x-x-', 'a-b-c-d-e-f-g', 'lower'],
  ])('%s', (word, shape, normal, pattern) => {
    expect(wordShape(word)).toBe(shape);
    expect(normalizeWord(word)).toBe(normal);
    expect(casePattern(word)).toBe(pattern);
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
