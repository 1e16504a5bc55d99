import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segments } from '#annotation/tags/segments.js';

describe('segments', () => {
  test('alternates plain text and entities', () => {
    const ada = { start: 0, end: 3, label: 'PER' };
    const rome = { start: 11, end: 15, label: 'LOC' };
    expect(segments('Ada saw 🙂 Rome.', [rome, ada])).toEqual([
      { text: 'Ada', entity: ada },
      { text: ' saw 🙂 ', entity: null },
      { text: 'Rome', entity: rome },
      { text: '.', entity: null },
    ]);
  });

  test('leaves no empty piece between touching entities, at the edges or in an empty text', () => {
    const first = { start: 0, end: 1 };
    const second = { start: 1, end: 2 };
    expect(segments('ab', [first, second])).toEqual([
      { text: 'a', entity: first },
      { text: 'b', entity: second },
    ]);
    expect(segments('', [])).toEqual([]);
    expect(segments('ab', [])).toEqual([{ text: 'ab', entity: null }]);
  });

  test('joined is the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(30)), (text, cuts) => {
        const edges = [...new Set(cuts.filter((cut) => cut <= text.length))].sort((left, right) => left - right);
        const entities = edges
          .slice(1)
          .flatMap((end, index) => (index % 2 === 0 ? [{ start: edges[index], end }] : []));
        const pieces = segments(text, entities);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.flatMap((piece) => piece.entity ?? [])).toEqual(entities);
        expect(pieces.every((piece) => piece.text.length > 0)).toBe(true);
      }),
    );
  });

  test.each([
    [
      [
        { start: 0, end: 2 },
        { start: 1, end: 3 },
      ],
      '"entities" must not overlap, found [1, 3) after one that ends at 2',
    ],
    [[{ start: 0, end: 4 }], '"entities" must lie within the 3 characters of the text and not be empty, found [0, 4)'],
    [[{ start: 1, end: 1 }], 'and not be empty, found [1, 1)'],
    [[{ start: -1, end: 1 }], 'found [-1, 1)'],
  ])('refuses %j', (entities, message) => {
    expect(() => segments('abc', entities)).toThrow(message);
  });
});
