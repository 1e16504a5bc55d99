import { createTagSet, type TagSet } from '#annotation/tags/tag-set.js';
import { AppError } from '#base/errors.js';
import type { Random } from '#base/random.js';
import type { Tensor, TensorValues } from '#base/safetensors.js';
import type { Parameter } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { parameterSpecs } from '#engine/network/check-plan.js';
import type { NetworkPlan } from '#engine/network/network-plan.js';
import type { TransitionScores } from '#engine/structured/lattice.js';
import { createFeatures, type Feature, type FeatureVocabularies } from '#tagging/features/features.js';
import { createSentenceEncoder, type SentenceEncoder } from '#tagging/features/sentence-encoder.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import type { ModelConfig } from './model-config.js';
import { isTable, packTable, roundTable } from './quantized-tables.js';
import { createTaggerNetwork, type TaggerNetwork, VECTOR_PARAMETER } from './tagger-network.js';
import { planTagger, type Regularization } from './tagger-plan.js';

/** Everything between words and logits: features, network, classes. */
export interface TaggerModel {
  readonly config: ModelConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly tagSet: TagSet;
  readonly encoder: SentenceEncoder;
  readonly network: TaggerNetwork;
  readonly kernels: Kernels;
}

/** What a network is planned from, before anything is allocated. */
export interface TaggerDescription {
  readonly config: ModelConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
  readonly regularization: Regularization;
}

export interface TaggerModelInput extends TaggerDescription {
  readonly kernels: Kernels;
  /** Undefined when the values are about to be loaded. */
  readonly random: Random | undefined;
}

export function createTaggerModel(input: TaggerModelInput): TaggerModel {
  const { config, vocabularies, kernels, random } = input;
  const { features, tagSet, plan } = describe(input);
  const network = createTaggerNetwork({ plan, legal: legalTransitions(tagSet), kernels, random });
  const { vectors } = vocabularies;
  const encoded = vectors
    ? features.map((feature) => (feature.name === 'vector' ? decodingVectors(feature, vectors, network) : feature))
    : features;
  const encoder = createSentenceEncoder(encoded, config.char_filters > 0 ? vocabularies.characters : undefined);
  return { config, vocabularies, tagSet, encoder, network, kernels };
}

/** The plan of a model that is not made yet: what it would hold can be counted. */
export function planOf(description: TaggerDescription): NetworkPlan {
  return describe(description).plan;
}

function describe({ config, vocabularies, labels, regularization }: TaggerDescription): {
  readonly features: readonly Feature[];
  readonly tagSet: TagSet;
  readonly plan: NetworkPlan;
} {
  const features = createFeatures(vocabularies, config);
  if (features.length === 0 && config.char_filters === 0) {
    throw new AppError(
      'invalid_config',
      'config: at least one of word_dimension, affix_dimension, shape_dimension and char_filters must be above 0',
    );
  }
  const tagSet = createTagSet(labels, config.tag_format);
  const sizes = { features, characters: vocabularies.characters.words.length, tags: tagSet.tags.length };
  return { features, tagSet, plan: planTagger({ config, sizes, regularization }) };
}

/** Decodes the vector of each word when the word is first met: a model is loaded in a third of the time. */
function decodingVectors(feature: Feature, vectors: VectorTable, { parameters }: TaggerNetwork): Feature {
  const { values } = parameters.get(VECTOR_PARAMETER);
  const { dimension } = vectors;
  const isDecoded = new Uint8Array(vectors.size);
  return {
    ...feature,
    id(word) {
      const row = feature.id(word);
      if (row >= 0 && isDecoded[row] === 0) {
        vectors.decodeRow(row, values.subarray(row * dimension, (row + 1) * dimension));
        isDecoded[row] = 1;
      }
      return row;
    },
  };
}

