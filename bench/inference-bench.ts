import { fileURLToPath } from 'node:url';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import type { Token } from '#annotation/text/token.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import type { Matrix } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { type CausalNetwork, createCausalNetwork } from '#tagging/model/causal-network.js';
import { sentenceLogits } from '#tagging/model/sentence-logits.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { createDecoder } from '#tagging/tagger/decode.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { median } from './median.js';
import { createTrainingRig, endlessConfig } from './training-rig.js';

export interface InferenceRow {
  readonly cell: 'rnn' | 'gru' | 'lstm';
  /** H */
  readonly hidden: number;
  /** k */
  readonly lookAhead: number;
  readonly kernels: string;
  /** Of the text that is tagged again and again. */
  readonly tokens: number;
  /** From text to entities, the first time: code is still being compiled, no word is known yet. */
  readonly firstTokensPerSecond: number;
  /** Later on; the median. */
  readonly tokensPerSecond: number;
  /** The same by processor time, what helper threads of Node took included: the rate of one core. */
  readonly tokensPerCpuSecond: number;
  /** Where the time goes; `rest` is batching, and making tokens and entities. */
  readonly microsecondsPerToken: Readonly<Record<Stage, number>>;
  /** Word by word, a push each. */
  readonly stream: { readonly p50Microseconds: number; readonly p99Microseconds: number };
}

export interface InferenceBenchInput {
  /** Times the text is tagged after the first. */
  readonly rounds: number;
  /** Of training, so that the names found are about as many as there are. */
  readonly seconds: number;
  readonly cells?: readonly InferenceRow['cell'][];
  readonly progress: (text: string) => void;
}

type Stage = 'tokenizer' | 'sentences' | 'network' | 'decoder' | 'rest';

const HIDDEN = 128;
const LOOK_AHEAD = 2;
const CORPUS = fileURLToPath(new URL('../data/names/train.conll', import.meta.url));
const SENTENCES_PER_BATCH = 32;
const WARM_UP_WORDS = 5000;
const tokenizer = createDefaultTokenizer();

/** The whole way from text to entities, and streaming, with the default inputs and the bundled corpus; one thread. */
export async function benchInference(input: InferenceBenchInput): Promise<InferenceRow[]> {
  const { rounds, seconds, cells = ['rnn', 'gru', 'lstm'], progress } = input;
  const { sentences } = await readCorpusFile(CORPUS);
  const text = sentences.map(({ words }) => writtenOut(words)).join('\n');
  const rows: InferenceRow[] = [];
  for (const cell of cells) {
    progress(`inference: ${cell} ${HIDDEN}`);
    const config = endlessConfig({ rnn_type: cell, hidden_size: HIDDEN, look_ahead: LOOK_AHEAD });
    const rig = await createTrainingRig({
      config,
      vocabularies: buildFeatureVocabularies(
        sentences.flatMap(({ words }) => words),
        config.model,
      ),
      labels: labelsOf(sentences),
      sentences: ({ encoder, tagSet }) =>
        sentences.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))),
      workers: 1,
    });
    rig.run(seconds);
    rig.close();
    const tagger = createTagger(rig.model, { id: 'bench', version: 0, sha256: '' }, { tokenizer, isFinal: true });
    const tagging = timeTagging(tagger, text, rounds);
    rows.push({
      cell,
      hidden: HIDDEN,
      lookAhead: LOOK_AHEAD,
      kernels: rig.kernels.name,
      ...tagging,
      microsecondsPerToken: timeStages(rig.model, text, { rounds, whole: 1e6 / tagging.tokensPerSecond }),
      stream: timeStream(
        tagger,
        sentences.map(({ words }) => words),
      ),
    });
  }
  return rows;
}

/** As people write: no space before punctuation and clitics. */
function writtenOut(words: readonly string[]): string {
  return words.reduce((text, word) => text + (/^(?:[.,;:!?)\]]|n't$|'\p{L}{1,2}$)/u.test(word) ? word : ` ${word}`));
}

