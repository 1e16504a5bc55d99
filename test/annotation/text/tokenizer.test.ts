import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { tokenize, tokenizer } from '../../helpers/tokenizer.js';

const words = (text: string): string[] => tokenize(text).map((token) => token.text);

/** `|` marks the places where tokens meet without white space. */
const cut = (marked: string): { text: string; expected: string[] } => ({
  text: marked.replaceAll('|', ''),
  expected: marked.split(/\||\s+/),
});

describe('tokenize', () => {
  test.each([
    ['punctuation', 'Ada met José|, Zoë|--|and Łukasz in São Paulo|.'],
    ['quotes', '“|Yes|,|” she said|: "|no|" \'|maybe|\' «|oui|» „|ja|“'],
    ['brackets', '(|Rome|) [|1|] {|x|} <|b|>'],
    ['ellipses', 'Well|... so|… no|.... ...|but'],
    ['dashes', 'Paris|—|London 1914|–|1918 a|--|b - c'],
    ['exclamations', 'What|?! No|!!! Yes|! Why|?'],
    ['symbols', '=== *** ~~ # + _ ©'],
  ])('cuts off %s', (_, marked) => {
    const { text, expected } = cut(marked);
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ["Paulo|'s do|n't ca|n't I|'m we|'ll they|'ve you|'re he|'d who|'d|'ve should|n't|'ve"],
    ['Paulo|’s do|n’t I|’m we|’ll D’Souza|’s'],
    ["PAULO|'S DO|N'T WE|'LL"],
    ["James|' the Giants|' win"],
    ["O'Brien D'Souza N'Golo l'Oréal rock'n'roll o'clock Sa'd Xi'an Shi'ite Hawai‘i O’Neill"],
    ["O'Brien|'s (|SDI|)|'s #tag|'s NATO|'s 80|'s"],
    ["Paulo 's I 'm do n't we 'll"],
    ["'|d|' '|s|-"],
    ['Paulo|´s'],
  ])('splits clitics and only them: %s', (marked) => {
    const { text, expected } = cut(marked);
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ['Jean-Claude Al-Zaman post-war 2004-2006 3-1 713-853-3989 Rhein‑Main'],
    ['AT&T PG&E R&D q&a Smith|&|sons'],
    ['n/a w/o b/c his|/|her and|/|or'],
    ['snake_case'],
    ['col·lecció Łódź naïve'],
    ["1,000.50 10:30 9/11 3,5 2nd 10am v2.0 1'000 ½ m²"],
    ['$|3.5m £|20 50|% €|1,000.50 US|$|5'],
  ])('keeps words whole: %s', (marked) => {
    const { text, expected } = cut(marked);
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ['J. K. Rowling met J.R.R. Tolkien|.'],
    ['J.K.|Rowling'],
    ['J.|Rowling J.-P. Sartre'],
    ["Dr. Who|, Mr. T|. and Mrs. X at St. John|'s|, Apple Inc. etc."],
    ['DR. DRE of ST. LOUIS'],
    ["Mr.|Smith Sgt. O'Neil"],
    ['U.S. U.S.A. U.K e.g. i.e. a.m. p.m. Ph.D. M.Sc. D.C.'],
    ['No. 5 and no. 7 on p. 12 in Sept. 2001|.'],
    ['He said no|. It ended in Sept|. Then|.'],
    ['Smith|, J.|, and Jones|, K.|; ok'],
    ['It was I|. Then plan B|.'],
    ['I. M. Pei|.'],
    ['The end|.|The next|. end'],
    ['CO|. is a state'],
    ['Plan B|.\n\nNext'],
    ['Angela D.\nMerkel'],
  ])('binds the full stop to abbreviations and initials only: %s', (marked) => {
    const { text, expected } = cut(marked);
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ['http://a.b/c?d=e&f#g', '.'],
    ['HTTPS://Example.org/', ','],
    ['https://en.wikipedia.org/wiki/Rome_(disambiguation)', ')'],
    ['www.example.com', '.'],
    ['t.co/abc', '!'],
    ['example.com', '.'],
    ['ada.l+x@mail.example.co.uk', ','],
    ['@joe_b', ':'],
    ['#São_Paulo', '.'],
    ['report.pdf', ';'],
    ['https://zürich.example/ü', '”'],
  ])('keeps %s whole and leaves what follows', (whole, rest) => {
    expect(words(`see ${whole}${rest} then`)).toEqual(['see', whole, rest, 'then']);
  });

  test.each([
    ['😀', '🇩🇪', '👍🏽', '👩‍💻', '👨‍👩‍👧‍👦', '❤️', '1️⃣', '#️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈'],
    [':)', ':-)', ';)', ':(', ':))', ':P', ':-D', '<3', ':3'],
    ['e\u0301te\u0301', 'क्षेत्र', 'नदी', 'كتاب', 'می\u200Cخواهم', 'צה"ל', 'ന്\u200D', '대한민국', 'Đà', 'x\u0308\u0304'],
  ])('keeps signs of several code points whole: %s %s %s', (...signs) => {
    expect(words(signs.join(' '))).toEqual(signs);
  });

  test('cuts emoji that touch', () => {
    expect(words('Hi😀😀👩‍💻🇩🇪🇫🇷👍🏽!')).toEqual(['Hi', '😀', '😀', '👩‍💻', '🇩🇪', '🇫🇷', '👍🏽', '!']);
  });

  test.each([
    ['我爱北京天安门。', ['我', '爱', '北京', '天安门', '。']],
    ['东京AI展2020年', ['东京', 'AI', '展', '2020', '年']],
    ['「ジョン・スミス」', ['「', 'ジョン', '・', 'スミス', '」']],
    ['ภาษาไทยง่ายนิดเดียว', ['ภาษา', 'ไทย', 'ง่าย', 'นิด', 'เดียว']],
    ['约翰·史密斯 Paris', ['约翰', '·', '史密斯', 'Paris']],
    ['𠮷野家', ['𠮷', '野家']],
  ])('finds words where none are marked: %s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test.each(['', ' ', '\t\r\n', '\u00A0\u3000\u2028\uFEFF'])('finds nothing in blank text %j', (text) => {
    expect(tokenize(text)).toEqual([]);
  });

  test('keeps control characters and halves of surrogate pairs as tokens', () => {
    expect(words('a\0b\u0007 \ud83d x\ude00\u200B')).toEqual([
      'a',
      '\0',
      'b',
      '\u0007',
      '\ud83d',
      'x',
      '\ude00',
      '\u200B',
    ]);
  });

  test('counts offsets in UTF-16 code units across line ends', () => {
    expect(tokenize('😀 Zoë\r\n\r\nA. ')).toEqual([
      { text: '😀', start: 0, end: 2 },
      { text: 'Zoë', start: 3, end: 6 },
      { text: 'A', start: 10, end: 11 },
      { text: '.', start: 11, end: 12 },
    ]);
  });

  test('says which tokenizer it is', () => {
    expect(tokenizer).toMatchObject({ id: 'onomast', version: 2 });
  });
});

