import { describe, expect, test } from 'vitest';
import { percentOf, scoreText } from '#app/shared/scores.js';

describe('percentOf', () => {
  test.each([
    [0, 0],
    [0.0001, 1],
    [0.375, 38],
    [0.984, 98],
    [0.9999, 99],
    [1, 100],
  ])('%d is %d percent', (score, percent) => {
    expect(percentOf(score)).toBe(percent);
  });
});

describe('scoreText', () => {
  test.each([
    [0, 2, '0.00'],
    [0.0001, 2, '0.01'],
    [0.375, 2, '0.38'],
    [0.9999, 2, '0.99'],
    [0.9999, 3, '0.999'],
    [1, 2, '1.00'],
  ])('%d in %d decimals is %s', (score, digits, text) => {
    expect(scoreText(score, digits)).toBe(text);
  });

  test('agrees with the percent beside it', () => {
    for (let score = 0; score <= 1; score += 1 / 1024)
      expect(Number(scoreText(score)) * 100).toBeCloseTo(percentOf(score), 9);
  });
});
