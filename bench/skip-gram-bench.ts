import { createRandom } from '#base/random.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createSkipGram } from '#tagging/vectors/build/skip-gram.js';
import { SKIP_GRAM } from '#tagging/vectors/build/skip-gram-settings.js';
import { median } from './median.js';
import { wordOf, zipf } from './random-words.js';

export interface SkipGramRow {
  readonly dimension: number;
  readonly hasNgrams: boolean;
  /** Words of text a second of processor time, on the one thread that learns; other load changes it little. */
  readonly wordsPerSecond: number;
}

const VOCABULARY = 20_000;
const SENTENCE_WORDS = 20;
/** 300 are those of fastText's published speed. */
const CASES = [
  { dimension: 100, hasNgrams: true },
  { dimension: 100, hasNgrams: false },
  { dimension: 300, hasNgrams: true },
  { dimension: 300, hasNgrams: false },
];

/** Learning word vectors from text that is spread as in a language. */
export function benchSkipGram({
  rounds,
  seconds,
  progress,
}: {
  readonly rounds: number;
  readonly seconds: number;
  readonly progress: (text: string) => void;
}): SkipGramRow[] {
  return CASES.map(({ dimension, hasNgrams }) => {
    progress(`vectors: ${dimension} dimensions${hasNgrams ? ', with n-grams' : ''}`);
    const random = createRandom(1);
    const rank = zipf(VOCABULARY, random);
    const counts = Array.from({ length: VOCABULARY }, (_, n) => ({
      word: wordOf(n),
      count: Math.ceil(1e6 / (n + 2.7)),
    }));
    const settings = { ...SKIP_GRAM, dimension, buckets: hasNgrams ? SKIP_GRAM.buckets : 0 };
    const model = createSkipGram({ kernels: selectKernels().kernels, words: counts, settings, random });
    const speeds = Array.from({ length: rounds }, () => {
      const before = process.cpuUsage();
      let words = 0;
      let used = 0;
      while (used < seconds * 1e6) {
        model.train(Array.from({ length: SENTENCE_WORDS }, rank));
        words += SENTENCE_WORDS;
        used = process.cpuUsage(before).user;
      }
      return (words / used) * 1e6;
    });
    return { dimension, hasNgrams, wordsPerSecond: median(speeds) };
  });
}
