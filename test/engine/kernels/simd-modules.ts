import type { KernelMemoryInput } from '#engine/kernels/simd/kernel-memory.js';
import { loadModule } from '#engine/kernels/simd/load-module.js';
import { createSimdKernels, type SimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import type { SimdName } from '#engine/kernels/simd/support.js';

/** Fails, rather than skips, where the modules have not been built. */
function compiledModule(name: SimdName, options: { readonly shared?: boolean } = {}): WebAssembly.Module {
  const loaded = loadModule(name, options);
  if ('reason' in loaded) throw new Error(loaded.reason);
  return loaded.module;
}

export function createKernels(name: SimdName, memory: KernelMemoryInput = {}): SimdKernels {
  return createSimdKernels({ ...memory, name, module: compiledModule(name, memory) });
}
