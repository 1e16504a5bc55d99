import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { replaceDirectory } from '#tagging/model/model-directory.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadModelTagger } from '#tagging/tagger/load-tagger.js';
import type { TrainingData } from './data.js';
import { type Figures, measure } from './measure.js';
import { modelCard, type Speed } from './model-card.js';
import { assertSmall, describeFiles, describeSpace, type Files, readModelFiles } from './model-files.js';

const PROGRAM = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const SENTENCE = 'He said, Teddy Roosevelt was a great President.';
const COLD_STARTS = 5;
const LICENSE = 'CC-BY-SA-4.0';

export interface FinishOptions {
  /** Directory of the trained model. */
  readonly from: string;
  readonly output: string;
  readonly name: string;
  readonly corpus: TrainingData;
  /** Files of the model that the last stage of training began with. */
  readonly start?: Files;
  /** What makes the model again. */
  readonly command: string;
  readonly kernels: string;
  readonly maxBytes: number;
}

/**
 * Measures a trained model, completes its meta.json, writes its card, checks its size and puts all of it into place at once.
 */
export async function finishModel(options: FinishOptions): Promise<{ bytes: number; figures: Figures }> {
  const { from, output, name, corpus, start, command, kernels, maxBytes } = options;
  const trained = readModelFiles(from);
  delete trained['README.md'];
  const { tagger } = await loadModelTagger(from, { identity: { id: name, version: 0 } });
  const figures = measure(tagger, corpus);

  const trainedMeta = jsonOf<ModelMeta>(trained['meta.json']);
  const { figures: _, ...performance } = trainedMeta.performance;
  const meta: ModelMeta = {
    ...trainedMeta,
    name,
    license: LICENSE,
    sources: corpus.sources.flatMap(({ corpus: { id }, train, dev }) => [
      { role: 'train', name: id, sentences: train },
      { role: 'dev', name: id, sentences: dev },
    ]),
    performance: { ...performance, figures },
  };
  const files: Files = { ...trained, 'meta.json': bytesOf(`${JSON.stringify(meta, null, 1)}\n`) };
  const card = modelCard({
    meta,
    config: jsonOf(files['config.json']),
    figures,
    sources: corpus.sources,
    files: describeFiles(files),
    space: describeSpace(files),
    speed: measureSpeed(from, { tagger, sentences: corpus.measured.flatMap(({ sentences }) => sentences) }),
    ...(start && { start: describeFiles(start) }),
    command,
    kernels,
  });
  const all = { ...files, 'README.md': bytesOf(card) };
  assertSmall(all, maxBytes);
  replaceDirectory(output, all);
  return { bytes: Object.values(all).reduce((sum, { length }) => sum + length, 0), figures };
}

function measureSpeed(
  directory: string,
  { tagger, sentences }: { readonly tagger: Tagger; readonly sentences: readonly LabelledSentence[] },
): Speed {
  const times = Array.from({ length: COLD_STARTS }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'tag', '--model', directory, SENTENCE]);
    if (status !== 0) throw new Error(`onomast tag failed: ${stderr}`);
    return performance.now() - start;
  });
  const words = sentences.map((sentence) => sentence.words);
  // The processor's own time, and the quickest start: what else the machine does must not count.
  const start = process.cpuUsage();
  tagger.tagWords(words);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  return {
    coldStartMs: Math.min(...times),
    wordsPerSecond: words.flat().length / seconds,
    machine: `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`,
  };
}

function jsonOf<Content>(bytes: Uint8Array): Content {
  return JSON.parse(new TextDecoder().decode(bytes)) as Content;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