function timeTagging(tagger: Tagger, text: string, rounds: number) {
  const passes = Array.from({ length: rounds + 1 }, () => {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const tokens = tagger.tag(text).tokens.length;
    const seconds = (performance.now() - start) / 1e3;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { tokens, seconds, cpuSeconds: (user + system) / 1e6 };
  });
  const [first, ...later] = passes;
  return {
    tokens: first.tokens,
    firstTokensPerSecond: first.tokens / first.seconds,
    tokensPerSecond: median(later.map(({ tokens, seconds }) => tokens / seconds)),
    tokensPerCpuSecond: median(later.map(({ tokens, cpuSeconds }) => tokens / cpuSeconds)),
  };
}

/** Every stage by itself, as the tagger calls it. */
function timeStages(
  model: TaggerModel,
  text: string,
  { rounds, whole }: { readonly rounds: number; readonly whole: number },
): Record<Stage, number> {
  const tokens = tokenizer.tokenize(text);
  const sentences = tokenizer.sentences(text, tokens).sort((left, right) => right.length - left.length);
  const causal = createCausalNetwork(model);
  causal.refresh();
  const decoder = createDecoder(model.tagSet, model.network.transitions());
  const each = (stage: () => unknown): number => {
    stage();
    return (median(Array.from({ length: rounds }, () => millisecondsOf(stage))) * 1e3) / tokens.length;
  };
  const stages = {
    tokenizer: each(() => tokenizer.tokenize(text)),
    sentences: each(() => tokenizer.sentences(text, tokens)),
    network: each(() => forEachBatch(model, causal, sentences)),
    decoder: 0,
  };
  const emissions: Float64Array[] = [];
  forEachBatch(model, causal, sentences, (sentence) => emissions.push(sentence));
  const k = model.tagSet.tags.length;
  stages.decoder = each(() => {
    for (const sentence of emissions) decoder.decode(sentence, sentence.length / k);
  });
  const sum = Object.values(stages).reduce((total, stage) => total + stage, 0);
  return { ...stages, rest: Math.max(0, whole - sum) };
}

/** Logits of all sentences, batch by batch; `keep`, if given, gets every sentence's own. */
function forEachBatch(
  model: TaggerModel,
  causal: CausalNetwork,
  sentences: readonly Token[][],
  keep?: (emissions: Float64Array) => void,
): void {
  const { arena } = model.kernels;
  for (let from = 0; from < sentences.length; from += SENTENCES_PER_BATCH) {
    const batch = sentences.slice(from, from + SENTENCES_PER_BATCH).map((tokens) => tokens.map(({ text }) => text));
    const position = arena.position;
    const { logits, layout } = sentenceLogits(model, causal, batch);
    batch.forEach((words, b) => {
      keep?.(emissionsOf(words.length, b, logits, layout));
    });
    arena.release(position);
  }
}

function emissionsOf(length: number, b: number, { values, columns }: Matrix, { offsets }: PackedLayout): Float64Array {
  const emissions = new Float64Array(length * columns);
  for (let t = 0; t < length; t++) {
    const at = (offsets[t] + b) * columns;
    emissions.set(values.subarray(at, at + columns), t * columns);
  }
  return emissions;
}

function timeStream(tagger: Tagger, sentences: readonly (readonly string[])[]): InferenceRow['stream'] {
  const stream = tagger.stream();
  const microseconds: number[] = [];
  for (const words of sentences) {
    for (const word of words) microseconds.push(1e3 * millisecondsOf(() => stream.push(word)));
    stream.end();
  }
  const sorted = microseconds.slice(WARM_UP_WORDS).sort((left, right) => left - right);
  const percentile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))];
  return { p50Microseconds: percentile(0.5), p99Microseconds: percentile(0.99) };
}

function millisecondsOf(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
