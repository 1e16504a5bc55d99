import { expect, test } from 'vitest';
import { mostDifferent } from '#app/services/diversity.js';

test('the text with the most new words is the most different; case and marks do not count', () => {
  const seen = ['The Aurora left Bergen.', 'Nobody saw her.'];
  const texts = ['AURORA left BERGEN!', 'Zoë’s 3 drugs were mixed by a pharmacist in Łódź', 'Nobody left.'];
  const candidates = texts.map((text) => ({ text }));
  expect(mostDifferent(candidates, seen)).toBe(candidates[1]);
  expect(mostDifferent([candidates[0], candidates[2]], seen)).toBe(candidates[0]);
  expect(mostDifferent([], seen)).toBeUndefined();
  // Two strange words are not worth more than many.
  const page = { text: 'a b c d e f g h i j k l m n o p q r s the aurora left' };
  expect(mostDifferent([{ text: 'x y' }, page], seen)).toBe(page);
});
