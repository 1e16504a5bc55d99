import { describe, expect, test } from 'vitest';
import {
  faultOf,
  joined,
  occurrences,
  relabelled,
  resized,
  snapped,
  split,
  withMark,
  withoutMark,
} from '#app/shared/marks.js';

const TEXT = 'The Aurora left Bergen. Aurora Lind saw the AURORA.';
const TOKENS = Array.from(TEXT.matchAll(/\w+|\./g), ({ 0: word, index }) => [index, index + word.length]).flat();
const at = (word: string, from = 0) => {
  const start = TEXT.indexOf(word, from);
  return { start, end: start + word.length };
};
const textOf = (marks: readonly { start: number; end: number; label?: string }[]) =>
  marks.map(({ start, end, label }) => `${TEXT.slice(start, end)}${label === undefined ? '' : `/${label}`}`);
const SHIP = { ...at('Aurora'), label: 'SHIP' };
const LIND = { ...at('Aurora Lind'), label: 'PER' };

describe('marks', () => {
  test('snap to the words they touch', () => {
    expect(textOf([snapped({ start: 6, end: 7 }, TOKENS)!])).toEqual(['Aurora']);
    expect(textOf([snapped({ start: 2, end: 12 }, TOKENS)!])).toEqual(['The Aurora left']);
    expect(snapped({ start: 3, end: 4 }, TOKENS)).toBeUndefined();
    expect(snapped({ start: 0, end: 3 }, [])).toBeUndefined();
  });

  test('take the place of those they overlap, and stay in order', () => {
    const marks = withMark(withMark([], LIND), SHIP);
    expect(textOf(marks)).toEqual(['Aurora/SHIP', 'Aurora Lind/PER']);
    expect(textOf(withMark(marks, { start: 0, end: 30, label: 'X' }))).toEqual(['The Aurora left Bergen. Aurora/X']);
    expect(withoutMark(marks, SHIP)).toEqual([LIND]);
  });

  test('bear another label, and are no suggestion any more', () => {
    const suggested = { ...SHIP, model: 'names@1', score: 0.5 };
    expect(relabelled([suggested], suggested, 'PER')).toEqual([{ ...at('Aurora'), label: 'PER' }]);
  });

  test('grow and shrink by words, never to nothing nor beyond the text', () => {
    const grown = resized([SHIP], SHIP, { edge: 'end', step: 1, tokens: TOKENS });
    expect(textOf(grown)).toEqual(['Aurora left/SHIP']);
    expect(textOf(resized(grown, grown[0], { edge: 'start', step: 1, tokens: TOKENS }))).toEqual(['left/SHIP']);
    expect(textOf(resized([SHIP], SHIP, { edge: 'start', step: -1, tokens: TOKENS }))).toEqual(['The Aurora/SHIP']);
    expect(resized([SHIP], SHIP, { edge: 'end', step: -1, tokens: TOKENS })).toEqual([SHIP]);
    const last = { start: TEXT.length - 1, end: TEXT.length, label: 'X' };
    expect(resized([last], last, { edge: 'end', step: 1, tokens: TOKENS })).toEqual([last]);
  });

  test('are split and joined again', () => {
    const parts = split([LIND], LIND, at('Lind').start, TOKENS);
    expect(textOf(parts)).toEqual(['Aurora/PER', 'Lind/PER']);
    expect(joined(parts, parts[0])).toEqual([LIND]);
    expect(joined(parts, parts[1])).toEqual(parts);
    expect(split([LIND], LIND, LIND.start, TOKENS)).toEqual([LIND]);
  });

  test('find the other places of their words, whatever the case, unless those are marked', () => {
    expect(textOf(occurrences(TEXT, SHIP, TOKENS, [SHIP]))).toEqual(['Aurora', 'AURORA']);
    expect(textOf(occurrences(TEXT, SHIP, TOKENS, [SHIP, LIND]))).toEqual(['AURORA']);
  });

  test.each([
    [[SHIP, LIND], ['SHIP', 'PER'], undefined],
    [[SHIP, { ...at('urora'), label: 'SHIP' }], ['SHIP'], 'overlap'],
    [[{ start: 3, end: 3, label: 'SHIP' }], ['SHIP'], 'outside'],
    [[{ start: 0, end: 1000, label: 'SHIP' }], ['SHIP'], 'outside'],
    [[LIND], ['SHIP'], 'label'],
  ])('what is wrong with %j for %j: %s', (marks, labels, kind) => {
    expect(faultOf(marks, TEXT.length, labels)?.kind).toBe(kind);
  });
});
