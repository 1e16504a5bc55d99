import type { Arena } from '#engine/kernels/kernels.js';
import { bytesForArray, type KernelMemory } from './kernel-memory.js';

const CHUNK_BYTES = 4 * 2 ** 20;

/** A piece of the memory: positions `start` to `end` of the arena are its addresses from `pointer` on. */
interface Chunk {
  readonly pointer: number;
  start: number;
  end: number;
}

/**
 * Memory of one minibatch: a stack of arrays in chunks that are reserved when first needed and then used again and again,
 * so that minibatches of a steady size reserve nothing.
 */
export function createArena(memory: KernelMemory): Arena {
  const chunks: Chunk[] = [];
  let current = -1;
  let position = 0;
  let peakBytes = 0;

  const take = (length: number): number => {
    const bytes = bytesForArray(length);
    if (current < 0 || position + bytes > chunks[current].end) {
      moveToChunk(bytes);
      position = Math.max(position, chunks[current].start);
    }
    const { pointer, start } = chunks[current];
    const at = pointer + position - start;
    position += bytes;
    if (position > peakBytes) peakBytes = position;
    return at;
  };

  /** To the next chunk that is large enough, else to more memory; nothing beyond the current chunk is in use. */
  const moveToChunk = (bytes: number): void => {
    if (chunks[current]?.start === position) current--; // nor is that, yet
    const last = chunks[current];
    const found = chunks.findIndex(({ start, end }, i) => i > current && end - start >= bytes);
    if (found < 0) {
      const size = Math.max(CHUNK_BYTES, bytes);
      const pointer = memory.reserve(size);
      const isLast = current === chunks.length - 1;
      if (last !== undefined && isLast && pointer === last.pointer + last.end - last.start) {
        last.end += size;
        return;
      }
      chunks.splice(current + 1, 0, { pointer, start: 0, end: size });
    } else if (found > current + 1) chunks.splice(current + 1, 0, ...chunks.splice(found, 1));
    current++;
    let start = last?.end ?? 0;
    for (const chunk of chunks.slice(current)) {
      chunk.end += start - chunk.start;
      chunk.start = start;
      start = chunk.end;
    }
  };

  return {
    floats: (length) => memory.floatsAt(take(length), length),
    ints: (length) => memory.intsAt(take(length), length),
    release: (to) => {
      position = to;
      while (current > 0 && to < chunks[current].start) current--;
    },
    get position() {
      return position;
    },
    get peakBytes() {
      return peakBytes;
    },
  };
}
