import { describe, expect, test } from 'vitest';
import { decodeEntities, dropHandles, joinClitics, joinMarks } from '../../../tools/pretrain/tokens.js';
import { tagged } from './helpers.js';

describe('joinMarks', () => {
  test.each([
    ['a handle that is no name', 'hi @ ada !', 'hi @ada !'],
    ['a handle that was tagged', 'by @ ada_l/B-PER .', 'by @ada_l .'],
    ['a place after "at" stays', 'coffee @ Leeds/B-LOC', 'coffee @ Leeds/B-LOC'],
    ['a name of several words after "at" stays', 'see @ Ada/B-PER Lovelace/I-PER', 'see @ Ada/B-PER Lovelace/I-PER'],
    ['no name after it', 'me @ 7:30', 'me @ 7:30'],
    ['at the end', 'look @', 'look @'],
    ['a topic', 'so # tired', 'so #tired'],
    ['a topic that is a name', '# Leeds/B-LOC tonight', '#Leeds/B-LOC tonight'],
    ['a topic whose mark was tagged', 'love #/B-PER ada/I-PER !', 'love #ada/B-PER !'],
    ['a longer name', '# Leeds/B-LOC United/I-LOC', '#Leeds/B-LOC United/I-LOC'],
    ['one after the other', '# a # b', '#a #b'],
  ])('%s', (_, before, after) => {
    expect(joinMarks(tagged(before))).toEqual(tagged(after));
  });
});

describe('joinClitics', () => {
  test.each([
    ["Ada/B-PER ' s hat", "Ada/B-PER 's hat"],
    ["Lloyd/B-ORG '/I-ORG s/I-ORG of/I-ORG", "Lloyd/B-ORG 's/I-ORG of/I-ORG"],
    ["the boys ' songs", "the boys ' songs"],
    ["' s/B-PER", "' s/B-PER"],
  ])('%s', (before, after) => {
    expect(joinClitics(tagged(before))).toEqual(tagged(after));
  });
});

describe('dropHandles', () => {
  test.each([
    ['@ada/B-PER met Bo/B-PER', '@ada met Bo/B-PER'],
    ['Ada/B-PER @ada/I-PER met', 'Ada @ada met'],
    ['Ada/B-PER @ada/B-PER Bo/B-PER', 'Ada/B-PER @ada Bo/B-PER'],
    ['at/B-LOC @/I-LOC home/I-LOC', 'at/B-LOC @/I-LOC home/I-LOC'],
  ])('%s', (before, after) => {
    expect(dropHandles(tagged(before))).toEqual(tagged(after));
  });
});

test('decodeEntities', () => {
  const before = { words: ['AT&amp;T', '&lt;3', '&amp;lt;', '&copy;'], tags: ['B-ORG', 'O', 'O', 'O'] };
  expect(decodeEntities(before)).toEqual({ words: ['AT&T', '<3', '&lt;', '&copy;'], tags: before.tags });
});
