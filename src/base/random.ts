/**
 * The only source of randomness. Streams are addressed, not consumed: `fork('epoch', 3)` always gives the same stream
 * for the same seed, however many numbers were drawn before. A resumed run therefore needs its cursor, not a saved
 * generator state, and workers draw the same numbers whatever their count.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded through the 32-bit finaliser `lowbias32` (Chris Wellons,
 * https://nullprogram.com/blog/2018/07/31/).
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform over the unsigned 32-bit integers. */
  uint32(): number;
  /** Uniform over 0 .. limit - 1, without modulo bias. */
  integer(limit: number): number;
  /** Standard normal (Marsaglia's polar method). */
  gaussian(): number;
  /** Fisher-Yates, in place. */
  shuffle<T>(items: T[]): T[];
  /** The stream at this address below this one; independent of how far this one has advanced. */
  fork(...address: readonly [string | number, ...(string | number)[]]): Random;
}

export function createRandom(seed: number): Random {
  return randomAt(mixInteger(0x6f6e6f6d, seed));
}

/** A bijective scrambling of 32-bit integers; `test/base/random.test.ts` holds its published values. */
export function lowbias32(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

function mixInteger(key: number, value: number): number {
  const low = value >>> 0;
  const high = Math.floor(value / 2 ** 32) >>> 0;
  return lowbias32(lowbias32(key ^ low) + Math.imul(high, 0x9e3779b1) + 0x85ebca6b);
}

function mixAddress(key: number, address: readonly (string | number)[]): number {
  for (const part of address) {
    if (typeof part === 'number') key = mixInteger(key ^ 0x2545f491, part);
    else {
      key = mixInteger(key ^ 0x51ed270b, part.length); // so that 'ab' is not 'a', 'b'
      for (let i = 0; i < part.length; i++) key = mixInteger(key, part.charCodeAt(i));
    }
  }
  return key;
}

function randomAt(key: number): Random {
  let a = lowbias32(key + 0x9e3779b9);
  let b = lowbias32(a ^ key);
  let c = lowbias32(b + 0x7f4a7c15);
  let counter = 1;

  const uint32 = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32(); // sfc32 asks for a warm-up after seeding

  const next = (): number => uint32() / 2 ** 32;
  const integer = (limit: number): number => {
    const unbiased = 2 ** 32 - (2 ** 32 % limit);
    let draw = uint32();
    while (draw >= unbiased) draw = uint32();
    return draw % limit;
  };
  const gaussian = (): number => {
    for (;;) {
      const x = 2 * next() - 1;
      const y = 2 * next() - 1;
      const r = x * x + y * y;
      if (r > 0 && r < 1) return x * Math.sqrt((-2 * Math.log(r)) / r);
    }
  };
  const shuffle = <T>(items: T[]): T[] => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  };
  return { next, uint32, integer, gaussian, shuffle, fork: (...address) => randomAt(mixAddress(key, address)) };
}
