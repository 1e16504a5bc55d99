import { describe, expect, test } from 'vitest';
import { linePlot } from '#app/shared/plots.js';

const plotOf = (ys: readonly (number | null)[], options = {}) =>
  linePlot({ title: 'Loss', xName: 'epoch', points: ys.map((y, index) => ({ x: index + 1, y })), ...options });

const pairs = (polyline: string) => polyline.split(' ').map((pair) => pair.split(',').map(Number));

describe('linePlot', () => {
  test('places the points within the frame, upwards', () => {
    const plot = plotOf([0, 5, 10])!;
    const { left, top, right, bottom } = plot.frame;
    expect(pairs(plot.polylines[0])).toEqual([
      [left, bottom],
      [(left + right) / 2, (top + bottom) / 2],
      [right, top],
    ]);
    expect(plot.yTicks.map(({ label }) => label)).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(plot.xTicks.map(({ label }) => label)).toEqual(['1', '2', '3']);
    expect(plot.dots.map(({ title }) => title)).toEqual(['epoch 1: 0', 'epoch 2: 5', 'epoch 3: 10']);
  });

  test.each([
    [[], undefined],
    [[null, null], undefined],
  ])('has nothing to draw for %j', (ys, expected) => {
    expect(plotOf(ys)).toBe(expected);
  });

  test.each([[[3]], [[0]], [[7, 7, 7]], [[0, 0]], [[-2, -1]], [[1e-12, 2e-12]], [[1e9, 3e9]], [[0.86, 0.8601]]])(
    'stays within its frame for %j',
    (ys) => {
      const plot = plotOf(ys)!;
      const { left, top, right, bottom } = plot.frame;
      for (const [x, y] of plot.polylines.flatMap(pairs)) {
        expect(x).toBeGreaterThanOrEqual(left);
        expect(x).toBeLessThanOrEqual(right);
        expect(y).toBeGreaterThanOrEqual(top);
        expect(y).toBeLessThanOrEqual(bottom);
      }
      expect(plot.yTicks.length).toBeGreaterThanOrEqual(1);
      expect(plot.yTicks.length).toBeLessThanOrEqual(8);
      expect(new Set(plot.yTicks.map(({ label }) => label)).size).toBe(plot.yTicks.length);
    },
  );

  test('leaves a gap where a value is missing', () => {
    const plot = plotOf([1, 2, null, 3, null])!;
    expect(plot.polylines.map((line) => pairs(line).length)).toEqual([2, 1]);
    expect(plot.dots).toHaveLength(3);
  });

  test('reaches down to where it is told', () => {
    expect(plotOf([3, 4], { yLeast: 0 })!.yTicks[0]).toEqual({ position: plotOf([3, 4])!.frame.bottom, label: '0' });
    expect(plotOf([0.2], { yLeast: 0, yMost: 1 })!.yTicks.at(-1)!.label).toBe('1');
  });

  test('draws a long run without dots and with few ticks', () => {
    const plot = plotOf(Array.from({ length: 1000 }, (_, index) => 1 / (index + 1)))!;
    expect(plot.dots).toEqual([]);
    expect(plot.xTicks.map(({ label }) => label)).toEqual(['200', '400', '600', '800', '1000']);
  });
});
