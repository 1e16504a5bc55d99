import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { supports } from '#engine/kernels/simd/support.js';

/**
 * Kernels from the code of their module. Some hosts let no code be compiled while they run: there the plain loops do the same,
 * more slowly.
 */
export function kernelsFrom(code: Uint8Array<ArrayBuffer>): Kernels {
  if (supports('simd')) {
    try {
      return createSimdKernels({ name: 'simd', module: new WebAssembly.Module(code), shared: false });
    } catch {}
  }
  return createReferenceKernels('float32');
}
