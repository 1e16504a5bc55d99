import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from './training-bench.js';

/** What the peer is, and what its matrix products are computed with: that decides how fast it is. */
export interface PeerIdentity {
  /** `PyTorch 1.13.1` */
  readonly name: string;
  /** Library of matrix products: `OpenBLAS 0.3.21`. */
  readonly blas: string;
  /** 10^9 floating-point operations a second in a product of 512 x 512 matrices, one thread. */
  readonly gflops: number;
}

/** Another program that trains and tags with the same network. */
export interface Peer {
  readonly identity: PeerIdentity;
  /** One entry a thread count, 1 and 2. */
  measure(input: BenchCase & { readonly seconds: number }): PeerRates[];
}

/** Tokens a second. */
export interface PeerRates {
  readonly threads: number;
  readonly train: number;
  readonly tag: number;
}

const SCRIPT = fileURLToPath(new URL('../bench/peers/pytorch_speed.py', import.meta.url));
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

interface PeerLine {
  readonly threads: number;
  readonly train_tokens_per_s: number;
  readonly tag_tokens_per_s: number;
}

interface BlasReport {
  readonly torch: string;
  readonly blas: string;
  readonly gflops: number;
  readonly is_optimised: boolean;
}

/**
 * @throws if there is no Python with PyTorch (`PYTHON` names another than Debian's), or if it computes its matrix products
 *   with an unoptimised library: beside that any program looks ten times faster than it is.
 */
export function createPyTorchPeer(): Peer {
  const run = (args: readonly string[]): string => {
    try {
      return execFileSync(PYTHON, [SCRIPT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      throw new Error(`${PYTHON} cannot run PyTorch (Debian: apt-get install python3-torch)`, { cause });
    }
  };
  const identity = identityOf(JSON.parse(run(['--blas'])) as BlasReport);
  return {
    identity,
    measure({ cell, hidden, seconds }) {
      const lines = run(['--cells', cell, '--hidden', String(hidden), '--seconds', String(seconds)]);
      return lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PeerLine)
        .map((line) => ({ threads: line.threads, train: line.train_tokens_per_s, tag: line.tag_tokens_per_s }));
    },
  };
}

/** @throws if the library of matrix products is no optimised one. */
export function identityOf({ torch, blas, gflops, is_optimised }: BlasReport): PeerIdentity {
  if (is_optimised) return { name: `PyTorch ${torch}`, blas, gflops };
  const rate = `${gflops.toFixed(1)} GFLOP/s`;
  throw new Error(
    `PyTorch ${torch} multiplies matrices with ${blas}, which is not optimised (${rate}); a comparison with it would flatter ` +
      'this program. Debian: apt-get install libopenblas0-pthread',
  );
}
