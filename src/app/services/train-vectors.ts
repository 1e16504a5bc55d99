import { basename } from 'node:path';
import { chooseTokenizer, createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { normalizeWord } from '#annotation/text/word-shape.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createSkipGram, SKIP_GRAM, type SkipGram } from '#tagging/vectors/build/skip-gram.js';
import { countWords, type WordCount } from '#tagging/vectors/build/word-counts.js';
import { isUsableWord } from '#tagging/vectors/usable-word.js';
import { createVectorTable } from '#tagging/vectors/vector-table.js';
import { openUnlabelledText, type UnlabelledText } from './unlabelled-text.js';
import { type VectorsOptions, vectorSettings } from './vector-options.js';
import { assertWritableTablePath, writeVectorTable } from './write-vector-table.js';

/** What a person chooses of vectors to be trained; all but `output` has a default. */
export interface TrainVectorsOptions extends Omit<VectorsOptions, 'like' | 'skipBad'> {
  readonly epochs?: number;
  readonly minCount?: number;
  readonly window?: number;
  readonly buckets?: number;
  readonly seed?: number;
  readonly kernels?: KernelChoice;
}

export interface TrainVectorsReport {
  readonly output: string;
  /** In the table. */
  readonly words: number;
  /** Of them, those that were learned themselves; the others, too rare, got their vectors from their n-grams. */
  readonly learned: number;
  readonly dimension: number;
  readonly bits: number;
  readonly bytes: number;
  /** Words of the text, all occurrences. */
  readonly textWords: number;
  readonly epochs: number;
  /** Mean of the last epoch; each true word with the drawn ones. */
  readonly loss: number;
  readonly seconds: number;
  /** Words of the text, over all epochs, a second of learning. */
  readonly wordsPerSecond: number;
}

export interface TrainVectorsWatch {
  notice(message: string): void;
  progress(report: TrainVectorsProgress): void;
}

export interface TrainVectorsProgress {
  readonly doing: 'counting' | 'learning';
  /** 0 to 1 */
  readonly share: number;
  /** Words read so far, over all epochs. */
  readonly words: number;
  readonly loss: number | undefined;
  readonly secondsLeft: number | undefined;
}

/** Words in the table unless told. */
const WORDS = 100_000;
/** Small texts are gone through more often: until so many words have been read, within these bounds. */
const READ_WORDS = 12_000_000;
const EPOCHS = { least: 5, most: 60 };
/** Rarer words are not learned themselves, in a text of this many words or more; in a smaller one those that occur once. */
const LARGE_TEXT = 2_000_000;
/** The root of the mean square of a number of the bundled vectors, which the recipes were tuned on. */
const NUMBER_SCALE = 0.4;
/** Fewer words than this are no language to learn from. */
const LEAST_WORDS = 1000;
/** Words between two reports. */
const REPORT_WORDS = 20_000;

/**
 * Word vectors from a person's own text, for languages and domains that no published ones know: skip-gram over words and
 * their character n-grams. Words are learned in their normalised form, which is one of those a tagger looks for.
 *
 * @throws {AppError} `invalid_argument`, `empty_corpus` for a text too small, `out_of_memory`, and what reading and writing
 *   the files throw.
 */
export function trainVectors(
  paths: readonly string[],
  options: TrainVectorsOptions,
  watch: TrainVectorsWatch,
): TrainVectorsReport {
  const {
    output,
    words: limit,
    dimension = SKIP_GRAM.dimension,
    bits,
    origin,
  } = vectorSettings({ ...options, words: options.words ?? WORDS }, basename(paths[0]));
  assertWritableTablePath(output);
  const text = openText(paths, watch);
  const counts = countWords();
  for (const words of text.sentences(readShare('counting', text, counts, watch))) {
    for (const word of words) {
      const normal = normalizeWord(word);
      if (isUsableWord(normal)) counts.add(normal);
    }
  }
  const textWords = counts.total;
  const minCount = options.minCount ?? (textWords < LARGE_TEXT ? 2 : 5);
  const all = counts.mostFrequent(limit);
  const learned = all.filter(({ count }) => count >= minCount);
  if (textWords < LEAST_WORDS || learned.length < 2)
    throw new AppError(
      'empty_corpus',
      `${paths.join(', ')}: expected at least ${LEAST_WORDS} words of text, some of them ${minCount} times, found ${textWords} words, ${learned.length} of them that often`,
    );
  const epochs = options.epochs ?? Math.min(EPOCHS.most, Math.max(EPOCHS.least, Math.ceil(READ_WORDS / textWords)));
  const { kernels, notice } = selectKernels(options.kernels);
  if (notice !== undefined) watch.notice(notice);
  const buckets = options.buckets ?? SKIP_GRAM.buckets;
  const settings = { ...SKIP_GRAM, dimension, window: options.window ?? SKIP_GRAM.window, buckets };
  const model = createSkipGram({ kernels, words: learned, settings, random: createRandom(options.seed ?? 0) });

  const start = performance.now();
  const loss = learn(model, { text, learned, textWords, epochs, watch });
  const seconds = (performance.now() - start) / 1000;

  const inTable = buckets === 0 ? learned : all;
  const values = new Float32Array(inTable.length * dimension);
  inTable.forEach(({ word }, row) => {
    model.vector(word, values.subarray(row * dimension, (row + 1) * dimension));
  });
  toScale(values, NUMBER_SCALE);
  const table = createVectorTable({ words: inTable.map(({ word }) => word), values, dimension, bits, origin });
  writeVectorTable(output, table.file);
  return {
    output,
    words: table.size,
    learned: learned.length,
    dimension,
    bits,
    bytes: table.file.length,
    textWords,
    epochs,
    loss,
    seconds,
    wordsPerSecond: (textWords * epochs) / seconds,
  };
}

/** A script without spaces whose names begin and end within words is learned character by character, as it will be tagged. */
function openText(paths: readonly string[], watch: TrainVectorsWatch): UnlabelledText {
  const text = openUnlabelledText(paths, createDefaultTokenizer());
  const sample: { readonly words: readonly string[] }[] = [];
  for (const words of text.sentences()) {
    sample.push({ words });
    if (sample.length === SAMPLE_SENTENCES) break;
  }
  const tokenizer = chooseTokenizer(sample);
  if (tokenizer.id === createDefaultTokenizer().id) return text;
  watch.notice('the text is read character by character, as a tagger of it would');
  return openUnlabelledText(paths, tokenizer);
}

const SAMPLE_SENTENCES = 500;

function learn(
  model: SkipGram,
  {
    text,
    learned,
    textWords,
    epochs,
    watch,
  }: {
    readonly text: UnlabelledText;
    readonly learned: readonly WordCount[];
    readonly textWords: number;
    readonly epochs: number;
    readonly watch: TrainVectorsWatch;
  },
): number {
  const rows = new Map(learned.map(({ word }, row) => [word, row]));
  const start = performance.now();
  let read = 0;
  let reported = 0;
  let loss: number | undefined;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const words of text.sentences()) {
      const sentence: number[] = [];
      for (const word of words) {
        const row = rows.get(normalizeWord(word));
        if (row !== undefined) sentence.push(row);
      }
      read += words.length;
      const share = Math.min(1, read / (textWords * epochs));
      model.setRate(1 - share);
      model.train(sentence);
      if (read - reported < REPORT_WORDS) continue;
      reported = read;
      const seconds = (performance.now() - start) / 1000;
      loss = model.takeLoss() ?? loss;
      watch.progress({ doing: 'learning', share, words: read, loss, secondsLeft: (seconds / share) * (1 - share) });
    }
    model.flush();
  }
  loss = model.takeLoss() ?? loss;
  if (loss === undefined)
    throw new AppError(
      'empty_corpus',
      `${text.paths.join(', ')}: expected sentences of several words that occur often enough, found none`,
    );
  if (Number.isFinite(loss)) return loss;
  throw new AppError(
    'numerical_failure',
    `${text.paths.join(', ')}: the numbers grew beyond all bounds; a larger --min-count or a smaller --window helps`,
  );
}

function readShare(
  doing: TrainVectorsProgress['doing'],
  text: UnlabelledText,
  counts: { readonly total: number },
  watch: TrainVectorsWatch,
): (bytes: number) => void {
  return (bytes) => {
    watch.progress({
      doing,
      share: text.bytes === 0 ? 1 : Math.min(1, bytes / text.bytes),
      words: counts.total,
      loss: undefined,
      secondsLeft: undefined,
    });
  };
}

/** Multiplies all numbers so that the root of their mean square is `scale`; leaves zeros alone. */
function toScale(values: Float32Array, scale: number): void {
  let squares = 0;
  for (const value of values) squares += value * value;
  const root = Math.sqrt(squares / values.length);
  if (root === 0) return;
  for (let i = 0; i < values.length; i++) values[i] *= scale / root;
}