/** The parameters that are saved, sharing memory; pretrained vectors have a file of their own. */
export function savedParameters({ network }: Pick<TaggerModel, 'network'>): Parameter[] {
  return network.parameters.list.filter(({ name }) => name !== VECTOR_PARAMETER);
}

/**
 * Parameters that a weights file knows by another name, the one they had when the format was made: the same training gives the
 * same bytes, and models load whichever name they have.
 */
const NAMES_IN_FILES: Readonly<Record<string, string>> = {
  'embedding.vector_delta.weight': 'embedding.change.weight',
};

/** The tensors of a weights file, under PyTorch's names. */
export function storedTensors(model: TaggerModel): Tensor<TensorValues>[] {
  return savedParameters(model).flatMap((parameter) => {
    const tensor = { ...parameter, name: NAMES_IN_FILES[parameter.name] ?? parameter.name };
    return model.config.quantize_embeddings && isTable(parameter) ? packTable(tensor) : [tensor];
  });
}

/** Rounds the tables to what is stored of them, so that a loaded model is the one that was scored. */
export function roundTables({ network }: TaggerModel): void {
  for (const parameter of network.parameters.list) if (isTable(parameter)) roundTable(parameter);
}

/** How many numbers a model has learned, its running statistics included. */
export function parameterCount(model: TaggerModel): number {
  return savedParameters(model).reduce((sum, { values }) => sum + values.length, 0);
}

/**
 * Looks at tensors before the network is made that is to hold them, which so takes no more memory than they do.
 *
 * @throws {AppError} `damaged_model` unless they are exactly those of the network, in name and shape.
 */
export function assertTensorsFit(plan: NetworkPlan, tensors: ReadonlyMap<string, Tensor>, where: string): void {
  const expected = new Map(
    parameterSpecs(plan)
      .filter(({ name }) => name !== VECTOR_PARAMETER)
      .map(({ name, shape }) => [nameIn(tensors, name), shape]),
  );
  for (const name of tensors.keys()) {
    if (!expected.has(name))
      throw new AppError('damaged_model', `${where}: tensor "${name}" belongs to no parameter of this network`);
  }
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (!tensor) throw new AppError('damaged_model', `${where}: tensor "${name}" is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new AppError(
        'damaged_model',
        `${where}: tensor "${name}" has shape (${tensor.shape.join(', ')}), expected (${shape.join(', ')})`,
      );
    }
  }
}

/** @throws {AppError} `damaged_model` unless the tensors are exactly those of the model, in name and shape, and finite. */
export function loadTensors(model: TaggerModel, tensors: ReadonlyMap<string, Tensor>, where: string): void {
  assertTensorsFit(model.network.plan, tensors, where);
  for (const { name, values } of savedParameters(model)) {
    const tensor = tensors.get(nameIn(tensors, name))!;
    const broken = firstNotFinite(tensor.values);
    if (broken >= 0)
      throw new AppError(
        'damaged_model',
        `${where}: tensor "${tensor.name}" holds ${tensor.values[broken]} at ${broken}`,
      );
    values.set(tensor.values);
  }
}

/** What a weights file calls a parameter. */
function nameIn(tensors: ReadonlyMap<string, Tensor>, name: string): string {
  const former = NAMES_IN_FILES[name];
  return former !== undefined && tensors.has(former) ? former : name;
}

/** 0 where the tag scheme allows the step, -Infinity where it does not: no tagger can then emit an ill-formed sequence. */
export function legalTransitions(tagSet: TagSet): TransitionScores {
  const logOf = (allowed: Uint8Array): Float64Array =>
    Float64Array.from(allowed, (bit) => (bit ? 0 : Number.NEGATIVE_INFINITY));
  return {
    between: logOf(tagSet.allowedTransitions),
    start: logOf(tagSet.allowedStart),
    end: logOf(tagSet.allowedEnd),
  };
}

/** A plain loop: a model is not loaded until all its numbers have been looked at, and `findIndex` takes ten times as long. */
function firstNotFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
