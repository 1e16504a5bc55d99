import type { KernelChoice } from '#engine/kernels/kernels.js';

export type SimdName = Exclude<KernelChoice, 'reference'>;

/** Whether this engine accepts the instructions of a kernel module, now. Works in browsers too. */
export function supports(name: SimdName): boolean {
  return typeof WebAssembly !== 'undefined' && WebAssembly.validate(PROBES[name]);
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The smallest modules with an instruction of each kind. */
const PROBES: Readonly<Record<SimdName, Uint8Array<ArrayBuffer>>> = {
  // (func (result v128) (i8x16.splat (i32.const 0)))
  simd: new Uint8Array([
    ...HEADER,
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
  ]),
  // (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0)))
  relaxed: new Uint8Array([
    ...HEADER,
    ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd, 0x85, 0x02, 0x0b],
  ]),
};
