import { AppError } from '#base/errors.js';
import type { Floats, Ints } from '#engine/kernels/kernels.js';

/**
 * One WebAssembly.Memory, handed out from the bottom up and never taken back. Threads that hold the same shared memory
 * may all reserve from it: the mark below which everything is taken stands in the memory itself and moves atomically.
 *
 * A shared memory grows as needed, and views made before stay valid. Growing an unshared one would detach every view, so
 * that one keeps the size it was created with.
 */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory;
  /** The most it may grow to. */
  readonly maximumBytes: number;
  /** The address of so many new, zeroed bytes, at a multiple of 64. */
  reserve(bytes: number): number;
  floatsAt(pointer: number, length: number): Float32Array;
  intsAt(pointer: number, length: number): Int32Array;
  /**
   * The address of an array's first element. Throws if the array does not lie in this memory or has fewer than `needed`
   * elements: a kernel given such an array would overwrite others in silence.
   */
  pointerOf(view: Floats | Ints, needed: number): number;
}

export interface KernelMemoryInput {
  /** Default true. */
  readonly shared?: boolean;
  /** Default 64 MiB, or 256 MiB if unshared. Pages that are not touched cost nothing. */
  readonly initialBytes?: number;
  /** Default 4 GiB, the most a 32-bit address reaches, or as much of it as can be reserved. */
  readonly maximumBytes?: number;
}

const PAGE_BYTES = 65536;
const MEBIBYTE = 2 ** 20;
/** Addresses are given out in cache lines. */
const LINE_BYTES = 64;
/** The first line holds the mark, the others the constants of assembly/functions.ts. */
const FIRST_LINES = 8;
/** Kernels read, never write, up to 60 bytes beyond an array. */
const SLACK_BYTES = 128;
const LEAST_GROWTH_BYTES = 16 * MEBIBYTE;

export function createKernelMemory(input: KernelMemoryInput = {}): KernelMemory {
  const shared = input.shared ?? true;
  const initialBytes = input.initialBytes ?? (shared ? 64 : 256) * MEBIBYTE;
  let maximum = Math.min(65536, pagesFor(shared ? (input.maximumBytes ?? 2 ** 32) : initialBytes));
  const initial = Math.min(maximum, pagesFor(initialBytes));
  for (;;) {
    try {
      const memory = new WebAssembly.Memory({ initial, maximum, shared });
      return attachKernelMemory(memory, maximum * PAGE_BYTES);
    } catch (cause) {
      if (maximum === initial) {
        throw new AppError(
          'out_of_memory',
          `memory: ${mebibytes(initial * PAGE_BYTES)} MiB for the kernels were refused`,
          { cause },
        );
      }
      maximum = Math.max(initial, maximum >> 1);
    }
  }
}

/** The memory that another thread created. */
export function attachKernelMemory(memory: WebAssembly.Memory, maximumBytes: number): KernelMemory {
  let buffer: ArrayBufferLike = memory.buffer;
  const shared = typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
  // Growing replaces the buffer object; views made earlier keep the older one, which is as good.
  const buffers = new WeakSet<ArrayBufferLike>([buffer]);
  const mark = new Uint32Array(buffer, 0, 1);

  const refresh = (): void => {
    buffer = memory.buffer;
    buffers.add(buffer);
  };
  const bytesAtMark = (lines: number): number => (FIRST_LINES + lines) * LINE_BYTES;

  const grow = (bytes: number, asked: number): void => {
    const refuse = (cause?: unknown): never => {
      const taken = bytesAtMark(Atomics.load(mark, 0));
      const left = Math.max(0, maximumBytes - SLACK_BYTES - taken);
      throw new AppError(
        'out_of_memory',
        `memory: ${mebibytes(asked)} MiB for one array were refused, ${Math.floor(left / MEBIBYTE)} MiB are left of ${mebibytes(maximumBytes)} MiB`,
        { cause },
      );
    };
    if (shared) memory.grow(0); // brings a buffer that another thread has grown up to date
    refresh();
    if (!shared || bytes > maximumBytes) {
      if (bytes > buffer.byteLength) refuse();
      return;
    }
    // Generously, so that it is seldom; only as much as is missing, if there is no more.
    for (const least of [Math.max(LEAST_GROWTH_BYTES, buffer.byteLength / 4), 0]) {
      const missing = bytes - buffer.byteLength;
      if (missing <= 0) return;
      const pages = pagesFor(Math.min(Math.max(missing, least), maximumBytes - buffer.byteLength));
      try {
        memory.grow(pages);
      } catch (cause) {
        if (least === 0) refuse(cause);
      }
      refresh();
    }
  };

  const reserve = (bytes: number): number => {
    const lines = Math.ceil(bytes / LINE_BYTES);
    for (;;) {
      const before = Atomics.load(mark, 0);
      const end = bytesAtMark(before + lines) + SLACK_BYTES;
      if (end > buffer.byteLength) grow(end, bytes);
      if (Atomics.compareExchange(mark, 0, before, before + lines) === before) return bytesAtMark(before);
    }
  };

  return {
    memory,
    maximumBytes,
    reserve,
    floatsAt: (pointer, length) => new Float32Array(bufferFor(pointer + length * 4), pointer, length),
    intsAt: (pointer, length) => new Int32Array(bufferFor(pointer + length * 4), pointer, length),
    pointerOf: (view, needed) => {
      if ((view.buffer !== buffer && !buffers.has(view.buffer)) || view.length < needed) reject(view, needed);
      return view.byteOffset;
    },
  };

  /** Addresses reserved by another thread may lie beyond what this thread has seen of the memory. */
  function bufferFor(end: number): ArrayBufferLike {
    if (end > buffer.byteLength) grow(end, end);
    return buffer;
  }

  function reject(view: Floats | Ints, needed: number): never {
    if (!buffers.has(view.buffer)) {
      throw new AppError(
        'internal',
        `kernels: an array of ${view.length} elements does not lie in their memory; allocate it with kernels.floats, ints or arena`,
      );
    }
    throw new AppError('internal', `kernels: an array must have at least ${needed} elements, found ${view.length}`);
  }
}

/**
 * The room for an array: whole cache lines, and three more when that is a multiple of 4 KiB, since matrices that all begin
 * at the same offset of a page compete for the same cache sets (measured: a tenth of the speed of some products).
 */
export function bytesForArray(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new AppError('internal', `kernels: an array's length must be a whole number from 0 on, found ${length}`);
  }
  const bytes = Math.ceil((length * 4) / LINE_BYTES) * LINE_BYTES;
  return bytes > 0 && bytes % 4096 === 0 ? bytes + 3 * LINE_BYTES : bytes;
}

function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

function mebibytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / MEBIBYTE));
}
