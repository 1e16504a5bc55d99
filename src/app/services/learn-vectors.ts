import { normalizeWord } from '#annotation/text/word-shape.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createSkipGram, type SkipGram } from '#tagging/vectors/build/skip-gram.js';
import { SKIP_GRAM } from '#tagging/vectors/build/skip-gram-settings.js';
import { countWords } from '#tagging/vectors/build/word-counts.js';
import type { QuantizationBits } from '#tagging/vectors/quantize.js';
import { isUsableWord } from '#tagging/vectors/usable-word.js';
import { createVectorTable, type VectorOrigin, type VectorTable } from '#tagging/vectors/vector-table.js';
import { shareSteps } from './skip-gram-threads.js';
import type { UnlabelledText } from './unlabelled-text.js';
import { type RowsOfSentence, readRows } from './word-rows.js';

export interface LearnVectorsInput {
  readonly text: UnlabelledText;
  readonly origin: VectorOrigin;
  readonly kernels: Kernels;
  readonly seed: number;
  /** In the table, the most frequent ones; 100,000 unless told. */
  readonly words?: number | undefined;
  readonly dimension?: number | undefined;
  readonly bits?: QuantizationBits | undefined;
  /** Rarer words are not learned themselves. */
  readonly minCount?: number | undefined;
  readonly epochs?: number | undefined;
  readonly window?: number | undefined;
  /** 0 for no n-grams. */
  readonly buckets?: number | undefined;
  /** That compute, 1 unless told; the vectors do not depend on it. */
  readonly threads?: number | undefined;
}

export interface LearnedVectors {
  readonly table: VectorTable;
  /** Words of the table that were learned themselves; the others, too rare, got their vectors from their n-grams. */
  readonly learned: number;
  /** Words of the text, all occurrences. */
  readonly textWords: number;
  readonly epochs: number;
  /** Mean of the end; each true word with the drawn ones. */
  readonly loss: number;
  /** Of the learning, without the counting. */
  readonly seconds: number;
  /** That computed. */
  readonly threads: number;
}

export interface LearningProgress {
  readonly doing: 'counting' | 'learning';
  /** 0 to 1 */
  readonly share: number;
  /** Words read so far, over all epochs. */
  readonly words: number;
  readonly loss: number | undefined;
  readonly secondsLeft: number | undefined;
}

const WORDS = 100_000;
const BITS = 8;
/** Small texts are gone through more often: until so many words have been read, within these bounds. */
const READ_WORDS = 6_000_000;
const EPOCHS = { least: 5, most: 60 };
/** Rarer words are not learned themselves, in a text of this many words or more; in a smaller one those that occur once. */
const LARGE_TEXT = 2_000_000;
/** The root of the mean square of a number of the bundled vectors, which the recipes were tuned on. */
const NUMBER_SCALE = 0.4;
/** Fewer words than this are no language to learn from. */
export const LEAST_WORDS = 1000;
/** Words between two reports. */
const REPORT_WORDS = 20_000;

/**
 * Word vectors from text: skip-gram over words and their character n-grams. Words are learned in their normalised form,
 * which is one of those a tagger looks for. Between two reports other work may have its turn.
 *
 * @throws {AppError} `empty_corpus` for a text too small, `numerical_failure`, `worker_failed`, and what reading the text throws.
 */
export async function* learnVectors(input: LearnVectorsInput): AsyncGenerator<LearningProgress, LearnedVectors> {
  const { text, kernels, buckets = SKIP_GRAM.buckets, dimension = SKIP_GRAM.dimension } = input;
  const counts = countWords();
  let read = 0;
  let reported = 0;
  let allWords = 0;
  for (const words of text.sentences((done) => (read = done))) {
    allWords += words.length;
    for (const word of words) {
      const normal = normalizeWord(word);
      if (isUsableWord(normal)) counts.add(normal);
    }
    if (counts.total - reported < REPORT_WORDS) continue;
    reported = counts.total;
    const share = Math.min(1, read / text.size);
    yield { doing: 'counting', share, words: counts.total, loss: undefined, secondsLeft: undefined };
  }
  const textWords = counts.total;
  const minCount = input.minCount ?? (textWords < LARGE_TEXT ? 2 : 5);
  const all = counts.mostFrequent(input.words ?? WORDS);
  const learned = all.filter(({ count }) => count >= minCount);
  if (textWords < LEAST_WORDS || learned.length < 2)
    throw new AppError(
      'empty_corpus',
      `${text.name}: expected at least ${LEAST_WORDS} words of text, some of them ${minCount} times, found ${textWords} words, ${learned.length} of them that often`,
    );
  const epochs = input.epochs ?? Math.min(EPOCHS.most, Math.max(EPOCHS.least, Math.ceil(READ_WORDS / textWords)));
  const settings = { ...SKIP_GRAM, dimension, window: input.window ?? SKIP_GRAM.window, buckets };
  const model = createSkipGram({ kernels, words: learned, settings, random: createRandom(input.seed).fork('vectors') });
  const rows = new Map(learned.map(({ word }, row) => [word, row]));

  const shared = await shareSteps(model, { kernels, settings, threads: input.threads ?? 1 });
  const start = performance.now();
  let loss: number;
  try {
    loss = yield* learn(model, {
      text,
      sentences: readRows(text, { rows, words: allWords }),
      words: textWords * epochs,
      epochs,
    });
  } finally {
    await shared.close();
  }
  const seconds = (performance.now() - start) / 1000;

  const inTable = buckets === 0 ? learned : all;
  const values = new Float32Array(inTable.length * dimension);
  inTable.forEach(({ word }, row) => {
    model.vector(word, values.subarray(row * dimension, (row + 1) * dimension));
  });
  toScale(values, NUMBER_SCALE);
  const { bits = BITS, origin } = input;
  const table = createVectorTable({ words: inTable.map(({ word }) => word), values, dimension, bits, origin });
  return { table, learned: learned.length, textWords, epochs, loss, seconds, threads: shared.threads };
}

function* learn(
  model: SkipGram,
  {
    text,
    sentences,
    words: allWords,
    epochs,
  }: {
    readonly text: Pick<UnlabelledText, 'name'>;
    readonly sentences: () => Iterable<RowsOfSentence>;
    readonly words: number;
    readonly epochs: number;
  },
): Generator<LearningProgress, number> {
  const start = performance.now();
  let read = 0;
  let reported = 0;
  let loss: number | undefined;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { rows, words } of sentences()) {
      read += words;
      const share = Math.min(1, read / allWords);
      model.setRate(1 - share);
      model.train(rows);
      if (read - reported < REPORT_WORDS) continue;
      reported = read;
      const seconds = (performance.now() - start) / 1000;
      loss = model.takeLoss() ?? loss;
      yield { doing: 'learning', share, words: read, loss, secondsLeft: (seconds / share) * (1 - share) };
    }
    model.flush();
  }
  loss = model.takeLoss() ?? loss;
  if (loss === undefined)
    throw new AppError(
      'empty_corpus',
      `${text.name}: expected sentences of several words that occur often enough, found none`,
    );
  if (Number.isFinite(loss)) return loss;
  throw new AppError(
    'numerical_failure',
    `${text.name}: the numbers grew beyond all bounds; a larger --min-count or a smaller --window helps`,
  );
}

/** Multiplies all numbers so that the root of their mean square is `scale`; leaves zeros alone. */
function toScale(values: Float32Array, scale: number): void {
  let squares = 0;
  for (const value of values) squares += value * value;
  const root = Math.sqrt(squares / values.length);
  if (root === 0) return;
  for (let i = 0; i < values.length; i++) values[i] *= scale / root;
}
