import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createSkipGram } from '#tagging/vectors/build/skip-gram.js';
import { SKIP_GRAM, type SkipGramSettings } from '#tagging/vectors/build/skip-gram-settings.js';

/** A language of two topics, whose words never meet. */
const TOPICS = [
  ['sun', 'rain', 'wind', 'snow', 'frost', 'cloud'],
  ['goal', 'match', 'score', 'team', 'coach', 'league'],
];
const WORDS = TOPICS.flat().map((word) => ({ word, count: 500 }));
const SETTINGS: SkipGramSettings = { ...SKIP_GRAM, dimension: 16, buckets: 500, subsampling: 1 };

function* sentences(count: number): Generator<number[]> {
  const random = createRandom(3);
  for (let i = 0; i < count; i++) {
    const topic = random.integer(2);
    yield Array.from({ length: 8 }, () => 6 * topic + random.integer(6));
  }
}

function learned(settings: Partial<SkipGramSettings> = {}, choice: KernelChoice = 'relaxed', seed = 1, count = 1500) {
  const { kernels } = selectKernels(choice);
  const model = createSkipGram({
    kernels,
    words: WORDS,
    settings: { ...SETTINGS, ...settings },
    random: createRandom(seed),
  });
  const losses: number[] = [];
  let read = 0;
  for (const sentence of sentences(count)) {
    model.train(sentence);
    if (++read % (count / 3) === 0) losses.push(model.takeLoss() ?? Number.NaN);
  }
  model.flush();
  const vector = (word: string): Float32Array => {
    const out = new Float32Array(settings.dimension ?? SETTINGS.dimension);
    model.vector(word, out);
    return out;
  };
  return { losses, vector };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((x, i) => {
    ab += x * b[i];
    aa += x * x;
    bb += b[i] * b[i];
  });
  return ab / Math.sqrt(aa * bb);
}

const meanCosine = (vector: (word: string) => Float32Array, left: string[], right: string[]): number => {
  const pairs = left.flatMap((a) => right.filter((b) => a !== b).map((b) => cosine(vector(a), vector(b))));
  return pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
};

describe('words that are used alike', () => {
  test.each([
    ['with n-grams', 500],
    ['without', 0],
  ])('come to lie near each other, %s', (_, buckets) => {
    const { vector, losses } = learned({ buckets });
    const within = meanCosine(vector, TOPICS[0], TOPICS[0]);
    const across = meanCosine(vector, TOPICS[0], TOPICS[1]);
    expect(within).toBeGreaterThan(across + 0.5);
    expect(losses[2]).toBeLessThan(losses[0]);
  });

  test('a word that was never met lies near one that is built like it', () => {
    const { vector } = learned();
    const unmet = vector('rainy');
    expect(cosine(unmet, vector('rain'))).toBeGreaterThan(cosine(unmet, vector('coach')) + 0.3);
  });
});

test('an unmet word has a vector of zeros where there are no n-grams', () => {
  expect([...learned({ buckets: 0 }).vector('rainy')]).toEqual(Array(16).fill(0));
});

test.each(['reference', 'simd', 'relaxed'] as const)(
  'the same seed gives the same vectors, another one others: %s',
  (choice) => {
    const [first, again, other] = [1, 1, 2].map((seed) => learned({}, choice, seed, 60).vector('snow'));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  },
);

test('all kernels learn alike', () => {
  const [reference, simd] = (['reference', 'simd'] as const).map((choice) => learned({}, choice, 1, 90).vector('goal'));
  reference.forEach((x, i) => {
    expect(simd[i]).toBeCloseTo(x, 4);
  });
});

/** The rule of fastText, pair by pair and word by word, over vectors that stand still during the step. */
test('a step goes down the gradient that finite differences find', () => {
  const d = 4;
  const kernels = createReferenceKernels('float64');
  const arrays: Float64Array[] = [];
  const watched = {
    ...kernels,
    get arena() {
      return kernels.arena;
    },
    floats(length: number) {
      const array = kernels.floats(length) as Float64Array;
      arrays.push(array);
      return array;
    },
  };
  const words = Array.from({ length: 32 }, (_, i) => ({ word: `w${i}`, count: 1 })); // so that a step has two centres
  const rate = 1e-3;
  const settings = { ...SKIP_GRAM, dimension: d, buckets: 0, subsampling: 1, learningRate: rate, window: 1 };
  const model = createSkipGram({ kernels: watched, words, settings, random: createRandom(5) });
  const [input, output] = arrays;
  const random = createRandom(6);
  for (const array of arrays) for (let i = 0; i < array.length; i++) array[i] = random.gaussian();
  const before = { input: input.slice(), output: output.slice() };

  // Two centres, each foretelling the other; the drawn words come from the same stream as the model's.
  const draws = createRandom(5).fork('negatives');
  const drawn = Array.from({ length: 128 }, () => Math.floor(draws.next() * 32));
  const objective = (): number => {
    const dot = (row: number, other: number): number => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += input[row * d + i] * output[other * d + i];
      return sum;
    };
    const logSigmoid = (x: number): number => -Math.log(1 + Math.exp(-x));
    let sum = 0;
    for (const [centre, context] of [
      [0, 1],
      [1, 0],
    ]) {
      sum += logSigmoid(dot(centre, context));
      for (const word of drawn) sum += (5 / 128) * logSigmoid(-dot(centre, word));
    }
    return sum;
  };
  const gradients = [input, output].map((array) =>
    Array.from(array, (value, i) => {
      array[i] = value + 1e-5;
      const up = objective();
      array[i] = value - 1e-5;
      const down = objective();
      array[i] = value;
      return (up - down) / 2e-5;
    }),
  );

  model.train([0, 1]);
  model.flush();
  input.forEach((value, i) => {
    expect((value - before.input[i]) / rate).toBeCloseTo(gradients[0][i], 5);
  });
  output.forEach((value, i) => {
    expect((value - before.output[i]) / rate).toBeCloseTo(gradients[1][i], 5);
  });
});
