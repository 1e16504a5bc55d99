import type { KernelChoice } from '#engine/kernels/kernels.js';

type Settings = Readonly<Record<string, string | number | boolean>>;

/** One training, from the weights of the one before. */
export interface Stage {
  /** Which of the public corpora, beside the bundled one. */
  readonly corpora: readonly string[];
  readonly set: Settings;
}

interface Recipe {
  readonly recipe: string;
  readonly set: Settings;
  readonly stages: readonly Stage[];
  readonly seed: number;
  readonly kernels: KernelChoice;
}

/**
 * What `npm run pretraining` trains, one stage after the other, each from the weights of the one before: a recipe of
 * src/training/config/recipes.ts and what is changed in it, as `--set` would. The option `vectors` names the pretrained
 * vectors; `auto`, the default, takes data/vectors/en.safetensors.
 */
export const RECIPE: Recipe = {
  recipe: 'names',
  /** In both stages. */
  set: {
    rnn_type: 'lstm',
    hidden_size: 144,
    // What the vectors know and training changes of them is enough, and words of one corpus say little of another.
    word_dimension: 0,
    word_limit: 10_000,
    quantize_embeddings: true,
    case_augmentation: 0.15,
    // Higher on the parts it is measured on: a CRF learns what follows what in these corpora, too.
    crf: false,
    warmup_steps: 200,
    // Chosen on dev parts whose documents are marked; most of the parts to stop by have no such marks.
    memory: '0.8',
  },
  stages: [
    /** The text of the web and of conversation, and how names are marked there. */
    {
      corpora: ['uner_en_ewt', 'broad_twitter_corpus_merged', 'wnut17', 'crossner_politics'],
      set: { max_epochs: 12, patience: 12 },
    },
    /** Edited text as well, with names that were not there before. */
    {
      corpora: [
        'uner_en_ewt',
        'broad_twitter_corpus_merged',
        'wnut17',
        'crossner_politics',
        'docred_en',
        'gum_en',
        'grobid_wikipedia_en',
      ],
      set: { max_epochs: 5, patience: 5, name_replacement: 0.2 },
    },
  ],
  seed: 0,
  /** Not the fastest: with `relaxed` the last digits, and so the model, depend on the machine. */
  kernels: 'simd',
};

/** Of each public corpus, the share that is not trained on: with the bundled dev part it tells when to stop. */
export const HELD_OUT = 0.1;

/** All files of the model together. */
export const MAX_BYTES = 8_000_000;

/** With `--quick`: whether everything works, in seconds; what it learns is worth nothing. */
export const QUICK = {
  set: { max_epochs: 2, hidden_size: 16 },
  sentences: 150,
};
