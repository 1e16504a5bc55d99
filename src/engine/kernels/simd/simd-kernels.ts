import { AppError } from '#base/errors.js';
import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';
import { createArena } from './arena.js';
import {
  attachKernelMemory,
  bytesForArray,
  createKernelMemory,
  type KernelMemory,
  type KernelMemoryInput,
} from './kernel-memory.js';
import { type ModuleExports, operations } from './operations.js';
import type { SimdName } from './support.js';

/** Where a permanent array lies. */
export interface PermanentPointer {
  readonly pointer: number;
  readonly length: number;
}

/** What another thread needs for kernels over the same memory; can be posted to a worker. */
export interface SimdKernelsHandle {
  readonly name: SimdName;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly maximumBytes: number;
  readonly permanentPointers: readonly PermanentPointer[];
}

export interface SimdKernels extends Kernels {
  readonly name: SimdName;
  readonly precision: 'float32';
  readonly memory: WebAssembly.Memory;
  /** In the order in which `floats` and `ints` were called. */
  readonly permanentPointers: readonly PermanentPointer[];
  /** As of now. */
  readonly handle: SimdKernelsHandle;
  /** The address of an array's first element; throws if the array does not lie in the kernels' memory. */
  pointerOf(view: Floats | Ints): number;
  /**
   * The register-only multiply-add loop of the same module that benchmarks measure their peak with: runs it `steps`
   * times and returns the floating-point operations done (a multiply-add is two).
   */
  runRegisterLoop(steps: number): number;
}

export interface SimdKernelsInput extends KernelMemoryInput {
  readonly name: SimdName;
  /** Compiled from the module of that name, for a shared memory unless `shared` is false. */
  readonly module: WebAssembly.Module;
}

/** Kernels over a memory of their own. */
export function createSimdKernels(input: SimdKernelsInput): SimdKernels {
  return kernelsOver(input.name, input.module, createKernelMemory(input), []);
}

/**
 * Kernels of another thread over the memory of `handle`. Their first permanent arrays are those that existed when the
 * handle was made, in the same order: building the same network shares its parameters. Later ones are new, and the arena
 * is their own.
 */
export function attachSimdKernels(handle: SimdKernelsHandle): SimdKernels {
  const memory = attachKernelMemory(handle.memory, handle.maximumBytes);
  return kernelsOver(handle.name, handle.module, memory, handle.permanentPointers);
}

/** True for kernels that other threads can attach to. */
export function isSimdKernels(kernels: Kernels): kernels is SimdKernels {
  return kernels.name !== 'reference';
}

function kernelsOver(
  name: SimdName,
  module: WebAssembly.Module,
  memory: KernelMemory,
  attached: readonly PermanentPointer[],
): SimdKernels {
  const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  const wasm = instance.exports as unknown as ModuleExports;
  wasm.useScratch(memory.reserve(wasm.scratchBytes()));
  const loopPointer = memory.reserve(256);
  const permanentPointers: PermanentPointer[] = [];
  let permanentBytes = 0;

  const permanent = (length: number): number => {
    const bytes = bytesForArray(length);
    const existing = attached[permanentPointers.length];
    if (existing !== undefined && existing.length !== length) {
      throw new AppError(
        'internal',
        `kernels: permanent array ${permanentPointers.length} of the attached memory has ${existing.length} elements, ${length} were asked for`,
      );
    }
    const pointer = existing?.pointer ?? memory.reserve(bytes);
    permanentPointers.push({ pointer, length });
    permanentBytes += length * 4;
    return pointer;
  };

  return {
    name,
    precision: 'float32',
    memory: memory.memory,
    permanentPointers,
    get handle() {
      const { maximumBytes } = memory;
      return { name, module, memory: memory.memory, maximumBytes, permanentPointers: [...permanentPointers] };
    },
    pointerOf: (view) => memory.pointerOf(view, 0),
    runRegisterLoop: (steps) => {
      wasm.registerLoop(loopPointer, steps);
      return 2 * wasm.peakOperations() * steps;
    },
    floats: (length) => memory.floatsAt(permanent(length), length),
    ints: (length) => memory.intsAt(permanent(length), length),
    arena: createArena(memory),
    get permanentBytes() {
      return permanentBytes;
    },
    ...operations(wasm, memory.pointerOf),
  };
}
