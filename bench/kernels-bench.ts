import { createRandom } from '#base/random.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { loadModule } from '#engine/kernels/simd/load-module.js';
import { createSimdKernels, type SimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import type { SimdName } from '#engine/kernels/simd/support.js';

export interface ProductRow {
  readonly operation: Product;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** 10^9 floating-point operations a second, a multiply-add being two; the best of several runs. */
  readonly gflops: number;
  /** Of the register-only multiply-add loop in the same module. */
  readonly fractionOfPeak: number;
}

export interface ElementRow {
  readonly operation: string;
  readonly elements: number;
  readonly nanosecondsPerElement: number;
}

export interface KernelBench {
  readonly kernels: SimdName;
  /** Reading, compiling and instantiating the module. */
  readonly loadMilliseconds: number;
  readonly peakGflops: number;
  readonly products: readonly ProductRow[];
  readonly elements: readonly ElementRow[];
}

type Product = 'matmul' | 'matmulTransposedB' | 'matmulTransposedA';

/**
 * How near the kernels come to what the processor can do, at the shapes of training: recurrent steps of 8 to 32
 * sentences, whole minibatches of 640 tokens (32 sentences of 20), and single rows as in streaming. One thread.
 */
export function benchKernels({ kernels: name = 'relaxed' as SimdName, runs = 15 } = {}): KernelBench {
  const start = performance.now();
  const loaded = loadModule(name);
  if ('reason' in loaded) throw new Error(loaded.reason);
  const kernels = createSimdKernels({ name, module: loaded.module });
  const loadMilliseconds = performance.now() - start;

  const peak = createPeak(kernels);
  const timings = SHAPES.map(([operation, m, n, k]) => {
    const position = kernels.arena.position;
    const [out, a, b] = [m * n, m * k, n * k].map((length) => filled(kernels, length));
    const seconds = secondsPerCall(() => kernels[operation](out, a, b, m, n, k, true), runs);
    kernels.arena.release(position);
    peak.measure();
    return { operation, m, n, k, gflops: (2 * m * n * k) / seconds / 1e9 };
  });
  const elements = elementRows(kernels, runs);
  const peakGflops = peak.gflops();
  return {
    kernels: name,
    loadMilliseconds,
    peakGflops,
    products: timings.map((timing) => ({ ...timing, fractionOfPeak: timing.gflops / peakGflops })),
    elements,
  };
}

/** In the order of an LSTM's and a plain network's forward and backward pass. */
const SHAPES: readonly (readonly [Product, number, number, number])[] = [
  ...[1, 4, 8, 16, 32].flatMap((rows) =>
    [64, 128, 256].flatMap(
      (h) =>
        [
          ['matmul', rows, h, h],
          ['matmul', rows, 4 * h, h],
          ['matmul', rows, h, 4 * h],
        ] as const,
    ),
  ),
  ...[64, 128, 256, 512, 1024].flatMap(
    (outputs) =>
      [
        ['matmulTransposedB', 640, outputs, 100],
        ['matmul', 640, 100, outputs],
        ['matmulTransposedA', outputs, 100, 640],
      ] as const,
  ),
  ...[64, 128, 256].flatMap(
    (h) =>
      [
        ['matmulTransposedA', h, h, 608],
        ['matmulTransposedA', 4 * h, h, 608],
        ['matmulTransposedB', 640, 9, h],
        ['matmul', 640, h, 9],
        ['matmulTransposedA', 9, h, 640],
      ] as const,
  ),
];

function elementRows(kernels: SimdKernels, runs: number): ElementRow[] {
  const [rows, h, k] = [32, 128, 9];
  const n = rows * h;
  const array = (length: number): Floats => filled(kernels, length);
  const [x, y, z, hidden, cell, cellTanh, before] = Array.from({ length: 7 }, () => array(n));
  const [gates, recurrent] = [array(4 * n), array(4 * n)];
  const logits = array(640 * k);
  const targets = kernels.arena.ints(640).fill(3);
  const large = 200_000;
  const [values, gradient, first, second] = [0, 0, 0, 0].map(() => array(large));
  kernels.multiply(second, second, second, large);
  const calls: readonly (readonly [string, number, () => unknown])[] = [
    ['fillRows', n, () => kernels.fillRows(x, y, rows, h)],
    ['addColumnSums', n, () => kernels.addColumnSums(y, x, rows, h)],
    ['transpose', 4 * n, () => kernels.transpose(recurrent, gates, 4 * rows, h)],
    ['multiply', n, () => kernels.multiply(z, x, y, n)],
    ['dropoutMask', n, () => kernels.dropoutMask(z, 0.5, 1, n)],
    ['tanh', n, () => kernels.tanh(z, x, n)],
    ['tanhBackward', n, () => kernels.tanhBackward(z, x, y, n)],
    ['lstmForward', n, () => kernels.lstmForward(hidden, cell, cellTanh, gates, before, rows, h)],
    ['lstmBackward', n, () => kernels.lstmBackward(gates, cell, x, cellTanh, before, rows, h)],
    ['gruForward', n, () => kernels.gruForward(hidden, gates, recurrent, before, rows, h)],
    ['gruBackward', n, () => kernels.gruBackward(cell, gates, recurrent, x, before, rows, h)],
    ['softmaxCrossEntropy', 640 * k, () => kernels.softmaxCrossEntropy(logits, logits, targets, 640, k, 1)],
    ['sumOfSquares', large, () => kernels.sumOfSquares(gradient, large)],
    ['scale', large, () => kernels.scale(gradient, 1, large)],
    [
      'adamUpdate',
      large,
      () => kernels.adamUpdate(values, gradient, first, second, large, 1e-9, 0.9, 0.999, 1e-8, 1, 1, 0),
    ],
  ];
  return calls.map(([operation, elements, call]) => ({
    operation,
    elements,
    nanosecondsPerElement: (secondsPerCall(call, runs) / elements) * 1e9,
  }));
}

/** Measured again and again between the others, since the clock of a processor is not constant. */
function createPeak(kernels: SimdKernels): { measure(): void; gflops(): number } {
  let best = 0;
  const measure = (): void => {
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      const operations = kernels.runRegisterLoop(200_000);
      best = Math.max(best, operations / (performance.now() - start) / 1e6);
    }
  };
  kernels.runRegisterLoop(1_000_000);
  measure();
  return { measure, gflops: () => best };
}

/** The best of `runs` batches of about a millisecond each. */
function secondsPerCall(call: () => unknown, runs: number): number {
  let calls = 1;
  let best = Number.POSITIVE_INFINITY;
  const batch = (): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    return (performance.now() - start) / 1000;
  };
  while (batch() < 1e-3) calls *= 2;
  // Until the optimising compiler has replaced the code of the first calls.
  for (const start = performance.now(); performance.now() - start < 20; ) batch();
  for (let run = 0; run < runs; run++) best = Math.min(best, batch() / calls);
  return best;
}

function filled(kernels: SimdKernels, length: number): Floats {
  const random = createRandom(length);
  const array = kernels.arena.floats(length);
  for (let i = 0; i < length; i++) array[i] = random.next() - 0.5;
  return array;
}
