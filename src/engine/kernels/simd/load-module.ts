import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { messageOf } from '#base/errors.js';
import { type SimdName, supports } from './support.js';

/** A compiled module, or why there is none, as the end of a sentence. */
export type LoadedModule = { readonly module: WebAssembly.Module } | { readonly reason: string };

/**
 * Reads and compiles a kernel module in Node. Takes about a millisecond: its functions are compiled when first called.
 *
 * Node 20 knows relaxed SIMD only behind a flag of its engine. A module remembers what was allowed when it was compiled,
 * so the flag is taken back at once: Node throws away its cache of compiled library code when flags differ from those it
 * was started with, and importing node:http would take twice as long.
 */
export function loadModule(name: SimdName, { shared = true }: { readonly shared?: boolean } = {}): LoadedModule {
  if (supports(name)) return compile(name, shared);
  if (name !== 'relaxed') return { reason: 'this version of Node.js has no WebAssembly SIMD' };
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  try {
    if (supports(name)) return compile(name, shared);
  } finally {
    setFlagsFromString('--no-experimental-wasm-relaxed-simd');
  }
  return { reason: 'this version of Node.js has no relaxed WebAssembly SIMD' };
}

/** Beside this file in dist/; tests run from src/, which lies as deep as dist/. */
const FOLDERS = ['./', '../../../../dist/engine/kernels/simd/'];

function compile(name: SimdName, shared: boolean): LoadedModule {
  const file = `${name}${shared ? '' : '-unshared'}.wasm`;
  const found = FOLDERS.map((folder) => new URL(folder + file, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined) return { reason: `dist/engine/kernels/simd/${file} is missing; run npm run build` };
  try {
    return { module: new WebAssembly.Module(new Uint8Array(readFileSync(found))) };
  } catch (error) {
    return { reason: `dist/engine/kernels/simd/${file} cannot be used (${messageOf(error)}); run npm run build again` };
  }
}
