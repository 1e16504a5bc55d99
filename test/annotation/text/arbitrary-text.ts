import fc from 'fast-check';

/** Pieces that tokenizers stumble over, one a word. */
const TRICKY = [
  `' ’ 's n't 'd . .. … , ; : - -- — _ / & @ # ( ) [ " “ ” ! ? % $ 1 12 3.5 1,000 No Dr Mr Inc U.S J I A b Paulo do e.g`,
  `The end http:// www. a@b.c .com :) D <3 😀 👩‍💻 🇩 🇪 🏽 é ß İ ǅ ж א ב ״ ك क ् 한 e\u0301 \u0301 \u200D \u200C \uFE0F \u20E3`,
  '\0 \x1B \u200B \u00AD \ud83d \ude00 \u{E0067}',
].flatMap((line) => line.split(' '));
const UNSPACED = '的 北京 施力 タ ー が ไทย 。 ， 「 」 · ・'.split(' ');
const BLANK = [' ', '  ', '\n', '\r\n', '\r', '\t', '\n\n', '\u00A0', '\u2028', '\u3000', '\uFEFF'];

const joined = (...pieces: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.array(fc.oneof(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));

/** Texts of the whole of Unicode, lone surrogates and unassigned code points included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  joined(
    fc.constantFrom(...TRICKY),
    fc.constantFrom(...UNSPACED),
    fc.constantFrom(...BLANK),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  ),
);

/** Texts of scripts that put spaces between words. */
export const spacedText: fc.Arbitrary<string> = joined(fc.constantFrom(...TRICKY), fc.constantFrom(...BLANK));
