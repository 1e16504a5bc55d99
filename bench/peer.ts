import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from './training-bench.js';

/** Another program that trains and tags with the same network. */
export interface Peer {
  readonly name: string;
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

/** @throws if there is no Python with PyTorch; `PYTHON` names another than Debian's. */
export function createPyTorchPeer(): Peer {
  const run = (args: readonly string[]): string => {
    try {
      return execFileSync(PYTHON, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      throw new Error(`${PYTHON} cannot run PyTorch (Debian: apt-get install python3-torch)`, { cause });
    }
  };
  return {
    name: `PyTorch ${run(['-c', 'import torch; print(torch.__version__)']).trim()}`,
    measure({ cell, hidden, seconds }) {
      const lines = run([SCRIPT, '--cells', cell, '--hidden', String(hidden), '--seconds', String(seconds)]);
      return lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PeerLine)
        .map((line) => ({ threads: line.threads, train: line.train_tokens_per_s, tag: line.tag_tokens_per_s }));
    },
  };
}
