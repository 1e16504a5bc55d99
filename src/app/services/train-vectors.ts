import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { chooseTokenizer, createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { type LearnedVectors, type LearningProgress, learnVectors } from './learn-vectors.js';
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
  /** One a core unless told; the vectors do not depend on it. */
  readonly threads?: number;
}

export interface TrainVectorsReport extends Omit<LearnedVectors, 'table'> {
  readonly output: string;
  /** In the table. */
  readonly words: number;
  readonly dimension: number;
  readonly bits: number;
  readonly bytes: number;
  /** Words of the text, over all epochs, a second of learning. */
  readonly wordsPerSecond: number;
}

export interface TrainVectorsWatch {
  notice(message: string): void;
  progress(report: LearningProgress): void;
}

/**
 * Word vectors from a person's own text, for languages and domains that no published ones know.
 *
 * @throws {AppError} `invalid_argument`, `out_of_memory`, what `learnVectors` throws, and what reading and writing the files
 *   throw.
 */
export async function trainVectors(
  paths: readonly string[],
  options: TrainVectorsOptions,
  watch: TrainVectorsWatch,
): Promise<TrainVectorsReport> {
  const { minCount, epochs, window, buckets, seed = 0, threads = availableParallelism() } = options;
  const { output, dimension, bits, origin } = vectorSettings(options, basename(paths[0]));
  assertWritableTablePath(output);
  const text = openText(paths, watch);
  const { kernels, notice } = selectKernels(options.kernels);
  if (notice !== undefined) watch.notice(notice);
  const chosen = { words: options.words, dimension, bits, minCount, epochs, window, buckets };
  const learning = learnVectors({ text, origin, kernels, seed, threads, ...chosen });
  let step = await learning.next();
  for (; !step.done; step = await learning.next()) watch.progress(step.value);
  const { table, ...report } = step.value;
  writeVectorTable(output, table.file);
  return {
    output,
    words: table.size,
    dimension: table.dimension,
    bits,
    bytes: table.file.length,
    ...report,
    wordsPerSecond: (report.textWords * report.epochs) / report.seconds,
  };
}

/** Sentences that tell how a text is cut into words. */
const SAMPLE_SENTENCES = 500;

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
