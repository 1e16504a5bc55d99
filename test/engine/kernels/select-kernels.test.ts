import { afterEach, describe, expect, test, vi } from 'vitest';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { supports } from '#engine/kernels/simd/support.js';

afterEach(() => vi.restoreAllMocks());

test.each(['reference', 'simd', 'relaxed'] as const)('%s when chosen', async (choice) => {
  const { kernels, notice } = selectKernels(choice);
  expect(kernels.name).toBe(choice);
  expect(kernels.precision).toBe('float32');
  expect(notice).toBeUndefined();
});

test('the fastest by default, without a word', () => {
  expect(selectKernels()).toMatchObject({ kernels: { name: 'relaxed' } });
  expect(selectKernels().notice).toBeUndefined();
});

test('options of the memory are passed on', () => {
  const { kernels } = selectKernels('simd', { initialBytes: 2 ** 20, maximumBytes: 2 ** 20 });
  expect(() => kernels.floats(2 ** 20)).toThrow('are left of 1 MiB');
});

describe('where something is missing', () => {
  /** As an engine without some instructions: the relaxed probe is the longer one. */
  function withoutSupport(without: (bytes: Uint8Array) => boolean): void {
    const validate = WebAssembly.validate;
    vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => !without(bytes as Uint8Array) && validate(bytes));
  }
  const isRelaxedProbe = (bytes: Uint8Array): boolean => bytes.includes(0x85);

  test('relaxed falls back to simd', () => {
    withoutSupport(isRelaxedProbe);
    expect(supports('simd')).toBe(true);
    expect(supports('relaxed')).toBe(false);
    const { kernels, notice } = selectKernels();
    expect(kernels.name).toBe('simd');
    expect(notice).toBe(
      'kernels: using simd instead of relaxed, because this version of Node.js has no relaxed WebAssembly SIMD',
    );
    expect(selectKernels('simd').notice).toBeUndefined();
  });

  test('and that to the reference kernels', () => {
    withoutSupport(() => true);
    const { kernels, notice } = selectKernels('simd');
    expect(kernels.name).toBe('reference');
    expect(kernels.precision).toBe('float32');
    expect(notice).toBe(
      'kernels: using reference instead of simd, which are many times slower, because this version of Node.js has no WebAssembly SIMD',
    );
    expect(selectKernels('relaxed').notice).toContain('relaxed WebAssembly SIMD and this version');
  });

  test.each([
    ['is missing', { existsSync: (): boolean => false }, 'relaxed.wasm is missing; run npm run build'],
    [
      'is damaged',
      { existsSync: (): boolean => true, readFileSync: () => Buffer.from('not a module') },
      'relaxed.wasm cannot be used (WebAssembly.Module(): expected magic word',
    ],
  ])('a module that %s is named', async (_, fs, expected) => {
    vi.resetModules();
    vi.doMock('node:fs', () => ({ readFileSync: vi.fn(), ...fs }));
    const { selectKernels: select } = await import('#engine/kernels/select-kernels.js');
    vi.doUnmock('node:fs');
    const { kernels, notice } = select();
    expect(kernels.name).toBe('reference');
    expect(notice).toContain(`because dist/engine/kernels/simd/${expected}`);
    expect(notice).toContain(' and dist/engine/kernels/simd/simd.wasm');
  });
});
