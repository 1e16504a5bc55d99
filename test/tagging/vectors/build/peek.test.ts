import { describe, expect, test } from 'vitest';
import { peek } from '#tagging/vectors/build/peek.js';
import { chunksOf } from '../helpers.js';

const BYTES = Uint8Array.from({ length: 20 }, (_, i) => i);

describe.each([1, 3, 20, 50])('in pieces of %d bytes', (size) => {
  test.each([0, 1, 7, 20, 100])('the first %d, then all', async (least) => {
    const { head, all } = await peek(chunksOf(BYTES, size), least);
    expect(head.length).toBeGreaterThanOrEqual(Math.min(least, BYTES.length));
    expect([...head]).toEqual([...BYTES.subarray(0, head.length)]);
    const read: number[] = [];
    for await (const chunk of all) read.push(...chunk);
    expect(read).toEqual([...BYTES]);
  });
});

test('closing lets the source end, before and after it was read', async () => {
  for (const reads of [false, true]) {
    let ends = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield BYTES;
        yield BYTES;
      } finally {
        ends++;
      }
    }
    const { all, close } = await peek(source(), 1);
    if (reads) for await (const _ of all) break;
    expect(ends).toBe(0);
    await close();
    await close();
    expect(ends).toBe(1);
  }
});
