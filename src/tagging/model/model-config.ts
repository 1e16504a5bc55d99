import { ATTENTION_NAMES } from '#engine/layers/attention.js';
import { SCORING_NAMES } from '#engine/layers/attention-scores.js';
import { NORMALIZATION_NAMES } from '#engine/layers/normalization.js';
import { CELL_NAMES } from '#engine/recurrent/cells.js';
import { choice, count, flag, formerly, type OptionValues, positiveCount } from './config-options.js';

/**
 * Everything that shapes the network and its inputs: what a model directory's `config.json` must hold to rebuild it.
 * Names are those users of spaCy, Flair and PyTorch know; `training/training-config.ts` adds what only training needs.
 */
export const MODEL_OPTIONS = {
  rnn_type: choice(CELL_NAMES, 'rnn', 'recurrent cell; rnn is the plain tanh cell, relu the same with ReLU'),
  layers: positiveCount(1, 16, 'recurrent layers on top of each other'),
  bidirectional: flag(
    false,
    'a second direction, right to left; the tagger can then no longer tag while text is typed',
  ),
  residual: flag(false, 'layers as wide as their input add it to their output'),
  normalization: choice(NORMALIZATION_NAMES, 'none', 'what is done to the output of every recurrent layer'),
  attention: choice(ATTENTION_NAMES, 'none', 'self-attention over the states: none, the whole sentence, or causal'),
  attention_scoring: choice(
    SCORING_NAMES,
    'dot',
    'how attention compares two words: dot by the product of what is made of each, additive by a tanh layer over both',
  ),
  crf: flag(true, 'learn scores between tags too: a conditional random field instead of one softmax a token'),
  hidden_size: positiveCount(128, 4096, 'units of the recurrent layer'),
  look_ahead: count(2, 16, 'how many words to the right the network sees beside the current one'),
  tag_format: choice(
    ['bioes', 'bio', 'plain'],
    'bioes',
    'classes of the network: with or without marks for the end of a name, or plain: one class a token',
  ),
  fine_tune_vectors: flag(
    true,
    'let training change the pretrained vectors of the words it sees; without it they stay as they are',
  ),
  quantize_embeddings: formerly(
    'compact_tables',
    flag(false, 'round the learned embedding tables to 8 bits a number when training is done: a quarter of their size'),
  ),
  word_dimension: count(64, 1024, 'columns of the learned word embedding; 0 turns it off'),
  freeze_words: flag(false, 'keep the word embedding as it was initialised: every other parameter learns around it'),
  word_min_count: positiveCount(2, 1_000_000, 'rarer words of the training data are treated as unknown'),
  word_limit: positiveCount(50_000, 1_000_000, 'most words in the vocabulary'),
  affix_dimension: count(0, 256, 'columns of each prefix and suffix embedding, for instance 24; 0 turns them off'),
  affix_buckets: positiveCount(4096, 1_000_000, 'rows each prefix and suffix embedding is hashed into'),
  shape_dimension: count(0, 256, 'columns of the word-shape embedding (Xx, X., dd), for instance 16; 0 turns it off'),
  char_filters: count(50, 1024, 'filters of the convolution over the characters of a word; 0 turns it off'),
  char_dimension: positiveCount(25, 1024, 'columns of the character embedding below the convolution'),
  char_width: positiveCount(3, 20, 'characters that a filter sees at once'),
} as const;

export type ModelConfig = OptionValues<typeof MODEL_OPTIONS>;
