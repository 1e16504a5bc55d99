import { expect, test } from 'vitest';
import { EXAMPLES } from '#app/http/pages/examples.js';
import { looksEnglish } from '#app/shared/looks-english.js';

test.each([
  ...EXAMPLES,
  '',
  'Ada',
  'Zürich Łódź São Paulo',
  '😀 123',
  'Minister resigns, says he was misled by aides in Leith',
])('%j may be English', (text) => {
  expect(looksEnglish(text)).toBe(true);
});

test.each([
  'Вчера Ада приехала',
  'آدا در تهران است',
  '昨日アダは東京に行きました',
  'Gestern fuhr Ada mit dem Zug von Zürich nach Bern und traf dort ihren Bruder',
  'Ayer Ada viajó en tren desde Madrid hasta Toledo para visitar a sus primos',
  'Hier Ada est partie en train de Lyon pour rejoindre ses cousins dans le nord',
  'Igår reste Ada med tåg från Malmö till Lund för att hälsa på sin bror',
])('%j is not', (text) => {
  expect(looksEnglish(text)).toBe(false);
});
