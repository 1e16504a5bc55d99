import { describe, expect, test } from 'vitest';
import { MAX_SENTENCE_TOKENS, splitSentences } from '#annotation/text/sentence-splitter.js';
import { tokenize } from '../../helpers/tokenizer.js';

const split = (text: string): string[] =>
  splitSentences(text, tokenize(text)).map((sentence) => text.slice(sentence[0].start, sentence.at(-1)!.end));

/** `|` marks the places where a sentence ends. */
const expectSplit = (marked: string): void => {
  expect(split(marked.replaceAll('|', ''))).toEqual(marked.split('|').map((part) => part.trim()));
};

describe('splitSentences', () => {
  test.each([
    'Ada left.| Bob stayed!| Who came?| Nobody...| Then 5 did.| #tag @joe',
    'Really?!| Yes!!!| What??',
    'She paid 3.50 at www.example.com.| It was fine.',
    'The end.|The next.',
    '12 people came.| 3 left.',
    '¿Qué?| ¡Sí!| Ende.| Τέλος.| Конец.| Да.',
  ])('ends sentences at full stops: %s', expectSplit);

  test.each([
    'He saw approx. five of them, e.g. Bob, etc. and left.',
    'Yahoo! is a firm (formerly Inc.), "Why?" he asked.',
    'Yes... maybe. but no',
    'It ended in the U.S., it seems.',
    'see ?q=A and Yahoo!7',
    'one. two. three',
  ])('goes on before lower case and commas: %s', expectSplit);

  test.each([
    'Dr. Smith met Mr. J. R. Jones Jr. in Washington, D.C.| The meeting was short.',
    'No. 5 is alive in Vol. 3 of Fig. 2.',
    'U.S. Senators met St. Mary at Apple Inc. headquarters.',
    'He lives in the U.S.| They moved at 5 p.m.| Then he left Apple Inc.| But why?',
    'It was plan B.| The rest, J. So and K. He, sang.',
    'Gen. Lee met Prof. Xu, Lt. Uhura, Sen. The and Rev. It.',
    'He said no.| Five left.',
  ])('knows abbreviations: %s', expectSplit);

  test.each([
    '"It went well."| He left (at noon.)| (Yes.)| “So?”| ‘No.’| «Oui.»| End.',
    'He said "yes".| "No", she said.| Done.',
    '"Stop!" she said.',
    'It ended. )| Next',
    '„Ja.“| Nein.',
    'I love it! 😍| Next',
  ])('keeps what closes a sentence in it: %s', expectSplit);

  test.each([
    '他来了。|“你好！”|再见；|好。',
    '東京です。|「はい。」|次？|終',
    '他说。|"好的"',
    'كيف؟| نعم۔| ठीक है।| हाँ',
  ])('knows the stops of other scripts: %s', expectSplit);

  test('ends a sentence at every blank line', () => {
    for (const blank of ['\n\n', '\r\n\r\n', '\r\r', '\n \t \n', '\f', '\u2029', '\u2028\n']) {
      expect(split(`the first${blank}and more`)).toEqual(['the first', 'and more']);
    }
  });

  test.each(['\n', '\r\n', '\r', '\u2028'])('ends headings, lists and addresses at the line break %j', (lineBreak) => {
    const lines = [
      'Groceries',
      '- milk',
      '* bread',
      '1. first',
      '2) second',
      '10 Downing Street',
      'London',
      '“Quoted”',
      '東京',
    ];
    expect(split(lines.join(lineBreak))).toEqual(lines);
  });

  test('takes other line breaks for wrapped text', () => {
    const wrapped =
      'Yesterday evening the chancellor of Germany, Angela\nMerkel, met\nthe others at the office of Mr.\nJ.\nSmith.';
    expect(split(wrapped)).toEqual([wrapped]);
    expect(split('in short\nlines and\nlower case')).toHaveLength(1);
  });

  test('ends a sentence at a bullet even after a long line', () => {
    const line = 'a line that is so long that it may well have been wrapped by a program';
    expect(split(`${line}\n• Paris\n• Rome`)).toEqual([line, '• Paris', '• Rome']);
  });

  test('has no sentences without tokens', () => {
    expect(splitSentences(' \n ', [])).toEqual([]);
  });
});

describe('sentences longer than MAX_SENTENCE_TOKENS', () => {
  const lengths = (text: string): number[] => splitSentences(text, tokenize(text)).map((sentence) => sentence.length);
  const words = (count: number): string => Array(count).fill('word').join(' ');

  test.each([
    ['nowhere when just short enough', words(MAX_SENTENCE_TOKENS), [400]],
    ['at white space', words(MAX_SENTENCE_TOKENS + 1), [400, 1]],
    ['at the last comma', `${words(250)}, ${words(50)}, ${words(200)}`, [302, 200]],
    ['at a semicolon rather than a comma', `${words(250)}; ${words(50)}, ${words(200)}`, [251, 251]],
    ['at a line break rather than a semicolon', `${words(230)}\n${words(50)}; ${words(200)}`, [230, 251]],
    ['not in the first half', `${words(100)}; ${words(400)}`, [400, 101]],
    ['several times', words(1000), [400, 400, 200]],
    ['where there is no white space', '$a'.repeat(450), [400, 400, 100]],
  ])('are cut %s', (_, text, expected) => {
    expect(lengths(text)).toEqual(expected);
  });
});
