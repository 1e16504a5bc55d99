/** Characters typed for an apostrophe: straight, typographic, full-width, and the two accents that stand in for it. */
const APOSTROPHES = "'’＇´`";

/** Those before a clitic: an opening quote and a modifier letter too, as programs and keyboards put them there. */
export const CLITIC_APOSTROPHES = `${APOSTROPHES}‘ʼ`;

/** Longest run of characters of one kind that stays in one piece, in code points. */
const RUN = 256;

/**
 * Scripts written without spaces between words, as the inside of a character class: Chinese, Japanese, Thai, Lao,
 * Khmer, Burmese. The code points after them are signs of Japanese that Unicode assigns to no script: 〆, ー and the
 * half-width marks.
 */
export const UNSPACED =
  '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\u3006\\u30FC\\uFF70\\uFF9E\\uFF9F';

/** A letter, mark or number of a script with spaces; said by exclusion because the u flag has no intersection. */
const WORD = `[^\\p{P}\\p{S}\\p{Z}\\p{C}${UNSPACED}]`;
const LETTER = `[^\\P{L}${UNSPACED}]\\p{M}{0,4}`;

/** What may stand between two runs of WORD without ending the word. */
const JOINT = [
  '[-\\u2010\\u2011]', // Jean-Claude
  `(?<!\\p{N})[${APOSTROPHES}‘](?!\\p{N})`, // O'Brien, Hawai‘i; clitics are split off afterwards
  '(?<=\\p{sc=Hebr})["״׳](?=\\p{sc=Hebr})', // צה"ל
  "(?<=\\p{N})(?:[.,:/\\u066B\\u066C]|['’](?=\\p{N}{3}))(?=\\p{N})", // 1,000.50  10:30  9/11  1'000
  '\\.(?=\\p{Ll})', // example.com, report.pdf; "end.The" has lost its space
  '(?<=\\p{Lu})&(?=\\p{Lu})', // AT&T
  `(?<=(?<!${WORD})${WORD})[/&](?=${WORD}(?!${WORD}))`, // n/a, b&b; but "his/her" is three tokens
  '(?<=[lL])·(?=[lL])', // col·lecció
  '_{1,8}', // snake_case
  '[\\u00AD\\u200C\\u200D\\u2060]', // soft hyphen, joiners of Persian and Indic words
].join('|');

const ASCII_LABEL = '[A-Za-z0-9-]{1,63}';
const URL_CHARACTER = `(?:${WORD}|[-_.~:/?#@!$&*+,;=%[\\]])`;
/** A full stop or comma at the end belongs to the sentence; brackets belong to the URL in pairs only. */
const URL_IN_BRACKETS = `\\(${URL_CHARACTER}{0,64}\\)`;
const URL_REST = `(?:${URL_CHARACTER}|${URL_IN_BRACKETS}){0,2000}(?:${WORD}|[-_~/#@$&*+=%]|${URL_IN_BRACKETS})`;

/** Pictograph with its presentation or skin tone, or a flag of tags (Scotland). */
const PICTOGRAPH =
  '\\p{Extended_Pictographic}(?:[\\uFE0E\\uFE0F]|\\p{Emoji_Modifier})?\\u20E3?(?:[\\u{E0020}-\\u{E007E}]{1,16}\\u{E007F})?';

/** In order of preference; the last one takes any character that is not white space. */
const ALTERNATIVES = [
  `(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ff][Tt][Pp]://|[Ww]{3}\\.)${URL_REST}`,
  `(?:${ASCII_LABEL}\\.){1,8}[a-z]{2,10}/${URL_REST}`, // t.co/abc
  `[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@${ASCII_LABEL}(?:\\.${ASCII_LABEL}){1,8}`,
  '[0-9#*]\\uFE0F?\\u20E3', // keycap
  '(?:Ph\\.D|[BDM]\\.(?:Ed|Eng|Phil|Sc))(?:\\.|(?![\\p{L}\\p{N}]))',
  `${LETTER}(?:\\.-?${LETTER}){1,16}(?!${WORD})\\.?`, // U.S.  J.R.R.  e.g.  J.-P.
  `${WORD}{1,${RUN}}(?:(?:${JOINT})${WORD}{1,${RUN}}){0,16}[\\u200C\\u200D]?`,
  `[${UNSPACED}][${UNSPACED}\\p{M}]{0,${RUN}}`, // cut into words afterwards
  `[@#](?:${WORD}|_){1,${RUN}}`,
  '\\p{Regional_Indicator}{2}',
  `${PICTOGRAPH}(?:\\u200D${PICTOGRAPH}){0,8}\\p{M}{0,8}`,
  `[:;][-'^]?(?:\\){1,8}|\\({1,8})(?!${WORD})`, // :-)
  `(?<!${WORD})(?:[:;=][-'^]?[()DPp/\\\\|*\\][]|[:<]3)(?!${WORD})`, // :-P
  `[${APOSTROPHES}](?:[sSmMdD]|[rR][eE]|[vV][eE]|[lL][lL])(?!${WORD}|[-${APOSTROPHES}])`, // a clitic that stands apart
  '[!?]{2,256}',
  `([-–—=*~<>+#$.…_|${APOSTROPHES}])\\1{1,${RUN}}`,
  '\\S\\p{M}{0,64}',
];

/**
 * The regular expression that finds the pieces of a text. It matches at every character that is not white space, so
 * nothing but white space lies between two pieces.
 *
 * Every repetition is bounded: V8 remembers a place to return to for each round and throws "Maximum call stack size
 * exceeded" on a word of some million letters. Longer runs are cut into several pieces. That also keeps time linear, here
 * and in `Intl.Segmenter`, whose time grows faster than the run it is given.
 */
export function createTokenPattern(): RegExp {
  return new RegExp(ALTERNATIVES.join('|'), 'gu');
}
