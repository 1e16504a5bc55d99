import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseVectors } from '#app/services/choose-vectors.js';
import { ENGLISH_VECTORS, SHIPPED_MODEL } from '#app/services/paths.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CORPUS, TINY_VECTORS } from '../../helpers/tiny-corpus.js';

describe('chooseVectors', () => {
  test('none', () => {
    expect(chooseVectors('none', TINY_CORPUS)).toEqual({
      isToLearn: false,
      notice: 'no pretrained vectors',
    });
  });

  test('own', () => {
    expect(chooseVectors('own', TINY_CORPUS)).toMatchObject({ isToLearn: true });
  });

  test('a file is taken whatever it knows, and its coverage is told', () => {
    const path = join(temporaryDirectory(), 'tiny.safetensors');
    writeFileSync(path, TINY_VECTORS.file);
    const { vectors, notice } = chooseVectors(path, TINY_CORPUS);
    expect(vectors?.words).toEqual(TINY_VECTORS.words);
    expect(notice).toBe('pretrained vectors: tiny, 7 words; they know 34.9 % of the words (15 of 43)');
  });

  test.each([
    ['a few sentences go without', 100, false, /^no word vectors: GloVe/],
    ['many have vectors learned from them', 200, true, /^word vectors are learned from the text itself: GloVe/],
  ])('of a language that the English vectors do not know %s', (_, count, isToLearn, said) => {
    const words = ['昨日', '彼', 'は', '東京', 'へ', '行った'];
    const chosen = chooseVectors('auto', Array(count).fill({ ...TINY_CORPUS[0], words }));
    expect(chosen).toMatchObject({ isToLearn, notice: expect.stringMatching(said) });
    expect(chosen.vectors).toBeUndefined();
  });

  test('the English vectors are, byte for byte, those of the shipped model, which the packed program takes instead', () => {
    const model = join(SHIPPED_MODEL, 'vectors.safetensors');
    expect(ENGLISH_VECTORS).not.toBe(model);
    expect(Buffer.compare(readFileSync(ENGLISH_VECTORS), readFileSync(model))).toBe(0);
  });

  test('no such file, no such table', () => {
    expect(thrownBy(() => chooseVectors('/no/such/file', TINY_CORPUS))).toMatchObject({ code: 'not_found' });
    const path = join(temporaryDirectory(), 'text.safetensors');
    writeFileSync(path, 'the 0.1 0.2\n');
    const error = thrownBy(() => chooseVectors(path, TINY_CORPUS));
    expect(error).toMatchObject({ code: 'damaged_model' });
    expect(error.message).toContain(path);
  });
});
