import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { createRandom } from '#base/random.js';
import { BUNDLED, type Corpus, convert, PUBLIC } from './corpora.js';

const BUNDLED_DIRECTORY = fileURLToPath(new URL('../../data/names', import.meta.url));

/** Counts of sentences of a corpus. */
export interface Source {
  readonly corpus: Corpus;
  readonly train: number;
  readonly dev: number;
  /** Left out because a measured part has them too. */
  readonly leaks: number;
}

/** A part that the model is measured on, not trained. */
export interface MeasuredSet {
  readonly corpus: Corpus;
  readonly part: string;
  readonly sentences: readonly LabelledSentence[];
}

export interface TrainingData {
  readonly sources: readonly Source[];
  readonly train: readonly LabelledSentence[];
  readonly dev: readonly LabelledSentence[];
  readonly measured: readonly MeasuredSet[];
}

export interface TrainingDataOptions {
  /** Of the public corpora. */
  readonly directory: string;
  /** Which of the public corpora; all unless told. */
  readonly corpora?: readonly string[];
  readonly seed: number;
  readonly heldOut: number;
  /** Most sentences to take of each file. */
  readonly limit?: number;
}

/** All corpora, converted. No sentence that is measured on, or that tells when to stop, is in `train`. */
export async function readTrainingData(options: TrainingDataOptions): Promise<TrainingData> {
  const { directory, corpora = PUBLIC.map(({ id }) => id), seed, heldOut, limit = Number.POSITIVE_INFINITY } = options;
  const chosen = PUBLIC.filter(({ id }) => corpora.includes(id));
  const read = async (corpus: Corpus, part: string): Promise<LabelledSentence[]> => {
    const path = join(corpus === BUNDLED ? BUNDLED_DIRECTORY : join(directory, corpus.id), `${part}.conll`);
    const { sentences } = await readCorpusFile(path, { strict: true });
    return sentences.slice(0, limit).map((sentence) => convert(sentence, corpus));
  };

  const measured: MeasuredSet[] = [];
  for (const corpus of chosen) measured.push({ corpus, part: 'dev', sentences: await read(corpus, 'dev') });
  measured.push({ corpus: BUNDLED, part: 'test', sentences: await read(BUNDLED, 'test') });
  const bundledDev = await read(BUNDLED, 'dev');
  const secret = new Set([...measured.flatMap(({ sentences }) => sentences), ...bundledDev].map(keyOf));

  const sources: Source[] = [];
  const train: LabelledSentence[] = [];
  const dev: LabelledSentence[] = [];
  for (const corpus of [BUNDLED, ...chosen]) {
    const sentences = await read(corpus, 'train');
    const unseen = sentences.filter((sentence) => !secret.has(keyOf(sentence)));
    const parts = corpus === BUNDLED ? { train: unseen, dev: bundledDev } : split(unseen, { corpus, seed, heldOut });
    append(train, parts.train);
    append(dev, parts.dev);
    const leaks = sentences.length - unseen.length;
    sources.push({ corpus, train: parts.train.length, dev: parts.dev.length, leaks });
  }
  return { sources, train, dev, measured };
}

/** @throws {Error} naming the first corpus that is not there. */
export function assertCorpora(directory: string): void {
  for (const { id } of PUBLIC) {
    const path = join(directory, id, 'train.conll');
    if (!existsSync(path)) throw new Error(`${path} is missing: --corpora or ONOMAST_CORPORA names the folder`);
  }
}

function split(
  sentences: readonly LabelledSentence[],
  { corpus, seed, heldOut }: { readonly corpus: Corpus; readonly seed: number; readonly heldOut: number },
) {
  return splitCorpus(sentences, {
    shares: { train: 1 - heldOut, dev: heldOut, test: 0 },
    random: createRandom(seed).fork('held out', corpus.id),
  });
}

/** Documents are numbered through. */
function append(all: LabelledSentence[], sentences: readonly LabelledSentence[]): void {
  const first = all.length === 0 ? 0 : all[all.length - 1].document + 1;
  for (const sentence of sentences) all.push({ ...sentence, document: first + sentence.document });
}

function keyOf({ words }: LabelledSentence): string {
  return sentenceKey(words);
}
