import { expect, test } from 'vitest';
import { outcomeHtml } from '#app/learn/exhibit-html.js';
import type { Outcome } from '#app/learn/experiment.js';

const HOSTILE = `<img src=x onerror="alert(1)">'&`;

test('whatever an experiment says stands in its markup as text', () => {
  const axis = { label: HOSTILE };
  const series = [
    { name: HOSTILE, points: [[0, 1] as const, [1, 2] as const] },
    { name: `${HOSTILE} 2`, points: [[0, 1] as const], look: 'dots' as const },
  ];
  const outcome: Outcome = {
    says: HOSTILE,
    exhibits: [
      { kind: 'chart', title: HOSTILE, description: HOSTILE, x: axis, y: axis, series },
      {
        kind: 'heat',
        title: HOSTILE,
        description: HOSTILE,
        columns: [HOSTILE],
        rows: [{ name: HOSTILE, values: [0.5] }],
      },
      { kind: 'table', title: HOSTILE, head: [HOSTILE], rows: [{ cells: [HOSTILE, HOSTILE] }] },
    ],
  };
  const html = outcomeHtml(outcome);
  expect(html).not.toContain('<img');
  expect(html).not.toMatch(/"alert/);
  expect(html.match(/&lt;img/g)!.length).toBeGreaterThanOrEqual(15);
});

test('what is not finite leaves a gap, and a chart of nothing is still a chart', () => {
  const chart = (points: readonly (readonly [number, number])[], isLog: boolean): string =>
    outcomeHtml({
      says: '',
      exhibits: [
        {
          kind: 'chart',
          title: 'a',
          description: '',
          x: { label: 'x' },
          y: { label: 'y', isLog },
          series: [{ name: '', points }],
        },
      ],
    });
  const gap = [
    [0, 1],
    [1, Number.NaN],
    [2, 0],
    [3, Number.POSITIVE_INFINITY],
    [4, 5],
    [5, 6],
  ] as const;
  for (const isLog of [true, false]) {
    expect(chart(gap, isLog)).not.toMatch(/NaN|Infinity/);
    expect(chart([], isLog)).toContain('class="axis"');
    expect(chart([[1, 1]], isLog)).not.toMatch(/NaN/);
  }
  expect(chart(gap, true).match(/M/g)!.length).toBe(2);
});
