import { describe, expect, test } from 'vitest';
import { codePieces } from '#app/http/pages/code-pieces.js';

const written = (sentence: string) => codePieces(sentence).map(({ text, isCode }) => (isCode ? `<${text}>` : text));

describe('codePieces', () => {
  test.each([
    ['', []],
    ['No code.', ['No code.']],
    [
      'not active; `onomast models activate a@1` makes it so.',
      ['not active; ', '<onomast models activate a@1>', ' makes it so.'],
    ],
    ['`a``b`', ['<a>', '<b>']],
    ['a ` alone', ['a ` alone']],
    ['`a` and a ` alone', ['<a>', ' and a ` alone']],
  ])('%j', (sentence, pieces) => {
    expect(written(sentence)).toEqual(pieces);
  });
});
