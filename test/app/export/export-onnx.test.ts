import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { type ExportedOnnx, exportOnnx } from '#app/export/export-onnx.js';
import type { createOnnxTagger, OnnxDescription, OnnxTagger } from '#app/export/onnx-runtime.js';
import { createRandom } from '#base/random.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { loadModel, saveModel } from '#tagging/model/model-directory.js';
import { sentenceLogits } from '#tagging/model/sentence-logits.js';
import { roundTables, type TaggerModel } from '#tagging/model/tagger-model.js';
import { loadModelTagger } from '#tagging/tagger/load-tagger.js';
import { createVectorTable, type VectorTable } from '#tagging/vectors/vector-table.js';
import { ONE_WAY_NETWORKS } from '../../helpers/one-way-networks.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { DESCRIPTION, tinyModel } from '../../helpers/tiny-model.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const MODEL = join(PROJECT, 'models', 'names-en');
/** As it is written beside a graph. */
const DECODER = join(PROJECT, 'dist', 'app', 'export', 'onnx-runtime.bundle.js');
const SENTENCES = [
  'Yesterday Ana met Li Wei at Ford in Oslo , said Ana .',
  'In 1999 Oslo met Unseen-Word',
  'a-very-long-word-with-many-more-characters-than-are-looked-at 😀 é',
  'Li sang',
  'Ana',
].map((line) => line.split(' '));

const vectorsOf = (bits: 4 | 8, dimension: number): VectorTable => {
  const random = createRandom(5);
  const words = ['Ana', 'met', 'oslo', 'ford', 'sang', '.'];
  const values = Float32Array.from({ length: words.length * dimension }, () => random.gaussian());
  return createVectorTable({
    words,
    values,
    dimension,
    bits,
    origin: { name: 'test', language: '', license: '', source: '' },
  });
};

type Case = [string, Partial<ModelConfig>, VectorTable?];
const CONFIGS: readonly Case[] = [
  ...ONE_WAY_NETWORKS,
  ['characters, a filter of odd width', { char_filters: 5 }],
  ['characters, a filter of even width', { char_filters: 5, char_width: 4 }],
  ['vectors in 8 bits, fine-tuned', { fine_tune_vectors: true }, vectorsOf(8, 5)],
  ['vectors in 4 bits, an odd number of columns', { rnn_type: 'lstm' }, vectorsOf(4, 7)],
  ['tables of 8 bits', { quantize_embeddings: true, char_filters: 3, fine_tune_vectors: true }, vectorsOf(4, 6)],
];
const WHOLE: readonly Case[] = [
  ['both ways, RNN', { bidirectional: true }],
  ['both ways, two layers of GRU', { bidirectional: true, rnn_type: 'gru', layers: 2, residual: true }],
  ['both ways, LSTM, layer normalisation', { bidirectional: true, rnn_type: 'lstm', normalization: 'layer' }],
  ['attention, dot product', { attention: 'sentence' }],
  ['attention, additive, both ways', { attention: 'sentence', attention_scoring: 'additive', bidirectional: true }],
  ['causal attention, dot product', { attention: 'causal' }],
  ['causal attention, additive', { attention: 'causal', attention_scoring: 'additive' }],
];

/** Random values everywhere, so that no bias, gain or running statistic is left at 0 or 1. */
function randomModel(config: Partial<ModelConfig>, vectors?: VectorTable): TaggerModel {
  const model = tinyModel({ config, ...(vectors && { vectors }) });
  const random = createRandom(3);
  for (const { name, values } of model.network.parameters.list) {
    if (name === 'embedding.vector.weight') continue;
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++)
      values[i] += name.endsWith('running_var') ? draws.next() : 0.3 * draws.gaussian();
  }
  if (model.config.quantize_embeddings) roundTables(model);
  return model;
}

interface Opened extends OnnxTagger {
  readonly exported: ExportedOnnx;
  readonly description: OnnxDescription;
}

async function opened(path: string): Promise<Opened> {
  const exported = exportOnnx(path, { id: 'tiny', version: 1 });
  const description = JSON.parse(exported.description) as OnnxDescription;
  const session = await InferenceSession.create(exported.graph);
  const module = (await import(/* @vite-ignore */ DECODER)) as { createOnnxTagger: typeof createOnnxTagger };
  return { exported, description, ...module.createOnnxTagger(description, { session, Tensor } as never) };
}

function saved(model: TaggerModel): string {
  const path = join(temporaryDirectory(), 'tiny');
  saveModel(path, model, { training: {} }, DESCRIPTION);
  return path;
}

function logitsOf(model: TaggerModel, words: readonly string[]): number[] {
  const { logits } = sentenceLogits(model, undefined, [words]);
  return Array.from(logits.values.subarray(0, words.length * logits.columns));
}

/** The greatest difference, as a share of the greatest score. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const greatest = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i]))) / greatest;
}

describe('ONNX Runtime gives the scores of the engine to 1e-5', () => {
  test.each([...CONFIGS, ...WHOLE])('%s', async (_, config, vectors) => {
    const path = saved(randomModel(config, vectors));
    const { model } = loadModel(path, createReferenceKernels('float32'));
    const { scores } = await opened(path);
    for (const words of SENTENCES)
      expect(distance((await scores(words)).logits, logitsOf(model, words))).toBeLessThan(1e-5);
  });

  test.each(CONFIGS)('word by word, with the state handed on: %s', async (_, config, vectors) => {
    const { scores, description, exported } = await opened(saved(randomModel(config, vectors)));
    expect([description.streaming, exported.whyNotStreamed]).toEqual([true, undefined]);
    expect(description.states.length).toBeGreaterThan(0);
    for (const words of SENTENCES.slice(0, 3)) {
      const whole = Array.from((await scores(words)).logits);
      let state: Record<string, Float32Array> = {};
      const pieces: number[] = [];
      for (let t = 0; t < words.length; ) {
        const n = 1 + (t % 2); // one word, then two
        const following = words.slice(t + n);
        const part = await scores(words.slice(t, t + n), { state, following });
        pieces.push(...part.logits);
        state = { ...part.state };
        t += n;
      }
      expect(distance(pieces, whole)).toBeLessThan(1e-5);
    }
  });

  test.each(WHOLE)('what cannot be run word by word says so: %s', async (_, config) => {
    const { description, exported } = await opened(saved(randomModel(config)));
    expect(description.states).toEqual([]);
    expect(description.streaming).toBe(exported.whyNotStreamed);
    expect(exported.whyNotStreamed).toMatch(/^it reads every sentence right to left too|^its attention/);
  });
});

describe('names-en as an ONNX graph', () => {
  test('finds the names of the program in the whole development part of the bundled corpus', async () => {
    const { tagWords, description } = await opened(MODEL);
    const { tagger } = await loadModelTagger(MODEL);
    const { sentences } = await readCorpusFile(join(PROJECT, 'data', 'names', 'dev.conll'));
    const words = sentences.map((sentence) => sentence.words);
    const expected = tagger.withMemory(0).tagWords(words);
    for (const [i, sentence] of words.entries())
      expect(await tagWords(sentence)).toEqual(expected[i].tokens.map(({ tag }) => tag));
    expect(await tagWords([])).toEqual([]);
    for (const { words: one, tags } of description.examples) expect(await tagWords(one)).toEqual(tags);
  });

  test('is smaller than 9 MB with all that stands beside it', async () => {
    const { graph, description, decoder } = exportOnnx(MODEL, { id: 'names-en', version: 0 });
    expect(graph.length + Buffer.byteLength(description) + decoder.length).toBeLessThan(9e6);
    expect(decoder.length).toBeLessThan(10_000);
  });
});
