import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { replaceDirectory } from '../../dist/tagging/model/model-directory.js';
import { loadModelTagger } from '../../dist/tagging/tagger/load-tagger.js';
import { measure } from './measure.mjs';
import { modelCard } from './model-card.mjs';
import { assertSmall, describeFiles, describeSpace, readModelFiles } from './model-files.mjs';

const PROGRAM = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const SENTENCE = 'He said, Teddy Roosevelt was a great President.';
const COLD_STARTS = 5;
export const LICENSE = 'CC-BY-SA-4.0';

/**
 * Measures a trained model, completes its meta.json, writes its card, checks its size and puts all of it into place at once.
 *
 * @param {{
 *   from: string, output: string, name: string, corpus: Awaited<ReturnType<typeof import('./data.mjs').readTrainingData>>,
 *   start?: import('./model-files.mjs').Files, command: string, kernels: string, maxBytes: number,
 * }} options `from` is the directory of the trained model, `start` holds the files of the one it began with
 * @returns {Promise<{ bytes: number, figures: import('./measure.mjs').Figures }>}
 */
export async function finishModel({ from, output, name, corpus, start, command, kernels, maxBytes }) {
  const trained = readModelFiles(from);
  delete trained['README.md'];
  const { tagger } = await loadModelTagger(from, { identity: { id: name, version: 0 } });
  const figures = measure(tagger, corpus);

  const { figures: _, ...performance } = jsonOf(trained['meta.json']).performance;
  const meta = {
    ...jsonOf(trained['meta.json']),
    name,
    license: LICENSE,
    sources: corpus.sources.flatMap(({ corpus: { id }, train, dev }) => [
      { role: 'train', name: id, sentences: train },
      { role: 'dev', name: id, sentences: dev },
    ]),
    performance: { ...performance, figures },
  };
  const files = { ...trained, 'meta.json': bytesOf(`${JSON.stringify(meta, null, 1)}\n`) };
  const card = modelCard({
    meta,
    config: jsonOf(files['config.json']),
    figures,
    sources: corpus.sources,
    files: describeFiles(files),
    space: describeSpace(files),
    speed: measureSpeed(from, { tagger, sentences: corpus.measured.flatMap(({ sentences }) => sentences) }),
    start: start && describeFiles(start),
    command,
    kernels,
  });
  const all = { ...files, 'README.md': bytesOf(card) };
  assertSmall(all, maxBytes);
  replaceDirectory(output, all);
  return { bytes: Object.values(all).reduce((sum, { length }) => sum + length, 0), figures };
}

function measureSpeed(directory, { tagger, sentences }) {
  const times = Array.from({ length: COLD_STARTS }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'tag', '--model', directory, SENTENCE]);
    if (status !== 0) throw new Error(`onomast tag failed: ${stderr}`);
    return performance.now() - start;
  });
  times.sort((left, right) => left - right);
  const words = sentences.map((sentence) => sentence.words);
  const start = performance.now();
  tagger.tagWords(words);
  const seconds = (performance.now() - start) / 1000;
  return {
    coldStartMs: times[Math.floor(COLD_STARTS / 2)],
    wordsPerSecond: words.flat().length / seconds,
    machine: `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`,
  };
}

function jsonOf(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function bytesOf(text) {
  return new TextEncoder().encode(text);
}
