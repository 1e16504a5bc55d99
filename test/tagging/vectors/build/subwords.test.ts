import { describe, expect, test } from 'vitest';
import { fnv1a } from '#base/fnv.js';
import { subwordBuckets } from '#tagging/vectors/build/subwords.js';

const MANY = 2 ** 31;
const bucketsOf = (...grams: string[]): number[] => grams.map((gram) => fnv1a(gram) % MANY);

describe('the n-grams of a word', () => {
  test('are those of 3 to 6 characters, its edges marked', () => {
    expect(subwordBuckets('ave', MANY)).toEqual(bucketsOf('<av', '<ave', '<ave>', 'ave', 'ave>', 've>'));
  });

  test.each([
    ['a letter', 'a', ['<a>']],
    ['two', 'de', ['<de', '<de>', 'de>']],
    ['an emoji, one character of two units', '😀', ['<😀>']],
    ['a letter beyond the basic plane', '𐐷𐐷', ['<𐐷𐐷', '<𐐷𐐷>', '𐐷𐐷>']],
    ['a Chinese word', '北京', ['<北京', '<北京>', '北京>']],
  ])('of %s', (_, word, grams) => {
    expect(subwordBuckets(word, MANY)).toEqual(bucketsOf(...grams));
  });

  test('of two words of one stem are shared', () => {
    const shared = new Set(subwordBuckets('brasileiro', MANY));
    expect(subwordBuckets('brasileira', MANY).filter((bucket) => shared.has(bucket)).length).toBeGreaterThan(20);
  });

  test('lie within the buckets there are, and are bounded for whatever is long', () => {
    const found = subwordBuckets('x'.repeat(100), 7);
    expect(found).toHaveLength(60);
    expect(found.every((bucket) => bucket >= 0 && bucket < 7)).toBe(true);
  });
});
