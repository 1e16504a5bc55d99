import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonMemberAt, parseJson } from '#tagging/vectors/build/json-members.js';

/** All members from `at` on, and what stands behind them. */
function membersOf(text: string, at = 1): [[string, unknown][], 'end' | 'partial' | 'damaged'] {
  const members: [string, unknown][] = [];
  for (let i = at; ; ) {
    const step = jsonMemberAt(text, i);
    if (typeof step === 'string') return [members, step];
    members.push([step.key, parseJson(step.value)]);
    i = step.end;
  }
}

test('the members of any object are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const expected = Object.entries(JSON.parse(text) as Record<string, unknown>);
      expect(membersOf(text)).toEqual([expected, 'end']);
    }),
  );
});

test('of an unfinished object they are the first of them, never others', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value);
      const [whole] = membersOf(text);
      const [some, step] = membersOf(text.slice(0, 1 + (cut % (text.length - 1))));
      expect(step).toBe('partial');
      expect(some).toEqual(whole.slice(0, some.length));
    }),
  );
});

describe('one step', () => {
  test.each([
    ['{"a": [1, "]"], "b": 2}', 1, { key: 'a', value: '[1, "]"]', end: 14 }],
    ['{"a": [1, "]"], "b": 2}', 14, { key: 'b', value: '2', end: 22 }],
    ['{"a": [1, "]"], "b": 2}', 22, 'end'],
    ['{"say \\"a\\\\": "\\\\"}', 1, { key: 'say "a\\', value: '"\\\\"', end: 18 }],
    ['{"a": {"b": {}}}', 1, { key: 'a', value: '{"b": {}}', end: 15 }],
    ['{a: 1}', 1, 'damaged'],
    ['{"a" 1}', 1, 'damaged'],
    ['{"\\x": 1}', 1, 'damaged'],
    ['{1: 1}', 1, 'damaged'],
    ['{"a": 12', 1, 'partial'],
    ['{"a": "b\\"', 1, 'partial'],
    ['{"a": [[]', 1, 'partial'],
    ['{"a": ["', 1, 'partial'],
    ['{', 1, 'partial'],
  ])('%s from %d', (text, at, expected) => {
    expect(jsonMemberAt(text, at)).toEqual(expected);
  });

  test('goes into the object that is to be opened, and only into an object', () => {
    expect(jsonMemberAt('{"v": {"a": 1}}', 1, 'v')).toEqual({ key: 'v', value: '{', end: 7 });
    expect(jsonMemberAt('{"v": [1]}', 1, 'v')).toEqual({ key: 'v', value: '[1]', end: 9 });
  });
});
