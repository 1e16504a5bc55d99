import { expect, test } from 'vitest';
import { identityOf } from '../../bench/peer.js';

test('a peer is known by its version and by what multiplies its matrices', () => {
  const report = { torch: '1.13.1', blas: 'OpenBLAS 0.3.21', gflops: 61.5, is_optimised: true };
  expect(identityOf(report)).toEqual({ name: 'PyTorch 1.13.1', blas: 'OpenBLAS 0.3.21', gflops: 61.5 });
});

test('a peer with an unoptimised library is refused, with the package that mends it', () => {
  const report = { torch: '1.13.1', blas: 'the reference BLAS', gflops: 3.2, is_optimised: false };
  expect(() => identityOf(report)).toThrow(
    /^PyTorch 1\.13\.1 multiplies matrices with the reference BLAS, .*\(3\.2 GFLOP\/s\).*apt-get install libopenblas0-pthread$/,
  );
});
