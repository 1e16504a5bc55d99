import { createRandom } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { parseOptions } from '#tagging/model/config-options.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { MODEL_OPTIONS } from '#tagging/model/model-config.js';
import type { ModelDescription } from '#tagging/model/model-files.js';
import { createTaggerModel, type TaggerModel } from '#tagging/model/tagger-model.js';
import { NO_REGULARIZATION } from '#tagging/model/tagger-plan.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';

const WORDS = 'Ana met Li Wei at Ford in Oslo . Ana sang , Oslo listened ; 1999'.split(' ');

export interface TinyModelOptions {
  readonly config?: Partial<ModelConfig>;
  readonly labels?: readonly string[];
  readonly seed?: number;
  readonly kernels?: Kernels;
  readonly vectors?: VectorTable;
}

/** A tagger that has learnt nothing: random weights, a vocabulary of a dozen words. */
export function tinyModel(options: TinyModelOptions = {}): TaggerModel {
  const { config = {}, labels = ['LOC', 'ORG', 'PER'], seed = 1 } = options;
  const { kernels = createReferenceKernels('float32') } = options;
  const modelConfig = parseOptions(
    MODEL_OPTIONS,
    {
      hidden_size: 6,
      word_dimension: 5,
      word_min_count: 1,
      affix_dimension: 3,
      affix_buckets: 17,
      char_filters: 0,
      crf: false,
      fine_tune_vectors: false,
      shape_dimension: 2,
      ...config,
    },
    'test',
  );
  return createTaggerModel({
    config: modelConfig,
    vocabularies: buildFeatureVocabularies(WORDS, modelConfig, options.vectors),
    labels,
    regularization: NO_REGULARIZATION,
    kernels,
    random: createRandom(seed),
  });
}

/** What a training run would say of its model. */
export const DESCRIPTION: ModelDescription = {
  description: 'a model of random weights',
  created: '2024-01-02T03:04:05.678Z',
  license: 'MIT',
  sources: [{ role: 'train', name: 'train.conll', sentences: 3 }],
  data_sha256: 'd'.repeat(64),
  seed: 1,
  performance: { dev: { overall_f1: 0 } },
  tokenizer: { id: 'onomast', version: 1 },
  onomast: '0.0.0',
  node: '20.0.0',
};
