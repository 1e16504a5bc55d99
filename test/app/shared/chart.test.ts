import { describe, expect, test } from 'vitest';
import { type ChartPoint, chartFigure } from '#app/shared/chart.js';
import { trainingCurves } from '#app/shared/training-curves.js';

const FRAME = { left: 56, top: 12, right: 428, bottom: 236 };

const lossOf = (losses: readonly (number | null)[]) =>
  trainingCurves(losses.map((loss, i) => ({ epoch: i + 1, loss, f1: null })));

const figureOf = (losses: readonly (number | null)[]) => chartFigure(lossOf(losses)[0]);

const linesOf = (figure: string) =>
  [...figure.matchAll(/<path class="line series-0" d="([^"]*)"/g)].map(([, d]) =>
    d
      .split('M')
      .slice(1)
      .map((run) => run.split('L').map((pair) => pair.split(',').map((n) => Number.parseFloat(n)))),
  )[0];

const ticksOf = (figure: string, anchor: string) =>
  [...figure.matchAll(new RegExp(`class="tick" x="[^"]*" y="[^"]*" text-anchor="${anchor}">([^<]*)<`, 'g'))].map(
    ([, label]) => label,
  );

describe('the curves of a training', () => {
  test('lie within the frame, upwards, from 0', () => {
    const figure = figureOf([0, 5, 10]);
    expect(linesOf(figure)).toEqual([
      [
        [FRAME.left, FRAME.bottom],
        [(FRAME.left + FRAME.right) / 2, (FRAME.top + FRAME.bottom) / 2],
        [FRAME.right, FRAME.top],
      ],
    ]);
    expect(ticksOf(figure, 'end')).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(ticksOf(figure, 'middle')).toEqual(['1', '2', '3', 'epoch']);
    expect([...figure.matchAll(/<title>([^<]*)</g)].map(([, said]) => said)).toEqual([
      'epoch 1: 0',
      'epoch 2: 5',
      'epoch 3: 10',
    ]);
  });

  test.each([[[]], [[null, null]]])('are none where there is nothing to draw: %j', (losses) => {
    expect(lossOf(losses)).toEqual([]);
  });

  test.each([[[3]], [[0]], [[7, 7, 7]], [[0, 0]], [[1e-12, 2e-12]], [[1e9, 3e9]], [[0.86, 0.8601]]])(
    'stay within the frame for %j',
    (losses) => {
      const figure = figureOf(losses);
      for (const [x, y] of linesOf(figure).flat()) {
        expect(x).toBeGreaterThanOrEqual(FRAME.left);
        expect(x).toBeLessThanOrEqual(FRAME.right);
        expect(y).toBeGreaterThanOrEqual(FRAME.top);
        expect(y).toBeLessThanOrEqual(FRAME.bottom);
      }
      const ticks = ticksOf(figure, 'end');
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(new Set(ticks).size).toBe(ticks.length);
    },
  );

  test('have a gap where a value is missing', () => {
    const figure = figureOf([1, 2, null, 3, null]);
    expect(linesOf(figure).map((run) => run.length)).toEqual([2, 1]);
    expect(figure.match(/<circle/g)).toHaveLength(3);
  });

  test('show F1 on an axis from 0 to 1 whatever was measured', () => {
    const [f1] = trainingCurves([{ epoch: 1, loss: null, f1: 0.2 }]);
    expect(ticksOf(chartFigure(f1), 'end')).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  });

  test('have neither dots nor many ticks after a long run', () => {
    const figure = figureOf(Array.from({ length: 1000 }, (_, i) => 1 / (i + 1)));
    expect(figure).not.toContain('<circle');
    expect(ticksOf(figure, 'middle')).toEqual(['200', '400', '600', '800', '1000', 'epoch']);
  });
});

test('titles, labels and names of lines are text', () => {
  const hostile = '<script>alert(1)</script>"&';
  const points: ChartPoint[] = [
    [1, 1],
    [2, 2],
  ];
  const figure = chartFigure({
    title: hostile,
    description: hostile,
    x: { label: hostile },
    y: { label: hostile },
    series: [
      { name: hostile, points, look: 'marked' },
      { name: 'other', points },
    ],
  });
  expect(figure).not.toContain('<script');
  expect(figure).toContain('&lt;script');
});
