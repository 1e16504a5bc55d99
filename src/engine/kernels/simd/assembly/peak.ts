import { madd } from './vector';

/** Multiply-adds a step of `registerLoop`: 13 sums of 4 lanes. */
export function peakOperations(): i32 {
  return 13 * 4;
}

/**
 * `steps` times one multiply-add on each of 13 sums that stay in registers: the most that any kernel of this module can
 * reach. 13 hide the instruction's latency and leave two registers for the factors. Reads and writes 240 bytes at `at`,
 * so that nothing can be optimised away.
 */
export function registerLoop(at: usize, steps: i32): void {
  const x = v128.load(at);
  const y = v128.load(at, 16);
  let c0 = v128.load(at, 32);
  let c1 = v128.load(at, 48);
  let c2 = v128.load(at, 64);
  let c3 = v128.load(at, 80);
  let c4 = v128.load(at, 96);
  let c5 = v128.load(at, 112);
  let c6 = v128.load(at, 128);
  let c7 = v128.load(at, 144);
  let c8 = v128.load(at, 160);
  let c9 = v128.load(at, 176);
  let c10 = v128.load(at, 192);
  let c11 = v128.load(at, 208);
  let c12 = v128.load(at, 224);
  for (; steps > 0; steps--) {
    c0 = madd(x, y, c0);
    c1 = madd(x, y, c1);
    c2 = madd(x, y, c2);
    c3 = madd(x, y, c3);
    c4 = madd(x, y, c4);
    c5 = madd(x, y, c5);
    c6 = madd(x, y, c6);
    c7 = madd(x, y, c7);
    c8 = madd(x, y, c8);
    c9 = madd(x, y, c9);
    c10 = madd(x, y, c10);
    c11 = madd(x, y, c11);
    c12 = madd(x, y, c12);
  }
  v128.store(at, c0, 32);
  v128.store(at, c1, 48);
  v128.store(at, c2, 64);
  v128.store(at, c3, 80);
  v128.store(at, c4, 96);
  v128.store(at, c5, 112);
  v128.store(at, c6, 128);
  v128.store(at, c7, 144);
  v128.store(at, c8, 160);
  v128.store(at, c9, 176);
  v128.store(at, c10, 192);
  v128.store(at, c11, 208);
  v128.store(at, c12, 224);
}
