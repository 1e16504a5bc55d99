import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sentenceKey } from '../../dist/annotation/documents/sentence-key.js';
import { readCorpusFile } from '../../dist/annotation/reading/read-corpus-file.js';
import { splitCorpus } from '../../dist/annotation/split/grouped-split.js';
import { createRandom } from '../../dist/base/random.js';
import { BUNDLED, convert, PUBLIC } from './corpora.mjs';

const BUNDLED_DIRECTORY = fileURLToPath(new URL('../../data/names', import.meta.url));

/**
 * All corpora, converted. No sentence that is measured on, or that tells when to stop, is in `train`.
 *
 * @param {{ directory: string, corpora?: readonly string[], seed: number, heldOut: number, limit?: number }} options
 *   `directory` of the public corpora and which of them, all unless told; `limit` is the most sentences to take of each file
 * @returns {Promise<{ sources: Source[], train: Sentence[], dev: Sentence[], measured: MeasuredSet[] }>}
 *
 * @typedef {import('../../dist/annotation/documents/labelled-sentence.js').LabelledSentence} Sentence
 * @typedef {{ corpus: import('./corpora.mjs').Corpus, train: number, dev: number, leaks: number }} Source
 *   counts of sentences; `leaks` were left out because a measured part has them too
 * @typedef {{ corpus: import('./corpora.mjs').Corpus, part: string, sentences: readonly Sentence[] }} MeasuredSet
 */
export async function readTrainingData({
  directory,
  corpora = PUBLIC.map(({ id }) => id),
  seed,
  heldOut,
  limit = Number.POSITIVE_INFINITY,
}) {
  const chosen = PUBLIC.filter(({ id }) => corpora.includes(id));
  const read = async (corpus, part) => {
    const path = join(corpus === BUNDLED ? BUNDLED_DIRECTORY : join(directory, corpus.id), `${part}.conll`);
    const { sentences } = await readCorpusFile(path, { strict: true });
    return sentences.slice(0, limit).map((sentence) => convert(sentence, corpus));
  };

  const measured = [];
  for (const corpus of chosen) measured.push({ corpus, part: 'dev', sentences: await read(corpus, 'dev') });
  measured.push({ corpus: BUNDLED, part: 'test', sentences: await read(BUNDLED, 'test') });
  const bundledDev = await read(BUNDLED, 'dev');
  const secret = new Set([...measured.flatMap(({ sentences }) => sentences), ...bundledDev].map(keyOf));

  const sources = [];
  const train = [];
  const dev = [];
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

/** @param {string} directory */
export function assertCorpora(directory) {
  for (const { id } of PUBLIC) {
    const path = join(directory, id, 'train.conll');
    if (!existsSync(path)) throw new Error(`${path} is missing: --corpora or ONOMAST_CORPORA names the folder`);
  }
}

function split(sentences, { corpus, seed, heldOut }) {
  return splitCorpus(sentences, {
    shares: { train: 1 - heldOut, dev: heldOut, test: 0 },
    random: createRandom(seed).fork('held out', corpus.id),
  });
}

/** Documents are numbered through. */
function append(all, sentences) {
  const first = all.length === 0 ? 0 : all[all.length - 1].document + 1;
  for (const sentence of sentences) all.push({ ...sentence, document: first + sentence.document });
}

function keyOf({ words }) {
  return sentenceKey(words);
}
