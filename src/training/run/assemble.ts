import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { buildFeatureVocabularies, extendVocabularies, type FeatureVocabularies } from '#tagging/features/features.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import { createTaggerModel, type TaggerModel } from '#tagging/model/tagger-model.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { assertFits } from '#training/checks/memory-estimate.js';
import type { NameLists } from '#training/config/name-replacement.js';
import { sentenceVariants } from '#training/config/sentence-variants.js';
import type { RunConfig } from '#training/config/training-config.js';
import { createParallelRunner } from '#training/step/data-parallel.js';
import { createStepEngine, type StepEngine, type StepEngineInput } from '#training/step/step-engine.js';
import type { StepRunner } from '#training/step/step-runner.js';
import { type BaseModel, startFrom } from './start-from.js';

/** A network with new weights, and what trains it. */
export interface AssembledTraining {
  readonly model: TaggerModel;
  readonly engine: StepEngine;
  /** To be closed in the end. */
  readonly runner: StepRunner;
}

/** What a network is made for and learns from. */
export interface CorpusToLearn {
  readonly train: readonly LabelledSentence[];
  readonly config: RunConfig;
  readonly seed: number;
  readonly vectors?: VectorTable | undefined;
  /** A model with the same network and vectors whose weights are the start, in the place of random ones. */
  readonly base?: BaseModel | undefined;
  /** Names that `name_replacement` draws from, beside those of the training part. */
  readonly names?: NameLists | undefined;
}

/** Words and labels of the training part alone, and of the model that it goes on from. */
export function inputsOf({ train, config, vectors, base }: CorpusToLearn): {
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
} {
  const own = buildFeatureVocabularies(
    train.flatMap(({ words }) => words),
    config.model,
    vectors,
  );
  return {
    vocabularies: base?.keepsWords ? extendVocabularies(base.model.vocabularies, own) : own,
    labels: labelsOf(train),
  };
}

/**
 * From sentences to a training that can begin.
 *
 * @throws {AppError} `out_of_memory` if it would not fit.
 */
export async function assembleFrom(
  corpus: CorpusToLearn,
  { kernels, threads }: { readonly kernels: Kernels; readonly threads: number },
): Promise<AssembledTraining> {
  const { train, config, seed, base, names } = corpus;
  const { sentences, counts } = sentenceVariants(train, config.training, {
    lists: names,
    random: createRandom(seed).fork('names'),
  });
  const inputs = inputsOf(corpus);
  assertFits({ config, ...inputs }, kernels);
  return assembleTraining({
    config,
    ...inputs,
    kernels,
    seed,
    threads,
    encode(model) {
      if (base) startFrom(model, base);
      return { train: encodeAll(model, sentences), variants: counts };
    },
  });
}

/** A sentence that is there several times shares one encoding. */
function encodeAll({ encoder, tagSet }: TaggerModel, sentences: readonly LabelledSentence[]): EncodedSentence[] {
  const known = new Map<LabelledSentence, EncodedSentence>();
  return sentences.map((sentence) => {
    const encoded = known.get(sentence) ?? encoder.encode(sentence.words, tagSet.encode(sentence.tags));
    known.set(sentence, encoded);
    return encoded;
  });
}

/** Sentences of a model, and which of them are variants of each other. */
export type EncodedCorpus = Pick<StepEngineInput, 'train' | 'variants'>;

/**
 * Puts a training together: the model, the arithmetic of its steps, the threads that share it.
 *
 * @param encode Makes the training sentences, once the model is there and before any thread is; it may change the weights.
 */
export async function assembleTraining({
  config,
  vocabularies,
  labels,
  kernels,
  seed,
  threads,
  encode,
}: {
  readonly config: RunConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
  readonly kernels: Kernels;
  readonly seed: number;
  readonly threads: number;
  encode(model: TaggerModel): EncodedCorpus;
}): Promise<AssembledTraining> {
  const random = createRandom(seed);
  const model = createTaggerModel({
    config: config.model,
    vocabularies,
    labels,
    regularization: config.training,
    kernels,
    random: random.fork('weights'),
  });
  const corpus = encode(model);
  const engine = createStepEngine({ model, ...corpus, config: config.training, random: random.fork('training') });
  const runner = await createParallelRunner({ engine, model, ...corpus, config, seed, threads });
  return { model, engine, runner };
}