describe('text of a million characters', () => {
  const SIZE = 1_000_000;
  const full = (unit: string): string => unit.repeat(Math.ceil(SIZE / unit.length));

  test.each([
    ['one word', 'a', 256],
    ['one accented word', 'é', 256],
    ['one word of alternating scripts', 'éж', 256],
    ['dots', '.', 257],
    ['apostrophes', "'", 257],
    ['combining marks', '\u0301', 256],
  ])('%s is cut into long pieces', (_, unit, longest) => {
    const tokens = tokenize(full(unit));
    expect(tokens).toHaveLength(Math.ceil(SIZE / longest));
    expect(tokens.at(-1)!.end).toBe(SIZE);
  });

  test.each([
    "'’",
    'a.',
    'A.',
    'A. ',
    'é-',
    "an't's'd ",
    '的',
    '施力的大小',
    'ภาษาไทย',
    '👩‍',
    '🇩',
    '1,',
    'http://(',
    'a@b.',
    'a.b-',
    'x.aa/',
    'No. ',
    'I. ',
    '. "',
    ':)',
    '\ud83d',
    '\0',
    'A.          ',
    '_a',
    '\u{E0067}🏴',
    '🏽',
  ])('repeated %j loses nothing', (unit) => {
    const text = full(unit);
    const blank = /^\s*$/;
    let end = 0;
    let wrong = 0;
    for (const token of tokenize(text)) {
      if (token.start < end || text.slice(token.start, token.end) !== token.text) wrong++;
      if (token.start > end && !blank.test(text.slice(end, token.start))) wrong++;
      end = token.end;
    }
    expect(wrong).toBe(0);
    expect(text.slice(end).trim()).toBe('');
  });
});

describe('the module natural', () => {
  test('is loaded without its database drivers and prints nothing', () => {
    const script = `
      const { createRequire } = require('node:module');
      require('natural/lib/natural/tokenizers/regexp_tokenizer.js');
      const loaded = Object.keys(require.cache).filter((path) => /mongo|redis|memjs|dotenv|[\\\\/]pg[\\\\/]/.test(path));
      if (loaded.length > 0) throw new Error(loaded.join());`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('');
  });
});
