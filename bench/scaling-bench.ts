import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createRandom } from '#base/random.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { wordOf, zipf } from './random-words.js';
import { createTrainingRig, endlessConfig } from './training-rig.js';

export interface ScalingRow {
  /** Of the corpus. */
  readonly tokens: number;
  readonly sentences: number;
  /** Words that occur often enough to have a vector of their own. */
  readonly vocabulary: number;
  /** Vocabularies and ids of the whole corpus, once a training. */
  readonly prepareSeconds: number;
  readonly microsecondsPerToken: number;
  /** Memory of one minibatch, at its peak. */
  readonly arenaBytes: number;
  /** Parameters, gradients, moments. */
  readonly permanentBytes: number;
  /** Of the whole process, after training. */
  readonly residentBytes: number;
}

export const CORPUS_TOKENS = [10_000, 30_000, 100_000, 300_000, 1_000_000] as const;

export interface ScalingBenchInput {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly progress: (text: string) => void;
}

/** What a token costs in a training with the default settings on one thread, for corpora of all sizes. */
export async function benchScaling({ sizes, seconds, progress }: ScalingBenchInput): Promise<ScalingRow[]> {
  const rows: ScalingRow[] = [];
  for (const tokens of sizes) {
    progress(`scaling: ${tokens} tokens`);
    const corpus = randomCorpus(tokens);
    const start = performance.now();
    const config = endlessConfig({});
    const vocabularies = buildFeatureVocabularies(
      corpus.flatMap(({ words }) => words),
      config.model,
    );
    const rig = await createTrainingRig({
      config,
      vocabularies,
      labels: ['LOC', 'ORG', 'PER'],
      sentences: ({ encoder, tagSet }) => corpus.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))),
      workers: 1,
    });
    const prepareSeconds = (performance.now() - start) / 1000;
    rig.run(seconds / 2);
    const tokensPerSecond = rig.run(seconds);
    rig.close();
    const { arena, permanentBytes } = rig.kernels;
    rows.push({
      tokens,
      sentences: corpus.length,
      vocabulary: vocabularies.words.words.length,
      prepareSeconds,
      microsecondsPerToken: 1e6 / tokensPerSecond,
      arenaBytes: arena.peakBytes,
      permanentBytes,
      residentBytes: process.memoryUsage.rss(),
    });
  }
  return rows;
}

/** Of sentences of 5 to 35 words that are spread as in a language: the larger the corpus, the more words there are. */
function randomCorpus(tokens: number): Pick<LabelledSentence, 'words' | 'tags'>[] {
  const random = createRandom(tokens);
  const rank = zipf(150_000, random);
  const sentences: Pick<LabelledSentence, 'words' | 'tags'>[] = [];
  for (let left = tokens; left > 0; ) {
    const length = Math.min(left, 5 + random.integer(31));
    const words = Array.from({ length }, () => wordOf(rank()));
    sentences.push({ words, tags: words.map((_, t) => (t % 9 === 4 ? 'B-PER' : 'O')) });
    left -= length;
  }
  return sentences;
}
