import type { KernelMemoryInput } from '#engine/kernels/simd/kernel-memory.js';
import { loadModule } from '#engine/kernels/simd/load-module.js';
import { createSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import type { SimdName } from '#engine/kernels/simd/support.js';
import type { KernelChoice, Kernels } from './kernels.js';
import { createReferenceKernels } from './reference.js';

export interface SelectedKernels {
  readonly kernels: Kernels;
  /** One sentence for the person at the screen, if these are not the kernels that were chosen or the fastest there are. */
  readonly notice?: string;
}

/** Fastest first. */
const SIMD_NAMES: readonly SimdName[] = ['relaxed', 'simd'];

/**
 * The kernels chosen, by default the fastest that this processor and Node can run; what is missing falls back to the next
 * slower ones, at last to the reference kernels in float32. Takes a few milliseconds.
 *
 * @throws AppError `out_of_memory` if not even the memory to begin with can be had.
 */
export function selectKernels(choice: KernelChoice = 'relaxed', memory: KernelMemoryInput = {}): SelectedKernels {
  const reasons: string[] = [];
  for (const name of SIMD_NAMES) {
    if (choice === 'reference' || (choice === 'simd' && name === 'relaxed')) continue;
    const loaded = loadModule(name, memory);
    if ('module' in loaded) {
      return withNotice(createSimdKernels({ ...memory, name, module: loaded.module }), choice, reasons);
    }
    reasons.push(loaded.reason);
  }
  return withNotice(createReferenceKernels('float32'), choice, reasons);
}

function withNotice(kernels: Kernels, choice: KernelChoice, reasons: readonly string[]): SelectedKernels {
  if (kernels.name === choice) return { kernels };
  const slower = kernels.name === 'reference' ? ', which are many times slower' : '';
  return {
    kernels,
    notice: `kernels: using ${kernels.name} instead of ${choice}${slower}, because ${[...new Set(reasons)].join(' and ')}`,
  };
}
