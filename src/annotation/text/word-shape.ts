/** Longest shape, in characters. With {@link wordShape}'s small alphabet it keeps the number of shapes bounded. */
export const MAX_SHAPE_LENGTH = 10;

/**
 * The outline of a word: `X` for capitals, `x` for small letters, `o` for letters without case, `d` for digits, the
 * punctuation that matters in names as it is and `s` for every other sign; equal neighbours fold into one.
 *
 * `Paris` Xx, `NATO` X, `McDonald` XxXx, `J.R.R.` X.X.X., `Jean-Claude` Xx-Xx, `2nd` dx, `1,000.50` d,d.d, `東京` o.
 * Marks count as part of their letter, so `é` has one shape however it is written.
 */
export function wordShape(word: string): string {
  let shape = '';
  for (const character of word) {
    const symbol = shapeOf(character);
    if (symbol === '' || shape.endsWith(symbol)) continue;
    shape += symbol;
    if (shape.length === MAX_SHAPE_LENGTH) break;
  }
  return shape;
}

/**
 * The form under which words are looked up: NFC, lower case, every digit 0, typographic apostrophes straight. It is the
 * same in every locale, and normalising twice changes nothing more.
 */
export function normalizeWord(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase().replace(/[0-9]/g, '0');
  return word
    .toLowerCase()
    .normalize('NFC')
    .replace(/\p{Nd}/gu, '0')
    .replaceAll('’', "'");
}

/**
 * A word of Latin letters with straight apostrophes in the place of an accent, a modifier letter or an opening quote that
 * somebody typed for one: `O`Neill`, `ʼs`. Typographic apostrophes stay: models have learned from them.
 */
export function plainApostrophes(word: string): string {
  return ODD_APOSTROPHE.test(word) && LATIN.test(word) ? word.replace(ODD_APOSTROPHES, "'") : word;
}

const ODD_APOSTROPHE = /[‘ʼ`´＇]/;
const ODD_APOSTROPHES = /[‘ʼ`´＇]/g;
const LATIN = /\p{sc=Latn}/u;

const ASCII = /^[\0-\x7F]*$/;

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\p{Ll}/u, 'x'],
  [/[\p{Lu}\p{Lt}]/u, 'X'],
  [/\p{N}/u, 'd'],
  [/\p{L}/u, 'o'],
  [/[\p{M}\p{Cf}]/u, ''],
];
const KEPT_SIGNS = new Map([...".,-'&@#/_:"].map((sign) => [sign, sign]));
KEPT_SIGNS.set('’', "'").set('‐', '-').set('‑', '-');

function shapeOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x61 && code <= 0x7a) return 'x';
  if (code >= 0x41 && code <= 0x5a) return 'X';
  return KEPT_SIGNS.get(character) ?? SHAPES.find(([pattern]) => pattern.test(character))?.[1] ?? 's';
}
