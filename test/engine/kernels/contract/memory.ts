import { expect, test } from 'vitest';
import type { Kernels } from '#engine/kernels/kernels.js';

export function memoryContract(create: () => Kernels): void {
  test('permanent memory is zeroed and counted', () => {
    const kernels = create();
    const bytesPerFloat = kernels.precision === 'float64' ? 8 : 4;
    expect(Array.from(kernels.floats(5))).toEqual([0, 0, 0, 0, 0]);
    expect(Array.from(kernels.ints(3))).toEqual([0, 0, 0]);
    expect(kernels.floats(0).length).toBe(0);
    expect(kernels.permanentBytes).toBe(5 * bytesPerFloat + 3 * 4);
  });

  test('the arena hands out what was released again, and nothing twice', () => {
    const { arena } = create();
    const start = arena.position;
    const first = arena.floats(1000).fill(1);
    const middle = arena.position;
    // Several times the size of a chunk, in pieces smaller and larger than one.
    const use = (mark: number): void => {
      const floats = [2_000_000, 10, 900_000, 0, 400_000].map((length) => arena.floats(length).fill(mark));
      const ints = arena.ints(100).fill(mark + 1);
      for (const array of floats) expect(array.every((value) => value === mark)).toBe(true);
      expect(ints.every((value) => value === mark + 1)).toBe(true);
      expect(first.every((value) => value === 1)).toBe(true);
    };
    use(2);
    const { peakBytes } = arena;
    expect(peakBytes).toBeGreaterThanOrEqual(4 * 3_300_000);
    for (const mark of [4, 6, 8]) {
      arena.release(middle);
      expect(arena.position).toBe(middle);
      use(mark);
    }
    expect(arena.peakBytes).toBe(peakBytes);
    arena.release(start);
    expect(arena.position).toBe(start);
  });
}
