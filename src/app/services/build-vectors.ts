import { basename } from 'node:path';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { AppError } from '#base/errors.js';
import { type CollectedVectors, collectVectors } from '#tagging/vectors/build/collect-vectors.js';
import { meanCosine } from '#tagging/vectors/build/mean-cosine.js';
import { createWordWorth } from '#tagging/vectors/build/name-likeness.js';
import { principalComponents } from '#tagging/vectors/build/principal-components.js';
import { readWordVectors } from '#tagging/vectors/build/read-word-vectors.js';
import { scaleVectors } from '#tagging/vectors/build/scale-vectors.js';
import {
  newReadingReport,
  type ReadingOptions,
  type ReadingReport,
  type WordVector,
} from '#tagging/vectors/build/word-vector.js';
import { type VectorCoverage, vectorCoverage } from '#tagging/vectors/vector-coverage.js';
import { createVectorTable, decodeAll, type VectorTable } from '#tagging/vectors/vector-table.js';
import { corpusNotices } from './corpus-notices.js';
import { nameExamples } from './name-words.js';
import { BUNDLED_CORPUS } from './paths.js';
import { openVectorFile, type VectorFile } from './vector-file.js';
import { type VectorSettings, type VectorsOptions, vectorSettings } from './vector-options.js';
import { assertWritableTablePath, writeVectorTable } from './write-vector-table.js';

export interface VectorsReport {
  readonly output: string;
  readonly words: number;
  readonly dimension: number;
  readonly bits: number;
  readonly bytes: number;
  /** Between the vectors and what their codes stand for. */
  readonly meanCosine: number;
  /** Share of the variance that is left; 1 unless there are fewer dimensions than in the file. */
  readonly variance: number;
  readonly duplicates: number;
  readonly unusable: number;
  readonly bad: number;
  /** Of the bundled corpus: words in names, all words. */
  readonly coverage: { readonly names: VectorCoverage; readonly words: VectorCoverage };
}

/** What is told while a table is made. */
export interface VectorsWatch {
  notice(message: string): void;
  progress(report: VectorsProgress): void;
}

export interface VectorsProgress {
  readonly doing: 'looking for names' | 'reading';
  /** Share of the file, 0 to 1; undefined for a pipe. */
  readonly share: number | undefined;
  /** Words read so far. */
  readonly words: number;
}

/** From a file of vectors to a table of them. */
export async function buildVectors(path: string, options: VectorsOptions, watch: VectorsWatch): Promise<VectorsReport> {
  const settings = vectorSettings(options, basename(path));
  const { output, bits, origin } = settings;
  const file = openVectorFile(path);
  if (options.like && !file.isRegular)
    throw new AppError('invalid_argument', `--like: expected a file that can be read twice, found the pipe "${path}"`);
  assertWritableTablePath(output);

  const { collected, reading } = await chooseWords(file, settings, options, watch);
  for (const warning of reading.warnings) watch.notice(warning);
  const { values, dimension, kept } = reduced(collected, settings.dimension);
  scaleVectors(values);
  const table = createVectorTable({ words: collected.words, values, dimension, bits, origin });
  writeVectorTable(output, table.file);
  return {
    output,
    words: table.size,
    dimension,
    bits,
    bytes: table.file.length,
    meanCosine: meanCosine(values, decodeAll(table), dimension),
    variance: kept,
    duplicates: collected.duplicates,
    unusable: reading.unusable,
    bad: reading.bad,
    coverage: await bundledCoverage(table),
  };
}

async function chooseWords(
  file: VectorFile,
  { words: limit, dimension = 1 }: VectorSettings,
  { like, skipBad = false }: VectorsOptions,
  watch: VectorsWatch,
): Promise<{ collected: CollectedVectors; reading: ReadingReport }> {
  const read = (report: ReadingReport, doing: VectorsProgress['doing']): AsyncGenerator<WordVector> =>
    ofAtLeast(dimension, vectorsOf(file, { skipBad, report, watch, doing }));
  try {
    const sentences = like && (await readSentences(like, watch));
    const examples = sentences && (await nameExamples(sentences, read(newReadingReport(), 'looking for names')));
    const worth = examples && createWordWorth(examples);
    const reading = newReadingReport();
    const collected = await collectVectors(read(reading, 'reading'), { limit, ...(worth && { worth }) });
    if (collected.words.length > 0) return { collected, reading };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause; // what the engine says when it cannot allocate an array
    throw new AppError('out_of_memory', `${file.path}: too large for the memory; keep fewer words with --words`, {
      cause,
    });
  }
  const expected = 'at least one word vector that can be used';
  throw new AppError('malformed_vectors', `${file.path}: expected ${expected}, found none`);
}

async function readSentences(files: readonly string[], watch: VectorsWatch): Promise<LabelledSentence[]> {
  const corpora = await Promise.all(files.map((file) => readCorpusFile(file)));
  for (const notice of corpora.flatMap(({ report }) => corpusNotices(report))) watch.notice(notice);
  return corpora.flatMap(({ sentences }) => sentences);
}

interface Reading extends Omit<ReadingOptions, 'name'> {
  readonly watch: VectorsWatch;
  readonly doing: VectorsProgress['doing'];
}

async function* vectorsOf(file: VectorFile, { skipBad, report, watch, doing }: Reading): AsyncGenerator<WordVector> {
  let words = 0;
  const bytes = file.read((read) => {
    watch.progress({ doing, share: file.size === 0 ? undefined : read / file.size, words });
  });
  for await (const vector of readWordVectors(bytes, { name: file.path, skipBad, report })) {
    words++;
    yield vector;
  }
}

/** Fails at the first vector if it has fewer numbers than are asked for. */
async function* ofAtLeast(dimension: number, vectors: AsyncIterable<WordVector>): AsyncGenerator<WordVector> {
  for await (const vector of vectors) {
    const { length } = vector.values;
    if (length < dimension)
      throw new AppError('invalid_argument', `--dims: expected at most the ${length} of the file, found ${dimension}`);
    yield vector;
  }
}

function reduced(
  { values, dimension }: CollectedVectors,
  count = dimension,
): { values: Float32Array; dimension: number; kept: number } {
  if (count === dimension) return { values, dimension, kept: 1 };
  const { values: projected, kept } = principalComponents(values, { dimension, count });
  return { values: projected, dimension: count, kept };
}

async function bundledCoverage(table: VectorTable): Promise<VectorsReport['coverage']> {
  const corpora = await Promise.all(Object.values(BUNDLED_CORPUS).map((file) => readCorpusFile(file)));
  const sentences = corpora.flatMap((corpus) => corpus.sentences);
  const inNames = sentences.flatMap(({ words, tags }) => words.filter((_, token) => tags[token] !== 'O'));
  return {
    names: vectorCoverage(table, inNames),
    words: vectorCoverage(
      table,
      sentences.flatMap(({ words }) => words),
    ),
  };
}
