import { describe, expect, test } from 'vitest';
import { type OverlapPolicy, resolveOverlaps } from '#annotation/documents/resolve-overlaps.js';

const span = (label: string, startToken: number, endToken: number) => ({ label, startToken, endToken });

describe('resolveOverlaps', () => {
  const bank = span('ORG', 0, 3);
  const england = span('LOC', 2, 3);
  const rome = span('LOC', 5, 6);
  const again = span('LOC', 5, 6);

  test.each<[OverlapPolicy, object[], object[]]>([
    [
      'longest',
      [bank, rome],
      [
        { kept: bank, dropped: england },
        { kept: rome, dropped: again },
      ],
    ],
    [
      'first',
      [england, rome],
      [
        { kept: england, dropped: bank },
        { kept: rome, dropped: again },
      ],
    ],
  ])('keeps the %s', (policy, kept, overlaps) => {
    expect(resolveOverlaps([rome, england, bank, again], policy)).toEqual({ kept, overlaps });
  });

  test('leaves touching spans alone and puts all in reading order', () => {
    const spans = [span('B', 1, 2), span('A', 0, 1)];
    expect(resolveOverlaps(spans, 'longest')).toEqual({ kept: [spans[1], spans[0]], overlaps: [] });
  });
});
